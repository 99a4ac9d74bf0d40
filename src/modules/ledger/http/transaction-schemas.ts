import { type TSchema, t } from "elysia";
import {
  cursor,
  decimal,
  id,
  instant,
  localDate,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  version,
} from "#platform/http/schemas";
import {
  maxDocumentNumberLength,
  maxExternalIdLength,
  maxNoteLength,
  maxPayeeLength,
  maxSplits,
  maxTagLength,
  maxTags,
  maxTaxRateDecimals,
  maxTaxRatePercent,
} from "../bounds.ts";
import { reasonLike } from "./name-schemas.ts";

const optional = <T extends TSchema>(schema: T) => t.Optional(orNull(schema));

const recordedKind = oneOf(["income", "expense", "transfer"], { examples: ["expense"] });
const payee = text(maxPayeeLength, { examples: ["Migros"] });
const note = text(maxNoteLength, { examples: ["For the party"] });
const tag = text(maxTagLength, { minLength: 1, examples: ["holiday"] });
const documentNumber = text(maxDocumentNumberLength, { examples: ["R-2026-0042"] });
const externalId = text(maxExternalIdLength, {
  description: "The bank's own id of it; unique per account.",
});
const taxRate = decimal({
  description: `Percent, up to ${maxTaxRatePercent} with at most ${maxTaxRateDecimals} decimals.`,
  examples: ["19"],
});
const splitFields = {
  categoryId: id(),
  amount: money({ description: "Positive, in the currency of the whole." }),
};
const amountGiven = money({
  description:
    "Positive, in the currency of the account and with no more decimals than it has; `kind` tells the direction.",
});

const inputFields = {
  date: localDate(),
  accountId: id({
    description: "Where the money came from (expense, transfer) or went to (income).",
  }),
  amount: amountGiven,
  categoryId: optional(
    id({ description: "Of an income or expense; without it and `splits` it is uncategorised." }),
  ),
  splits: t.Optional(
    t.Array(t.Object({ ...splitFields, note: optional(note) }), {
      minItems: 1,
      maxItems: maxSplits,
      description: "Instead of `categoryId`: parts that add up to the amount.",
    }),
  ),
  toAccountId: optional(id({ description: "Of a transfer: where the money went." })),
  toAmount: optional(
    money({ description: "Of a transfer to an account in another currency: how much arrived." }),
  ),
  payee: optional(payee),
  note: optional(note),
  tags: t.Optional(t.Array(tag, { maxItems: maxTags })),
  documentNumber: optional(documentNumber),
  taxRate: optional(taxRate),
  cleared: t.Optional(t.Boolean({ description: "Seen on a statement of the bank." })),
  externalId: optional(externalId),
};

export const newTransactionBody = t.Object({ kind: recordedKind, ...inputFields });

export const transactionChangesBody = t.Partial(t.Object({ kind: recordedKind, ...inputFields }), {
  description: "What is left out stays as it is; null empties.",
});

export const voidBody = t.Object({
  reason: t.Optional(reasonLike("Entered twice")),
});

export const transactionParams = t.Object({ id: id() });
export const changesQuery = t.Object({ cursor, limit: pageLimit });

const fields = {
  id: id(),
  bookId: id(),
  kind: oneOf(["income", "expense", "transfer", "opening"], {
    description: "`opening` is the opening balance of an account; it is changed there.",
    examples: ["expense"],
  }),
  date: localDate(),
  accountId: id(),
  amount: money({ description: "Positive; of an opening balance with its sign." }),
  splits: t.Array(t.Object({ ...splitFields, note: orNull(note) }), {
    maxItems: maxSplits,
    description: "At least one for income and expense, none otherwise.",
  }),
  transfer: orNull(
    t.Object({
      accountId: id(),
      amount: money(),
      rate: decimal({ description: "What arrived of one unit, to 20 significant digits." }),
    }),
  ),
  payee: orNull(payee),
  note: orNull(note),
  tags: t.Array(tag, { maxItems: maxTags }),
  documentNumber: orNull(documentNumber),
  taxRate: orNull(taxRate),
  cleared: t.Boolean(),
  externalId: orNull(externalId),
  importId: orNull(id()),
  createdBy: id(),
  createdAt: instant(),
  updatedAt: instant(),
  voidedAt: orNull(instant({ description: "It counts no more; its history tells what it was." })),
};

/** A transaction in an answer. */
export const transaction = t.Object({ ...fields, version });

const change = t.Object({
  id: id(),
  action: oneOf(["changed", "voided"]),
  changedBy: id(),
  changedAt: instant(),
  reason: orNull(reasonLike("Entered twice")),
  before: transaction,
  after: orNull(transaction),
});

export const changesPage = pageOf(change);

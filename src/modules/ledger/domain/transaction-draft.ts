import {
  compareDecimals,
  type DecimalString,
  divideDecimals,
  fractionDigits,
  maxFractionDigits,
  parseDecimal,
  roundDecimal,
  signOf,
} from "#platform/kernel/decimal";
import { invalidField, readAll } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { compareMoney, type Money, type Scales, sumMoney } from "#platform/kernel/money";
import { parseLocalDate } from "#platform/kernel/time";
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
import type { Split, Transaction, TransactionKind } from "../contract.ts";
import {
  type MoneyInput,
  readMoneyIn,
  readPositiveMoney,
  requirePositive,
} from "./posting-amount.ts";

/** What users may record themselves; an opening balance comes with its account. */
export type RecordedKind = Exclude<TransactionKind, "opening">;

export type SplitInput = {
  readonly categoryId: string;
  readonly amount: MoneyInput;
  readonly note?: string | null | undefined;
};

/** A transaction as somebody writes it down; undefined and null both mean that there is none. */
export type TransactionInput = {
  readonly kind: RecordedKind;
  readonly date: string;
  readonly accountId: string;
  readonly amount: MoneyInput;
  /** Of the whole; `splits` instead of it divides the amount. Neither = uncategorised. */
  readonly categoryId?: string | null | undefined;
  readonly splits?: readonly SplitInput[] | null | undefined;
  readonly toAccountId?: string | null | undefined;
  /** What arrived, when the other account has another currency. */
  readonly toAmount?: MoneyInput | null | undefined;
  readonly payee?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly documentNumber?: string | null | undefined;
  readonly taxRate?: string | null | undefined;
  readonly cleared?: boolean | null | undefined;
  readonly externalId?: string | null | undefined;
};

/** `Category` is `Id | null` as long as null stands for the book's uncategorised one. */
export type DraftSplit<Category = Id> = Omit<Split, "categoryId"> & {
  readonly categoryId: Category;
};

/** All of a transaction that can be written and rewritten. Whether its ids exist is known to the database alone. */
export type TransactionDraft<Category = Id> = Pick<
  Transaction,
  | "kind"
  | "date"
  | "accountId"
  | "amount"
  | "transfer"
  | "payee"
  | "note"
  | "tags"
  | "documentNumber"
  | "taxRate"
  | "cleared"
  | "externalId"
> & { readonly splits: readonly DraftSplit<Category>[] };

/** 422 with every fault: amounts that are not positive or too fine, splits that do not add up, fields of another kind. */
export function readTransaction(
  input: TransactionInput,
  scales: Scales,
): TransactionDraft<Id | null> {
  const { kind } = input;
  const { amount, ...read } = readAll({
    accountId: () => parseId(input.accountId, "/accountId"),
    date: () => parseLocalDate(input.date, "/date"),
    amount: () => readPositiveMoney(input.amount, scales, "/amount"),
    ...readDetails(input),
  });
  const details = { kind, amount, ...read };
  return kind === "transfer"
    ? { ...details, splits: [], transfer: readTransfer(input, details, scales) }
    : { ...details, splits: readSplits(input, amount, scales), transfer: null };
}

function readDetails(input: TransactionInput) {
  const { payee, note, documentNumber, externalId } = input;
  return {
    payee: () => readLine(payee, maxPayeeLength, "/payee"),
    note: () => readLine(note, maxNoteLength, "/note"),
    tags: () => readTags(input.tags ?? []),
    documentNumber: () => readLine(documentNumber, maxDocumentNumberLength, "/documentNumber"),
    taxRate: () => readTaxRate(input.taxRate ?? null),
    cleared: () => input.cleared ?? false,
    externalId: () => readLine(externalId, maxExternalIdLength, "/externalId"),
  };
}

/** One spelling of what looks the same, so that equal payees are one payee. It may be longer than what was sent. */
export function readLine(
  text: string | null | undefined,
  maxLength: number,
  path: string,
): string | null {
  const line = text?.normalize("NFC").trim() || null;
  if (line !== null && line.length > maxLength)
    throw invalidField(path, `Must be at most ${maxLength} characters.`);
  return line;
}

/** In the order given, each once. */
function readTags(tags: readonly string[]): readonly string[] {
  const lines = tags.map((tag, index) => readLine(tag, maxTagLength, `/tags/${index}`));
  const read = [...new Set(lines.filter((tag) => tag !== null))];
  if (read.length > maxTags) throw invalidField("/tags", `Must be at most ${maxTags}.`);
  return read;
}

function readTaxRate(text: string | null): DecimalString | null {
  if (text === null) return null;
  const rate = parseDecimal(text, "/taxRate");
  if (signOf(rate) < 0 || compareDecimals(rate, maxTaxRatePercent as DecimalString) > 0)
    throw invalidField("/taxRate", `Must be a percentage from 0 to ${maxTaxRatePercent}.`);
  if (fractionDigits(rate) > maxTaxRateDecimals)
    throw invalidField("/taxRate", `Must have at most ${maxTaxRateDecimals} decimals.`);
  return roundDecimal(rate, fractionDigits(rate)); // "-0" is "0"
}

function readTransfer(
  input: TransactionInput,
  { accountId, amount }: { readonly accountId: Id; readonly amount: Money },
  scales: Scales,
): Transaction["transfer"] {
  if (input.categoryId) throw invalidField("/categoryId", "A transfer has no category.");
  if (input.splits?.length) throw invalidField("/splits", "A transfer has no parts.");
  if (!input.toAccountId) throw invalidField("/toAccountId", "A transfer needs it.");
  const to = parseId(input.toAccountId, "/toAccountId");
  if (to === accountId) throw invalidField("/toAccountId", "Must be another account.");
  const arrived = input.toAmount ? readPositiveMoney(input.toAmount, scales, "/toAmount") : amount;
  if (arrived.currency === amount.currency && compareDecimals(arrived.amount, amount.amount) !== 0)
    throw invalidField("/toAmount/amount", "Must be the same amount in the same currency.");
  return {
    accountId: to,
    amount: arrived,
    rate: rateOf(arrived.amount, amount.amount),
  };
}

/** A satoshi for a billion lira has more decimals than any decimal of ours. */
function rateOf(arrived: DecimalString, sent: DecimalString): DecimalString {
  const rate = divideDecimals(arrived, sent);
  return fractionDigits(rate) <= maxFractionDigits ? rate : roundDecimal(rate, maxFractionDigits);
}

function readSplits(
  input: TransactionInput,
  whole: Money,
  scales: Scales,
): DraftSplit<Id | null>[] {
  if (input.toAccountId) throw invalidField("/toAccountId", "Only a transfer has it.");
  if (input.toAmount) throw invalidField("/toAmount", "Only a transfer has it.");
  const { splits } = input;
  if (!splits) {
    const categoryId = input.categoryId ? parseId(input.categoryId, "/categoryId") : null;
    return [{ categoryId, amount: whole, note: null }];
  }
  if (input.categoryId) throw invalidField("/categoryId", "Either a category or splits, not both.");
  if (splits.length === 0 || splits.length > maxSplits)
    throw invalidField("/splits", `Must be 1 to ${maxSplits} parts.`);
  const read = splits.map((split, index) => readSplit(split, whole, scales, `/splits/${index}`));
  const sum = sumMoney(
    read.map(({ amount }) => amount),
    whole.currency,
  );
  if (compareMoney(sum, whole) !== 0)
    throw invalidField("/splits", "The parts must add up to the amount.");
  return read;
}

function readSplit(
  split: SplitInput,
  { currency }: Money,
  scales: Scales,
  path: string,
): DraftSplit<Id | null> {
  return readAll({
    categoryId: () => parseId(split.categoryId, `${path}/categoryId`),
    amount: () => {
      const whose = { code: currency, of: "the whole" };
      const part = readMoneyIn(whose, split.amount, scales, `${path}/amount`);
      requirePositive(part.amount, `${path}/amount/amount`);
      return part;
    },
    note: () => readLine(split.note, maxNoteLength, `${path}/note`),
  });
}

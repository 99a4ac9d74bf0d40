import { t } from "elysia";
import {
  currencyCode,
  cursor,
  decimal,
  id,
  localDate,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  wholeNumber,
  yesNoParameter,
} from "#platform/http/schemas";
import {
  maxCountedTransactions,
  maxNoteLength,
  maxPayeeLength,
  maxSuggestions,
  maxTagLength,
  maxTags,
} from "../bounds.ts";
import type { TransactionKind } from "../contract.ts";
import { bookId } from "./book-schemas.ts";
import { reasonLike } from "./name-schemas.ts";
import { transaction } from "./transaction-schemas.ts";

const kinds = [
  "income",
  "expense",
  "transfer",
  "opening",
] as const satisfies readonly TransactionKind[];
const maxSearchLength = 100;

const criteria = {
  from: t.Optional(localDate({ description: "The first day." })),
  to: t.Optional(localDate({ description: "The last day." })),
  minAmount: t.Optional(decimal({ description: "In whatever currency." })),
  maxAmount: t.Optional(decimal({ description: "In whatever currency." })),
  currency: t.Optional(currencyCode()),
  accountId: t.Optional(id({ description: "Where the money came from or went to." })),
  categoryId: t.Optional(id({ description: "With the categories below it." })),
  tag: t.Optional(text(maxTagLength, { minLength: 1, examples: ["holiday"] })),
  payee: t.Optional(text(maxPayeeLength, { minLength: 1, examples: ["Migros"] })),
  kind: t.Optional(oneOf(kinds)),
  importId: t.Optional(id({ description: "What one import brought." })),
  search: t.Optional(
    text(maxSearchLength, {
      minLength: 1,
      description:
        "Beginnings of words in payee, note, tags and document number; all must be there. Upper and lower case, accents and umlauts make no difference.",
      examples: ["migr"],
    }),
  ),
};
const uncategorised = "Only what has no category but the one for those that have none.";

/** What transactions are asked for in the query. */
export const transactionFilterQuery = {
  bookId,
  ...criteria,
  uncategorised: t.Optional(yesNoParameter({ description: uncategorised })),
  cleared: t.Optional(yesNoParameter()),
  state: t.Optional(oneOf(["active", "void", "all"], { description: "`active` when left out." })),
};

export const listTransactionsQuery = t.Object({
  ...transactionFilterQuery,
  cursor,
  limit: pageLimit,
});

export const transactionPage = pageOf(transaction);

export const totalTransactionsQuery = t.Object(transactionFilterQuery);

/** The same in a body. Only what is active can be changed. */
export const transactionFilterBody = t.Object({
  ...criteria,
  uncategorised: t.Optional(t.Boolean({ description: uncategorised })),
  cleared: t.Optional(t.Boolean()),
});

const maxCurrencies = 10_000;

export const transactionTotals = t.Object({
  count: t.Integer({ examples: [42] }),
  more: t.Boolean({
    description: "More match than were counted; the totals are those of the newest ones.",
    examples: [false],
  }),
  totals: t.Array(
    t.Object({
      currency: currencyCode(),
      income: money(),
      expense: money(),
      net: money({ description: "Income less expense." }),
    }),
    {
      maxItems: maxCurrencies,
      description:
        "By currency. Transfers and opening balances are neither income nor expense. With a category, only the parts in it.",
    },
  ),
});

const tagList = t.Array(text(maxTagLength, { minLength: 1, examples: ["holiday"] }), {
  minItems: 1,
  maxItems: maxTags,
});

export const bulkChangeBody = t.Object({
  bookId,
  filter: transactionFilterBody,
  expectedCount: wholeNumber({
    minimum: 1,
    maximum: maxCountedTransactions,
    description: "`count` of the totals with the same filter: what the user agreed to.",
    examples: [12],
  }),
  change: t.Optional(
    t.Object(
      {
        categoryId: t.Optional(
          id({ description: "For those with one part; several parts keep theirs." }),
        ),
        payee: t.Optional(orNull(text(maxPayeeLength))),
        note: t.Optional(orNull(text(maxNoteLength))),
        addTags: t.Optional(tagList),
        removeTags: t.Optional(tagList),
        cleared: t.Optional(t.Boolean()),
      },
      { minProperties: 1, description: "What is left out stays as it is; null empties." },
    ),
  ),
  void: t.Optional(t.Boolean({ description: "Instead of a change: void them all." })),
  reason: t.Optional(reasonLike("Entered twice", "Why they are voided.")),
});

const skippedCount = (description: string) => t.Integer({ description, examples: [0] });

export const bulkChangeResult = t.Object({
  matched: t.Integer({ examples: [12] }),
  changed: t.Integer({ description: "The others were so already, or skipped.", examples: [11] }),
  skippedSplits: skippedCount("Have several parts, whose categories stay as they are."),
  skippedTransfers: skippedCount("Have no category."),
  skippedOpenings: skippedCount("Opening balances are changed with their account."),
});

export const suggestionQuery = t.Object({
  bookId,
  search: t.Optional(
    text(maxSearchLength, {
      minLength: 1,
      description: "Beginnings of words.",
      examples: ["migr"],
    }),
  ),
});

export const suggestions = t.Object({
  items: t.Array(t.Object({ name: t.String({ examples: ["Migros"] }), lastUsedOn: localDate() }), {
    maxItems: maxSuggestions,
  }),
});

import { compareDecimals, type DecimalString, parseDecimal } from "#platform/kernel/decimal";
import { type FieldError, invalidFields, readAll } from "#platform/kernel/errors";
import { given, readGiven } from "#platform/kernel/given";
import { type Id, parseId } from "#platform/kernel/ids";
import { type CurrencyCode, parseCurrencyCode } from "#platform/kernel/money";
import { type LocalDate, parseLocalDate } from "#platform/kernel/time";
import { maxPayeeLength, maxTagLength } from "../bounds.ts";
import type { TransactionKind } from "../contract.ts";
import { searchedWords } from "./search-text.ts";
import { readLine } from "./transaction-draft.ts";

export type TransactionState = "active" | "void" | "all";

/** Which transactions of a book; every criterion that is there must hold. */
export type TransactionFilter = {
  readonly from?: LocalDate;
  readonly to?: LocalDate;
  /** Of the amount as {@link Transaction.amount} states it, in whatever currency. */
  readonly minAmount?: DecimalString;
  readonly maxAmount?: DecimalString;
  readonly currency?: CurrencyCode;
  /** Where the money came from or went to. */
  readonly accountId?: Id;
  /** One of its parts has this category, or one below it. */
  readonly categoryId?: Id;
  /** One of its parts has no category but the one for those that have none. */
  readonly uncategorised?: true;
  readonly tag?: string;
  readonly payee?: string;
  readonly kind?: TransactionKind;
  readonly cleared?: boolean;
  readonly importId?: Id;
  readonly state: TransactionState;
  /** Of each word the ways in which it may be written; all words must be there. */
  readonly words?: readonly (readonly string[])[];
};

/** A filter with what only the database knows of it. */
export type TransactionSearch = {
  readonly bookId: Id;
  readonly filter: TransactionFilter;
  /** Those that the filter means, with all below them; null = it names none. */
  readonly categoryIds: readonly Id[] | null;
};

/** Where a transaction stands in lists: by day, then id, the newest first. */
export type TransactionKey = { readonly date: LocalDate; readonly id: Id };

/** A filter as clients send one. */
export type TransactionFilterInput = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly minAmount?: string | undefined;
  readonly maxAmount?: string | undefined;
  readonly currency?: string | undefined;
  readonly accountId?: string | undefined;
  readonly categoryId?: string | undefined;
  readonly uncategorised?: boolean | undefined;
  readonly tag?: string | undefined;
  readonly payee?: string | undefined;
  readonly kind?: TransactionKind | undefined;
  readonly cleared?: boolean | undefined;
  readonly importId?: string | undefined;
  readonly state?: TransactionState | undefined;
  readonly search?: string | undefined;
};

/** Each is a search of its own in the index. */
const maxSearchedWords = 10;

/** Throws one 422 that names every faulty field. `path` goes before the names, "/filter" for those inside a body. */
export function parseTransactionFilter(
  input: TransactionFilterInput,
  path = "",
): TransactionFilter {
  const at = (name: string) => (path === "" ? name : `${path}/${name}`);
  const read = readAll({
    from: () => readGiven(input.from, (text) => parseLocalDate(text, at("from"))),
    to: () => readGiven(input.to, (text) => parseLocalDate(text, at("to"))),
    minAmount: () => readGiven(input.minAmount, (text) => parseDecimal(text, at("minAmount"))),
    maxAmount: () => readGiven(input.maxAmount, (text) => parseDecimal(text, at("maxAmount"))),
    currency: () => readGiven(input.currency, (text) => parseCurrencyCode(text, at("currency"))),
    accountId: () => readGiven(input.accountId, (text) => parseId(text, at("accountId"))),
    categoryId: () => readGiven(input.categoryId, (text) => parseId(text, at("categoryId"))),
    tag: () => readGiven(input.tag, (text) => readLine(text, maxTagLength, at("tag"))),
    payee: () => readGiven(input.payee, (text) => readLine(text, maxPayeeLength, at("payee"))),
    importId: () => readGiven(input.importId, (text) => parseId(text, at("importId"))),
  });
  const words = readGiven(input.search, searchedWords);
  const { tag, payee } = read;
  const faults = faultsOf({ ...input, ...read, words }, at);
  if (faults.length > 0) throw invalidFields(faults);
  return given({
    ...read,
    uncategorised: input.uncategorised === true ? (true as const) : undefined,
    tag: tag ?? undefined,
    payee: payee ?? undefined,
    kind: input.kind,
    cleared: input.cleared,
    state: input.state ?? "active",
    words,
  });
}

/** Faults that no field has by itself. */
function faultsOf(
  filter: Omit<TransactionFilterInput, "search" | "tag" | "payee"> & {
    readonly tag: string | null | undefined;
    readonly payee: string | null | undefined;
    readonly words: string[][] | undefined;
  },
  at: (name: string) => string,
): FieldError[] {
  const { from, to, minAmount, maxAmount, words, state = "active" } = filter;
  const faults: [boolean, string, string][] = [
    [from !== undefined && to !== undefined && to < from, "to", "Must not be before `from`."],
    [
      minAmount !== undefined &&
        maxAmount !== undefined &&
        compareDecimals(maxAmount as DecimalString, minAmount as DecimalString) < 0,
      "maxAmount",
      "Must not be less than `minAmount`.",
    ],
    [filter.tag === null, "tag", "Must not be empty."],
    [filter.payee === null, "payee", "Must not be empty."],
    [words?.length === 0, "search", "Must have a letter or a digit."],
    [
      words !== undefined && words.length > maxSearchedWords,
      "search",
      `Must have at most ${maxSearchedWords} words.`,
    ],
    [
      filter.categoryId !== undefined && filter.uncategorised === true,
      "uncategorised",
      "Cannot be asked for together with a category.",
    ],
    [
      state !== "active" && (filter.categoryId !== undefined || filter.uncategorised === true),
      "state",
      "What is void is in no category any more.",
    ],
  ];
  return faults
    .filter(([isFault]) => isFault)
    .map(([, name, detail]) => ({ path: at(name), detail }));
}

/** The same text for the same filter of the same book, whatever the order of its members: what a cursor is bound to. */
export function fingerprintOf(bookId: Id, filter: TransactionFilter): string {
  const members = Object.entries({ ...filter, bookId }).sort(([a], [b]) => (a < b ? -1 : 1));
  return fnv1a(JSON.stringify(members));
}

/** 64 bits (Fowler, Noll, Vo: FNV-1a). A cursor of another filter is a mistake and no attack: it shows nothing new. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(36);
}

import type { DecimalString } from "#platform/kernel/decimal";
import type { LocalDate } from "#platform/kernel/time";
import { fold } from "./search-text.ts";

/** What two lines of an account are compared by where the bank gives no id. */
export type Likeness = {
  readonly date: LocalDate;
  /** Signed: what the account gets. */
  readonly amount: DecimalString;
  /** Of {@link likenessWords}. */
  readonly words: string;
};

/** `externalId`: the bank's own id, unique in an account; null = it gives none. */
export type ComparedRow = Likeness & { readonly externalId: string | null };

/** Payee and note as banks write them twice: in other case, with other spaces, without their accents. */
export const likenessWords = (payee: string | null, note: string | null): string =>
  fold(`${payee ?? ""} ${note ?? ""}`)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * Finds the rows of a file that an account has already. The bank's id decides where a row has one: known to the account
 * or to a row before it = duplicate. Of rows without one that are alike in day, amount and words, as many are
 * duplicates as the account has, the first ones: two equal purchases stay two. What the account has counts once: not
 * for its id and for its looks. Only whole amounts of the account are compared, never the parts of a split.
 */
export function createDuplicateFinder() {
  /** Rows of the file with a bank's id: the number of the first of each. */
  const byId = new Map<string, number>();
  const byLikeness = new Map<string, { readonly rows: number[]; recorded: number }>();
  const knownIds = new Set<string>();
  const duplicates: number[] = [];
  return {
    /** All rows of the file first, in their order. */
    addRow(number: number, row: ComparedRow): void {
      if (row.externalId !== null) {
        if (byId.has(row.externalId)) duplicates.push(number);
        else byId.set(row.externalId, number);
        return;
      }
      const key = keyOf(row);
      const alike = byLikeness.get(key);
      if (alike) alike.rows.push(number);
      else byLikeness.set(key, { rows: [number], recorded: 0 });
    },

    /** What the account has; one that the file knows by its id may come more than once. */
    addRecorded(recorded: ComparedRow): void {
      if (recorded.externalId !== null && byId.has(recorded.externalId)) {
        knownIds.add(recorded.externalId);
        return;
      }
      const alike = byLikeness.get(keyOf(recorded));
      if (alike) alike.recorded += 1;
    },

    /** The account has something with this id, at whatever day. */
    addKnownId(externalId: string): void {
      if (byId.has(externalId)) knownIds.add(externalId);
    },

    /** What the account has is to be added anew; the rows stay. */
    forgetRecorded(): void {
      knownIds.clear();
      for (const alike of byLikeness.values()) alike.recorded = 0;
    },

    /** The numbers of the rows that are there already, in no order. */
    duplicates(): number[] {
      const found = [...duplicates];
      for (const id of knownIds) found.push(byId.get(id) as number);
      for (const { rows, recorded } of byLikeness.values()) found.push(...rows.slice(0, recorded));
      return found;
    },
  };
}

const keyOf = ({ date, amount, words }: Likeness) => `${date} ${withoutZeros(amount)} ${words}`;

/** "12.50" and "12.5" are one amount. */
const withoutZeros = (amount: string) =>
  amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount;

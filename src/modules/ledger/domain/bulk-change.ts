import { invalidField, readAll } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { maxNoteLength, maxPayeeLength, maxTagLength, maxTags } from "../bounds.ts";
import type { Transaction } from "../contract.ts";
import { readLine } from "./transaction-draft.ts";

/** What many transactions get at once; what is left out stays as it is, null empties. */
export type BulkChange = {
  /** Of those with one part; several parts keep theirs. */
  readonly categoryId?: Id;
  readonly payee?: string | null;
  readonly note?: string | null;
  readonly addTags: readonly string[];
  readonly removeTags: readonly string[];
  readonly cleared?: boolean;
};

export type BulkChangeInput = {
  readonly categoryId?: string | undefined;
  readonly payee?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly cleared?: boolean | undefined;
};

/** What the change could not be made to: with several parts, or of a kind that has no category. */
export type Skipped = {
  readonly skippedSplits: number;
  readonly skippedTransfers: number;
  readonly skippedOpenings: number;
};

export function readBulkChange(input: BulkChangeInput): BulkChange {
  const { categoryId, payee, note, cleared } = input;
  return readAll({
    addTags: () => readTags(input.addTags, "/change/addTags"),
    removeTags: () => readTags(input.removeTags, "/change/removeTags"),
    ...(categoryId !== undefined && {
      categoryId: () => parseId(categoryId, "/change/categoryId"),
    }),
    ...(payee !== undefined && { payee: () => readLine(payee, maxPayeeLength, "/change/payee") }),
    ...(note !== undefined && { note: () => readLine(note, maxNoteLength, "/change/note") }),
    ...(cleared !== undefined && { cleared: () => cleared }),
  });
}

function readTags(tags: readonly string[] = [], path: string): readonly string[] {
  const read = tags.map((tag, index) => readLine(tag, maxTagLength, `${path}/${index}`));
  return [...new Set(read.filter((tag) => tag !== null))];
}

/** An opening balance belongs to its account, and is changed there. */
export const isBulkChangeable = ({ kind }: Pick<Transaction, "kind">): boolean =>
  kind !== "opening";

/** The transaction after the change; the same object when nothing changes. Throws 422 beyond {@link maxTags}. */
export function bulkChanged(before: Transaction, change: BulkChange): Transaction {
  const after = {
    ...before,
    ...withoutTags(change),
    tags: tagsAfter(before.tags, change),
    splits: splitsAfter(before.splits, change),
  };
  return JSON.stringify(after) === JSON.stringify(before) ? before : after;
}

const withoutTags = ({ categoryId: _, addTags: __, removeTags: ___, ...fields }: BulkChange) =>
  fields;

function tagsAfter(tags: readonly string[], { addTags, removeTags }: BulkChange) {
  const after = [...new Set([...tags.filter((tag) => !removeTags.includes(tag)), ...addTags])];
  if (after.length > maxTags && after.length > tags.length)
    throw invalidField(
      "/change/addTags",
      `One of them would have more than the ${maxTags} tags that one may have.`,
    );
  return after;
}

function splitsAfter(splits: Transaction["splits"], { categoryId }: BulkChange) {
  const [only, ...others] = splits;
  if (categoryId === undefined || only === undefined || others.length > 0) return splits;
  return [{ ...only, categoryId }];
}

export function skippedBy(
  matched: readonly Pick<Transaction, "kind" | "splits">[],
  { categoryId }: Partial<Pick<BulkChange, "categoryId">>,
): Skipped {
  const count = (isSkipped: (one: Pick<Transaction, "kind" | "splits">) => boolean) =>
    matched.filter(isSkipped).length;
  const isCategorised = categoryId !== undefined;
  return {
    skippedSplits: count(({ splits }) => isCategorised && splits.length > 1),
    skippedTransfers: count(({ kind }) => isCategorised && kind === "transfer"),
    skippedOpenings: count((one) => !isBulkChangeable(one)),
  };
}

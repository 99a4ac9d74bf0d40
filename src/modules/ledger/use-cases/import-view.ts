import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { ImportQuestion, ProposedFormat } from "../domain/import-format.ts";
import type { ImportFailure, ImportState, VerdictCounts } from "../domain/import-state.ts";

/** An import as its owner sees it. */
export type Import = {
  readonly id: Id;
  readonly bookId: Id;
  readonly accountId: Id;
  readonly fileName: string;
  readonly state: ImportState;
  readonly sizeBytes: number;
  /** Of the file, hex; null while it is uploaded. */
  readonly sha256: string | null;
  /** How the file is read: what was found, and what the owner decided; null while it is looked at. */
  readonly format: ProposedFormat | null;
  /** The row above the first transaction: what the columns of `format` are called. */
  readonly headings: readonly string[];
  /** What has to be answered before anything can be committed. */
  readonly questions: readonly ImportQuestion[];
  /** Rows that have been read so far. */
  readonly rowsRead: number;
  /** Null until every row has a verdict. */
  readonly counts: VerdictCounts | null;
  readonly failure: ImportFailure | null;
  readonly createdBy: Id;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly version: number;
};

/** As it is stored: with all that was counted in the file. */
type Stored = Omit<Import, "format" | "headings" | "questions"> & {
  readonly facts: { readonly head: readonly (readonly string[])[] } | null;
  readonly proposal: {
    readonly format: ProposedFormat;
    readonly questions: readonly ImportQuestion[];
  } | null;
};

export function importView(stored: Stored): Import {
  const { id, bookId, accountId, fileName, state, sizeBytes, sha256, proposal } = stored;
  const format = proposal?.format ?? null;
  const headings = stored.facts?.head[(format?.headerRows ?? 0) - 1] ?? [];
  const { rowsRead, counts, failure, createdBy, createdAt, updatedAt, version } = stored;
  return {
    ...{ id, bookId, accountId, fileName, state, sizeBytes, sha256 },
    ...{ format, headings, questions: proposal?.questions ?? [] },
    ...{ rowsRead, counts, failure, createdBy, createdAt, updatedAt, version },
  };
}

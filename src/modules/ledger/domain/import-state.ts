import { ledgerErrors } from "../errors.ts";
import type { ImportColumns, ImportFormat } from "./import-format.ts";

/**
 * `uploading` -> `reading` -> `ready` -> `committing` -> `committed` -> `undoing` -> `undone`. A commit or undo that
 * could not be done goes back to where it came from; answers of the owner go from `ready` to `reading` again; `failed`
 * is what cannot be read at all.
 */
export const importStates = [
  "uploading",
  "reading",
  "ready",
  "committing",
  "committed",
  "undoing",
  "undone",
  "failed",
] as const;
export type ImportState = (typeof importStates)[number];

export const verdicts = ["new", "duplicate", "faulty"] as const;
export type Verdict = (typeof verdicts)[number];
export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** `code` is that of an error of the ledger, for programs; `detail` for people. */
export type ImportFailure = { readonly code: string; readonly detail: string };

/** What the owner decided about the file: parts of its format, instead of what was proposed. */
export type FormatAnswers = Partial<Omit<ImportFormat, "columns">> & {
  readonly columns?: ImportColumns;
};

/** They hold a file or keep somebody waiting: a user has only so many. */
export const openStates: readonly ImportState[] = ["uploading", "reading", "ready", "committing"];
/** Nothing of them stands in the ledger, and no job is about to put it there. */
export const deletableStates: readonly ImportState[] = ["uploading", "reading", "ready", "failed"];

const stateSentences: Readonly<Record<ImportState, string>> = {
  uploading: "The file of this import is still on its way.",
  reading: "The file of this import is being read.",
  ready: "The import waits to be committed.",
  committing: "The import is being committed.",
  committed: "The import is committed.",
  undoing: "The import is being undone.",
  undone: "The import was undone.",
  failed: "The file of this import could not be read.",
};

/** Throws 409 `ledger.import_wrong_state` unless the import is in one of these states. */
export function requireState(state: ImportState, allowed: readonly ImportState[]): void {
  if (!allowed.includes(state))
    throw ledgerErrors.fail("import_wrong_state", stateSentences[state], { meta: { state } });
}

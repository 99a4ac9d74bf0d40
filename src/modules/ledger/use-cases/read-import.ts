import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { LedgerDeps, NewImportRow, StoredImport } from "../deps.ts";
import { ImportFileError } from "../domain/import-file-error.ts";
import type {
  CsvRow,
  FormatProposal,
  ImportAccount,
  ImportFormat,
} from "../domain/import-format.ts";
import { completeFormat } from "../domain/import-proposal.ts";
import { readRow } from "../domain/import-row.ts";
import type { ImportFailure } from "../domain/import-state.ts";
import { shownCells, shownText } from "../domain/import-text.ts";
import { ledgerErrors } from "../errors.ts";
import { inspectFile } from "./inspect-file.ts";
import { judgeImport } from "./judge-import.ts";

export const readImportJob = "ledger.read_import";
export type ReadImportPayload = { readonly importId: Id; readonly version: number };

type Deps = Pick<
  LedgerDeps,
  | "db"
  | "clock"
  | "accounts"
  | "imports"
  | "importRows"
  | "importOrigins"
  | "importFiles"
  | "scales"
>;

/** Rows are stored so many at a time, sooner when they are long. */
const batchRows = 2_000;
const batchCharacters = 2_000_000;
/** What an earlier reading left is deleted so many at a time. */
const removedRows = 20_000;

/**
 * Finds out how a file is to be read and what each of its rows says. A run that was cut off is taken up where it was:
 * what the file is taken for is stored before its rows are, and those in batches that raise `rowsRead`. It ends as soon as
 * somebody else has changed or deleted the import; a file that cannot be read makes it `failed`.
 */
export async function readImport(
  deps: Deps,
  ctx: RequestContext,
  { importId, version }: ReadImportPayload,
  signal: AbortSignal,
): Promise<void> {
  const seen = await deps.imports.find(deps.db.read, importId);
  if (seen?.state !== "reading" || seen.version !== version) return;
  try {
    const proposal = seen.proposal ?? (await propose(deps, ctx, seen, signal));
    if (!proposal) return;
    const format = formatOf(proposal);
    if (!(await stage(deps, ctx, seen, { proposal, format }, signal))) return;
    if (format) await judgeImport(deps, ctx, seen, null, signal);
    else await change(deps, ctx, seen, { state: "ready" });
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    await fail(deps, ctx, seen, error.message);
  }
}

/** Null while something is asked. */
function formatOf({ format, questions, problem }: FormatProposal): ImportFormat | null {
  if (questions.length > 0) return null;
  const complete = completeFormat(format);
  if (problem !== null || complete === null)
    throw new ImportFileError(problem ?? "Day and amount of a row are not in these columns.");
  return complete;
}

/** Undefined when the import is no longer as it was seen. */
async function propose(
  deps: Deps,
  ctx: RequestContext,
  seen: StoredImport,
  signal: AbortSignal,
): Promise<FormatProposal | undefined> {
  const chunks = () => chunksOf(deps, seen.id, signal);
  const { facts, proposal } = await inspectFile(deps.importFiles, chunks, seen.answers);
  while (
    (await deps.db.transact(ctx, (tx) => deps.importRows.remove(tx, seen.id, removedRows))) > 0
  )
    signal.throwIfAborted();
  const isNoted = await deps.db.transact(ctx, (tx) =>
    deps.imports.note(tx, seen, { facts, proposal, rowsRead: 0 }, deps.clock.now()),
  );
  return isNoted ? proposal : undefined;
}

/** False when the import is no longer as it was seen. */
async function stage(
  deps: Deps,
  ctx: RequestContext,
  seen: StoredImport,
  { proposal, format }: { readonly proposal: FormatProposal; readonly format: ImportFormat | null },
  signal: AbortSignal,
): Promise<boolean> {
  const { headerRows = 0 } = proposal.format;
  const account = await accountOf(deps, seen);
  const alreadyRead = seen.proposal === null ? 0 : seen.rowsRead;
  let batch: NewImportRow[] = [];
  let characters = 0;
  let rowsRead = alreadyRead;

  async function flush(): Promise<boolean> {
    const rows = batch;
    batch = [];
    characters = 0;
    return deps.db.transact(ctx, async (tx) => {
      // The import's row first: whoever deletes it waits here, or was faster.
      if (!(await deps.imports.note(tx, seen, { rowsRead }, deps.clock.now()))) return false;
      await deps.importRows.insertMany(tx, seen.id, rows);
      return true;
    });
  }

  const chunks = chunksOf(deps, seen.id, signal);
  for await (const rows of deps.importFiles.read(chunks, proposal.format))
    for (const row of rows) {
      const below = row.number - headerRows;
      if (below <= alreadyRead) continue;
      const judged = judge(row, format, account);
      batch.push(judged);
      rowsRead = below;
      for (const cell of judged.cells) characters += cell.length;
      if (batch.length < batchRows && characters < batchCharacters) continue;
      if (!(await flush())) return false;
    }
  return flush();
}

function judge(row: CsvRow, format: ImportFormat | null, account: ImportAccount): NewImportRow {
  const nothing = { date: null, amount: null, payee: null, note: null, externalId: null };
  const told = { number: row.number, cells: shownCells(row.cells), fault: null, ...nothing };
  if (row.fault !== null) return { ...told, verdict: "faulty", fault: row.fault };
  // Open to question: what the row says cannot be told yet.
  if (format === null) return { ...told, verdict: null };
  const reading = readRow(format, row.cells, account);
  if ("fault" in reading) return { ...told, verdict: "faulty", fault: shownText(reading.fault) };
  const { date, amount, payee, note, externalId } = reading;
  return {
    ...told,
    ...{ verdict: "new", date, amount },
    payee: payee && shownText(payee),
    note: note && shownText(note),
    externalId: externalId && shownText(externalId),
  };
}

async function accountOf(deps: Deps, { accountId }: StoredImport): Promise<ImportAccount> {
  const [account] = await deps.accounts.byIds(deps.db.read, [accountId]);
  const digits = account && deps.scales.digitsOf(account.currency);
  if (!account || digits === undefined) throw new Error("an import has no account of a currency");
  return { currency: account.currency, digits };
}

/** One piece of the file in memory at a time. */
async function* chunksOf(
  deps: Deps,
  importId: Id,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let number = 0; ; number += 1) {
    signal.throwIfAborted();
    const chunk = await deps.imports.chunk(deps.db.read, importId, number);
    if (chunk === undefined) return;
    yield chunk;
  }
}

/** Who has answered something may have answered wrongly, and can answer again; otherwise nothing helps. */
async function fail(
  deps: Deps,
  ctx: RequestContext,
  seen: StoredImport,
  detail: string,
): Promise<void> {
  const { code } = ledgerErrors.fail("import_unreadable", detail);
  const isAnswered = Object.keys(seen.answers).length > 0;
  const state = isAnswered ? "ready" : "failed";
  await change(deps, ctx, seen, { state, failure: { code, detail } });
}

async function change(
  deps: Deps,
  ctx: RequestContext,
  seen: StoredImport,
  changes: { readonly state: "ready" | "failed"; readonly failure?: ImportFailure },
): Promise<void> {
  await deps.db.transact(ctx, async (tx) => {
    const changed = await deps.imports.change(tx, seen, changes, deps.clock.now());
    if (changed?.state === "failed") await deps.imports.removeChunks(tx, seen.id);
  });
}

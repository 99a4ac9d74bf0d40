import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { addDecimals, zero } from "#platform/kernel/decimal";
import { type Id, parseId } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { DaySum, LedgerDeps, StoredImport } from "../deps.ts";
import { ledgerErrors } from "../errors.ts";
import { lockBook, periodClosed } from "./book-access.ts";
import { type Comparison, openComparison } from "./compare-import.ts";
import { handToJob, type ImportJobPayload, isRefusal } from "./import-job.ts";
import type { Import } from "./import-view.ts";
import { judgeImport } from "./judge-import.ts";
import { importChanged, type OwnImportDeps, seenImport } from "./own-import.ts";
import { type ImportTarget, recordImportRows, rowsChanged } from "./record-import-rows.ts";
import { accountArchived } from "./transaction-references.ts";

export const commitImportJob = "ledger.commit_import";

/** So many rows become transactions with one round of statements. */
const batchSize = 2_000;

/** Has the new rows of an import recorded by a job. Throws `ledger.import_undecided` (409) while a question is open. */
export async function startCommit(
  deps: OwnImportDeps & Pick<LedgerDeps, "jobs">,
  ctx: RequestContext,
  input: { readonly id: string; readonly version: number },
): Promise<Import> {
  const asked = { id: parseId(input.id), version: input.version, states: ["ready"] as const };
  const seen = await seenImport(deps, ctx, asked);
  if (seen.counts === null || (seen.proposal?.questions.length ?? 0) > 0)
    throw ledgerErrors.fail("import_undecided", "Answer the questions about the file first.");
  return handToJob(deps, ctx, seen, { state: "committing", job: commitImportJob });
}

type Deps = Pick<
  LedgerDeps,
  | "db"
  | "clock"
  | "ids"
  | "accounts"
  | "books"
  | "categories"
  | "imports"
  | "importRows"
  | "importOrigins"
  | "postings"
  | "transactions"
>;

/**
 * Records all new rows in one transaction, or none. What the ledger refuses (a closed period, an archived account, other
 * duplicates than were shown) makes the import ready again and says why; whatever else fails is tried again.
 */
export async function commitImport(
  deps: Deps,
  ctx: RequestContext,
  { importId, version, by }: ImportJobPayload,
  signal: AbortSignal,
): Promise<void> {
  const seen = await deps.imports.find(deps.db.read, importId);
  if (seen?.state !== "committing" || seen.version !== version) return;
  try {
    const comparison = await openComparison(deps, seen, signal);
    const compared = await requireUnchanged(deps, seen, comparison);
    await deps.db.transact(ctx, async (tx) => {
      const recorded = await record(deps, tx, seen, by, signal);
      await settle(deps, tx, seen, { comparison, compared, recorded });
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const failure = { code: error.code, detail: error.message };
    await judgeImport(deps, ctx, seen, failure, signal);
  }
}

/** That the rows have the verdicts which they were shown with; gives the revision of the book for which that holds. */
async function requireUnchanged(
  deps: Deps,
  { bookId }: StoredImport,
  comparison: Comparison,
): Promise<number> {
  // Read first: what is compared is of this revision or a later one.
  const revision = await deps.books.revision(deps.db.read, bookId);
  const { toNew, toDuplicate } = await comparison.changes();
  if (toNew.length + toDuplicate.length > 0) throw rowsChanged(toDuplicate.length, toNew.length);
  return revision;
}

/** What was recorded, and still is in no sum. */
type Recorded = { readonly firstDay: LocalDate | undefined; readonly sums: readonly DaySum[] };

/**
 * The long part, in which others go on to write into the book: nobody sees what is recorded, and no row that they write is
 * touched. Whether it may stand is for {@link settle} to say; what certainly may not is refused at once.
 */
async function record(
  deps: Deps,
  tx: Tx,
  seen: StoredImport,
  by: Id,
  signal: AbortSignal,
): Promise<Recorded> {
  const { id: importId, bookId, accountId } = seen;
  const firstDay = await deps.importRows.firstNewDay(tx, importId);
  const closedThrough = await deps.books.closedThrough(tx, bookId);
  if (firstDay !== undefined && closedThrough !== null && firstDay <= closedThrough)
    throw periodClosed(closedThrough);
  const { currency } = await requireOpenAccount(deps, tx, accountId);
  const target: ImportTarget = {
    ...{ bookId, accountId, importId, by, currency },
    income: await deps.categories.uncategorised(tx, bookId, "income"),
    expense: await deps.categories.uncategorised(tx, bookId, "expense"),
  };
  const sums = new Map<LocalDate, DaySum>();
  const query = { importId, onlyNew: true, limit: batchSize };
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const rows = await deps.importRows.readable(tx, { ...query, after });
    for (const sum of await recordImportRows(deps, tx, target, rows)) {
      const amount = addDecimals(sums.get(sum.date)?.amount ?? zero, sum.amount);
      sums.set(sum.date, { ...sum, amount });
    }
    after = rows.at(-1)?.number ?? after;
    if (rows.length < batchSize) break;
  }
  await deps.imports.removeChunks(tx, importId);
  return { firstDay, sums: [...sums.values()] };
}

/**
 * The short part, which has the book for itself: that what was recorded may stand as the book is now, and its sums.
 * `compared` = the revision of the book with which the rows were compared.
 */
async function settle(
  deps: Deps,
  tx: Tx,
  seen: StoredImport,
  {
    comparison,
    compared,
    recorded: { firstDay, sums },
  }: {
    readonly comparison: Comparison;
    readonly compared: number;
    readonly recorded: Recorded;
  },
): Promise<void> {
  const { bookId, accountId } = seen;
  // What was written meanwhile is compared before the book is taken, and again only if somebody wrote in between.
  const isStill = (await deps.books.revision(tx, bookId)) === compared;
  const revision = isStill ? compared : await requireUnchanged(deps, seen, comparison);
  const dates = firstDay === undefined ? [] : [firstDay];
  const lock = await lockBook(deps, tx, { bookId, dates });
  if (lock.revision !== revision + 1) await requireUnchanged(deps, seen, comparison);
  await requireOpenAccount(deps, tx, accountId);
  const changes = { state: "committed", failure: null } as const;
  if (!(await deps.imports.change(tx, seen, changes, deps.clock.now()))) throw importChanged();
  await deps.postings.addSums(tx, bookId, sums);
}

async function requireOpenAccount(
  deps: Deps,
  tx: Tx,
  accountId: Id,
): Promise<{ readonly currency: CurrencyCode }> {
  const [account] = await deps.accounts.byIds(tx, [accountId]);
  if (!account || account.archivedAt !== null) throw accountArchived();
  return account;
}

import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { type DecimalString, signOf } from "#platform/kernel/decimal";
import { type Id, parseId } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Transaction } from "../contract.ts";
import type { JudgedRow, LedgerDeps, StoredImport } from "../deps.ts";
import { likenessWords } from "../domain/import-duplicates.ts";
import { newTransaction } from "../domain/new-transaction.ts";
import { postingsOf } from "../domain/postings.ts";
import { ledgerErrors } from "../errors.ts";
import { lockBook } from "./book-access.ts";
import { compareImport } from "./compare-import.ts";
import { handToJob, type ImportJobPayload, isRefusal } from "./import-job.ts";
import type { Import } from "./import-view.ts";
import { judgeImport } from "./judge-import.ts";
import { type OwnImportDeps, seenImport } from "./own-import.ts";
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
    await deps.db.transact(ctx, (tx) => record(deps, tx, seen, by, signal));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const failure = { code: error.code, detail: error.message };
    await judgeImport(deps, ctx, seen, failure, signal);
  }
}

async function record(
  deps: Deps,
  tx: Tx,
  seen: StoredImport,
  by: Id,
  signal: AbortSignal,
): Promise<void> {
  const { id: importId, bookId, accountId } = seen;
  const firstDay = await deps.importRows.firstNewDay(tx, importId);
  await lockBook(deps, tx, { bookId, dates: firstDay === undefined ? [] : [firstDay] });
  const changes = { state: "committed", failure: null } as const;
  // Locks the import, too: nobody else changes its rows from here on.
  if (!(await deps.imports.change(tx, seen, changes, deps.clock.now()))) return;
  const [account] = await deps.accounts.byIds(tx, [accountId]);
  if (!account || account.archivedAt !== null) throw accountArchived();
  const { toNew, toDuplicate } = await compareImport(deps, tx, seen, signal);
  if (toNew.length + toDuplicate.length > 0)
    throw ledgerErrors.fail(
      "import_changed",
      `The account has changed since the rows were compared: ${toDuplicate.length} more are duplicates, ${toNew.length} no longer are. Look at them again.`,
    );
  const target = {
    ...{ bookId, accountId, importId, by, currency: account.currency },
    income: await deps.categories.uncategorised(tx, bookId, "income"),
    expense: await deps.categories.uncategorised(tx, bookId, "expense"),
  };
  const query = { importId, onlyNew: true, limit: batchSize };
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const rows = await deps.importRows.readable(tx, { ...query, after });
    if (rows.length > 0) await recordRows(deps, tx, target, rows);
    after = rows.at(-1)?.number ?? after;
    if (rows.length < batchSize) break;
  }
  await deps.imports.removeChunks(tx, importId);
}

type Target = {
  readonly bookId: Id;
  readonly accountId: Id;
  readonly importId: Id;
  readonly by: Id;
  readonly currency: CurrencyCode;
  readonly income: Id;
  readonly expense: Id;
};

async function recordRows(
  deps: Deps,
  tx: Tx,
  target: Target,
  rows: readonly JudgedRow[],
): Promise<void> {
  const added = rows.map((row) => transactionOf(deps, target, row));
  await deps.transactions.insertMany(tx, added);
  await deps.postings.repost(tx, {
    bookId: target.bookId,
    remove: [],
    add: added.flatMap((one) => postingsOf(one)),
  });
  const origins = rows.flatMap(({ date, amount, payee, note, externalId }, index) => {
    const transactionId = added[index]?.id;
    if (date === null || amount === null || transactionId === undefined) return [];
    return [{ transactionId, date, amount, words: likenessWords(payee, note), externalId }];
  });
  await deps.importOrigins.insertMany(tx, target.accountId, origins);
}

function transactionOf(deps: Deps, target: Target, row: JudgedRow): Transaction {
  const { date, amount, payee, note, externalId } = row;
  if (date === null || amount === null) throw new Error("a row without a day or an amount is new");
  const kind = signOf(amount) < 0 ? "expense" : "income";
  // With all its decimals, which arithmetic would drop.
  const positive = amount.replace("-", "") as DecimalString;
  const whole = { amount: positive, currency: target.currency };
  const { bookId, importId, by: createdBy } = target;
  const origin = { id: deps.ids.next(), bookId, importId, createdBy, at: deps.clock.now() };
  return newTransaction(
    {
      ...{ kind, date, accountId: target.accountId, payee, note, externalId },
      amount: whole,
      transfer: null,
      splits: [{ categoryId: target[kind], amount: whole, note: null }],
      // A line of the bank's own statement.
      ...{ tags: [], documentNumber: null, taxRate: null, cleared: true },
    },
    origin,
  );
}

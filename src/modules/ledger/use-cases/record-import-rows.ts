import type { Tx } from "#platform/db/database";
import { type DecimalString, signOf } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Transaction } from "../contract.ts";
import type { DaySum, JudgedRow, LedgerDeps } from "../deps.ts";
import { likenessWords } from "../domain/import-duplicates.ts";
import { newTransaction } from "../domain/new-transaction.ts";
import { postingsOf } from "../domain/postings.ts";
import { ledgerErrors } from "../errors.ts";

type Deps = Pick<LedgerDeps, "clock" | "ids" | "importOrigins" | "postings" | "transactions">;

/** Where new rows of an import go. */
export type ImportTarget = {
  readonly bookId: Id;
  readonly accountId: Id;
  readonly importId: Id;
  readonly by: Id;
  readonly currency: CurrencyCode;
  readonly income: Id;
  readonly expense: Id;
};

/**
 * Rows as transactions that are in no sum yet; gives what the account got, by day. Throws `ledger.import_changed` (409) when
 * the account has the external id of one by now.
 */
export async function recordImportRows(
  deps: Deps,
  tx: Tx,
  target: ImportTarget,
  rows: readonly JudgedRow[],
): Promise<readonly DaySum[]> {
  if (rows.length === 0) return [];
  const added = rows.map((row) => transactionOf(deps, target, row));
  const made = await deps.transactions.insertNew(tx, added);
  if (made < added.length) throw rowsChanged(added.length - made, 0);
  const sums = await deps.postings.insertUnsummed(tx, {
    bookId: target.bookId,
    add: added.flatMap((one) => postingsOf(one)),
  });
  const origins = rows.flatMap(({ date, amount, payee, note, externalId }, index) => {
    const transactionId = added[index]?.id;
    if (date === null || amount === null || transactionId === undefined) return [];
    return [{ transactionId, date, amount, words: likenessWords(payee, note), externalId }];
  });
  await deps.importOrigins.insertMany(tx, target.accountId, origins);
  return sums;
}

export const rowsChanged = (duplicates: number, others: number) =>
  ledgerErrors.fail(
    "import_changed",
    `The account has changed since the rows were compared: ${duplicates} more are duplicates, ${others} no longer are. Look at them again.`,
  );

function transactionOf(deps: Deps, target: ImportTarget, row: JudgedRow): Transaction {
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

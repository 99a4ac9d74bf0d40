import type { Database } from "#platform/db/database";
import { countCommitted } from "#platform/observability/committed-counts";
import type { Metrics } from "#platform/observability/metrics";
import type { Transaction } from "./contract.ts";
import type { TransactionRepository } from "./storage/transaction.repository.ts";

/** What the module writes through, counting the transactions that people and imports have made. */
export function meterTransactions(
  metrics: Metrics,
  plain: { readonly db: Database; readonly transactions: TransactionRepository },
): { readonly db: Database; readonly transactions: TransactionRepository } {
  const created = metrics.counter({
    name: "fintrack_transactions_created_total",
    help: "Transactions made, by kind and by whether a person entered or a file brought them.",
    labels: ["kind", "via"],
  });
  const { db, afterCommit } = countCommitted(plain.db);
  const { transactions } = plain;
  const count = (added: readonly Pick<Transaction, "kind" | "importId">[]) => () => {
    for (const { kind, importId } of added)
      created.increment({ kind, via: importId === null ? "entry" : "import" });
  };
  return {
    db,
    transactions: {
      ...transactions,
      recording(userId, transaction, postings) {
        const statement = transactions.recording(userId, transaction, postings);
        afterCommit(statement, count([transaction]));
        return statement;
      },
      async insertMany(tx, added) {
        await transactions.insertMany(tx, added);
        afterCommit(tx, count(added));
      },
      async insertNew(tx, added) {
        const made = await transactions.insertNew(tx, added);
        // Fewer than asked for are rolled back as a whole.
        if (made === added.length) afterCommit(tx, count(added));
        return made;
      },
    },
  };
}

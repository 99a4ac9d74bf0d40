import type { Database } from "#platform/db/database";
import { countCommitted } from "#platform/observability/committed-counts";
import type { Metrics } from "#platform/observability/metrics";
import type { CustodyRepository } from "./storage/custody.repository.ts";

/** What the module writes through, counting the entries of all custody logs: every step of every debt is one. */
export function meterDebts(
  metrics: Metrics,
  plain: { readonly db: Database; readonly custody: CustodyRepository },
): { readonly db: Database; readonly custody: CustodyRepository } {
  const steps = metrics.counter({
    name: "fintrack_debt_steps_total",
    help: "Steps of debts, by the word that their custody logs have for it.",
    labels: ["step"],
  });
  const { db, afterCommit } = countCommitted(plain.db);
  return {
    db,
    custody: {
      ...plain.custody,
      async append(tx, debtId, added) {
        await plain.custody.append(tx, debtId, added);
        afterCommit(tx, () => {
          for (const { kind } of added.entries) steps.increment({ step: kind });
        });
      },
    },
  };
}

import type { RequestContext } from "#platform/kernel/context";
import type { LedgerDeps } from "../deps.ts";
import { describeSumFault, describeTransactionFault } from "../domain/ledger-fault.ts";

/**
 * Recomputes every sum and every double entry from the postings, some at a time: a line for each difference, as they
 * are found. May run while the server writes.
 */
export async function* verifyLedger(
  deps: Pick<LedgerDeps, "db" | "verification">,
  _ctx: RequestContext,
): AsyncGenerator<string> {
  const { read } = deps.db;
  for await (const range of deps.verification.transactionRanges(read))
    for (const fault of await deps.verification.transactionFaults(read, range))
      yield describeTransactionFault(fault);
  for await (const range of deps.verification.accountRanges(read))
    for (const fault of await deps.verification.sumFaults(read, range))
      yield describeSumFault(fault);
}

import type { AuditContext } from "../db/audit-context.ts";
import { addSeconds, type Instant } from "../kernel/time.ts";
import { formatLsn } from "./lsn.ts";
import type { TransactionHead } from "./transactions.ts";

/** A request that changed something and whose outcome has not come: a row of `audit.unfinished`. */
export type Waiting = {
  readonly requestId: string;
  readonly committedAt: Instant;
  /** JSON of the {@link AuditContext}. */
  readonly context: string;
  readonly lsn: string;
  /** Null = still waited for. */
  readonly reportedAt: Instant | null;
};

/** An outcome that has not come so long after the commit is recorded as unknown. */
const unknownAfterSeconds = 60;
/** A late outcome is known to be late for so long after the commit. */
const forgetAfterSeconds = 86_400;
/** Recorded as unknown in one go. */
const maxReportedAtOnce = 500;

/** Holds what is waited for in memory, and what of that a batch has to store. */
export function createUnfinished(stored: readonly Waiting[]) {
  const waiting = new Map(stored.map((one) => [one.requestId, one]));
  const inDatabase = new Set(waiting.keys());
  const changed = new Set<string>();

  return {
    /** A transaction of a request is in the chain. */
    committed(context: AuditContext, head: TransactionHead): void {
      if (waiting.has(context.requestId)) return;
      changed.add(context.requestId);
      waiting.set(context.requestId, {
        requestId: context.requestId,
        committedAt: head.at,
        context: JSON.stringify(context),
        lsn: formatLsn(head.commitLsn),
        reportedAt: null,
      });
    },
    /** Its outcome has come. True = after it was recorded as unknown. */
    finished(requestId: string): boolean {
      const known = waiting.get(requestId);
      if (known === undefined) return false;
      waiting.delete(requestId);
      changed.add(requestId);
      return known.reportedAt !== null;
    },
    /** Those whose outcome would have come by now. `at`: everything that MainDB committed before it has been read. */
    overdue(at: Instant): Waiting[] {
      const limit = addSeconds(at, -unknownAfterSeconds);
      return [...waiting.values()]
        .filter((one) => one.reportedAt === null && one.committedAt < limit)
        .slice(0, maxReportedAtOnce);
    },
    reported(one: Waiting, at: Instant): void {
      waiting.set(one.requestId, { ...one, reportedAt: at });
      changed.add(one.requestId);
    },
    forgetOld(at: Instant): void {
      const limit = addSeconds(at, -forgetAfterSeconds);
      for (const one of waiting.values())
        if (one.reportedAt !== null && one.committedAt < limit) {
          waiting.delete(one.requestId);
          changed.add(one.requestId);
        }
    },
    /** What the batch has to write so that the table says the same. */
    toStore(): { readonly nowWaiting: Waiting[]; readonly noLongerWaiting: string[] } {
      const ids = [...changed];
      return {
        nowWaiting: ids.flatMap((id) => waiting.get(id) ?? []),
        noLongerWaiting: ids.filter((id) => !waiting.has(id) && inDatabase.has(id)),
      };
    },
    stored(): void {
      for (const id of changed)
        if (waiting.has(id)) inDatabase.add(id);
        else inDatabase.delete(id);
      changed.clear();
    },
    count: () => waiting.size,
  };
}

export type Unfinished = ReturnType<typeof createUnfinished>;

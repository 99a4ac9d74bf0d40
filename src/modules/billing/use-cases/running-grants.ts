import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import type { BillingDeps, RunningGrants } from "../deps.ts";
import type { RunningGrant } from "../domain/effective-plan.ts";

/** A node that is told of no change any more still sees it after this. */
const maxAgeSeconds = 10;
const maxUsers = 10_000;

type Entry = {
  readonly grants: readonly RunningGrant[];
  readonly readAt: Instant;
  readonly staleAt: Instant;
};

/**
 * Remembers who has which grants, for {@link maxAgeSeconds} and at most {@link maxUsers} users. Their ends are part of
 * what is remembered, so that a plan ends on time whoever remembers it.
 */
export function createRunningGrants(
  deps: Pick<BillingDeps, "db" | "clock" | "grants">,
): RunningGrants {
  const entries = new Map<Id, Entry>();
  /** Counts what was forgotten: a read that began before may be older than that, and is not remembered. */
  let changes = 0;

  function remember(userId: Id, entry: Entry): void {
    entries.delete(userId); // to the end: the oldest stand first
    entries.set(userId, entry);
    const oldest = entries.keys().next();
    if (entries.size > maxUsers && !oldest.done) entries.delete(oldest.value);
  }

  return {
    async of(userIds) {
      const readAt = deps.clock.now();
      const found = new Map<Id, readonly RunningGrant[]>();
      const missing: Id[] = [];
      for (const userId of new Set(userIds)) {
        const entry = entries.get(userId);
        if (entry && entry.readAt <= readAt && readAt < entry.staleAt)
          found.set(userId, entry.grants);
        else missing.push(userId);
      }
      if (missing.length === 0) return found;
      const before = changes;
      const rows = await deps.grants.running(deps.db.read, missing, readAt);
      const byUser = Map.groupBy(rows, ({ userId }) => userId);
      for (const userId of missing) {
        const grants = byUser.get(userId) ?? [];
        found.set(userId, grants);
        if (changes === before)
          remember(userId, { grants, readAt, staleAt: addSeconds(readAt, maxAgeSeconds) });
      }
      return found;
    },
    forget(userId) {
      changes += 1;
      entries.delete(userId);
    },
    forgetAll() {
      changes += 1;
      entries.clear();
    },
  };
}

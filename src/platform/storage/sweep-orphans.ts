import { epochMs, type Instant } from "../kernel/time.ts";
import type { ObjectStore } from "./object-store.ts";

const listedAtOnce = 500;

export type OrphanSweep = {
  readonly store: Pick<ObjectStore, "list" | "delete">;
  /** Only what begins with it is looked at. */
  readonly prefix: string;
  /** Only what was stored before, by the clock of the store: what is younger may be about to be referred to. */
  readonly storedBefore: Instant;
  /** Which of these somebody refers to. Asked once a page, of at most 500 keys that are old enough. */
  readonly inUse: (keys: readonly string[]) => Promise<ReadonlySet<string>>;
};

export type SweptOrphans = {
  readonly deleted: number;
  /** Where the next run goes on (`after`); null when all was looked at. */
  readonly next: string | null;
};

/**
 * Deletes objects that nobody refers to: left by those who stored one and died before they could say so, and by deletions
 * while the store was away. Looks at no more than `maxPages` pages, and stops between two of them when `signal` aborts.
 * What is referred to between `inUse` and the deletion would be lost: refer only to keys that are new, and younger than
 * `storedBefore`.
 */
export async function sweepOrphans(
  { store, prefix, storedBefore, inUse }: OrphanSweep,
  run: {
    readonly after: string | null;
    readonly maxPages: number;
    readonly signal: AbortSignal;
  },
): Promise<SweptOrphans> {
  let { after } = run;
  let deleted = 0;
  for (let page = 0; page < run.maxPages && !run.signal.aborted; page += 1) {
    const listed = await store.list(prefix, { after: after ?? undefined, limit: listedAtOnce });
    const old = listed.filter(({ modifiedMs }) => modifiedMs < epochMs(storedBefore));
    const keys = old.map(({ key }) => key);
    const used = keys.length === 0 ? new Set<string>() : await inUse(keys);
    const orphans = keys.filter((key) => !used.has(key));
    if (orphans.length > 0) await store.delete(orphans);
    deleted += orphans.length;
    if (listed.length < listedAtOnce) return { deleted, next: null };
    after = listed.at(-1)?.key ?? null;
  }
  return { deleted, next: after };
}

export type SweepOrphans = typeof sweepOrphans;

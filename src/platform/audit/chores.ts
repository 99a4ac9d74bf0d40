import type { Clock } from "../kernel/clock.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { type Drift, driftDraft, type ExpectedTable, findDrift } from "./drift.ts";
import type { Entry, EntryDraft } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import type { MainSource } from "./main-source.ts";
import { dropExpired, keptSince, tombstoneDraft } from "./retention.ts";
import type { Signer } from "./signing.ts";

const driftCheckMs = 60_000;
const retentionCheckMs = 86_400_000;

/** What a relay does beside its batches, and seldom. */
export type Chores = {
  /** Each of them when its time has come. */
  run(): Promise<void>;
};

export type ChoreDeps = {
  readonly main: Pick<MainSource, "published">;
  readonly writer: LogWriter;
  readonly checkpoints: Checkpoints;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly expectedTables: readonly ExpectedTable[];
  readonly retentionMonths: number;
  /** Runs it between two batches; not at all while a large transaction is half written. */
  betweenBatches(work: () => Promise<void>): Promise<void>;
  /** Adds an entry that has nothing to do with what was read. */
  addOne(draft: EntryDraft): Promise<readonly Entry[]>;
  onDrift(drift: Drift): void;
};

export function createChores(deps: ChoreDeps): Chores {
  const isDriftDue = every(driftCheckMs, deps.monotonicMs);
  const isRetentionDue = every(retentionCheckMs, deps.monotonicMs);
  let knownDrift: Drift | null = null;

  async function checkDrift(): Promise<void> {
    const drift = findDrift(await deps.main.published(), deps.expectedTables);
    deps.onDrift(drift);
    const isNews = JSON.stringify(drift) !== JSON.stringify(knownDrift);
    const wasFine = knownDrift === null || knownDrift.faults.length === 0;
    knownDrift = drift;
    if (!isNews || (wasFine && drift.faults.length === 0)) return;
    await deps.betweenBatches(async () => {
      await deps.addOne(driftDraft(drift, deps.clock.now()));
    });
  }

  /** Each month that is old enough goes as a whole, once a signed entry says so. */
  const retain = () =>
    deps.betweenBatches(async () => {
      const { writer, clock } = deps;
      const before = keptSince(clock.now(), deps.retentionMonths);
      const tombstone = await tombstoneDraft(deps, before);
      if (tombstone) {
        await deps.addOne(tombstone);
        await deps.checkpoints.make(clock.now(), true);
      }
      await dropExpired(writer, before);
    });

  return {
    async run() {
      if (isDriftDue()) await checkDrift();
      if (isRetentionDue()) await retain();
      await deps.betweenBatches(async () => {
        await deps.checkpoints.make(deps.clock.now());
      });
    },
  };
}

/** True at first, and then once in so long. */
function every(intervalMs: number, monotonicMs: () => number): () => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (monotonicMs() - lastMs < intervalMs) return false;
    lastMs = monotonicMs();
    return true;
  };
}

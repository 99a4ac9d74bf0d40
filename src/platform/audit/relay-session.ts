import type { ConnectionSettings } from "../db/connection.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Instant } from "../kernel/time.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { createBatches } from "./batches.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { createChores } from "./chores.ts";
import type { Drift, ExpectedTable } from "./drift.ts";
import type { Entry } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import type { Lsn } from "./lsn.ts";
import type { MainSource } from "./main-source.ts";
import { overdueDrafts } from "./overdue.ts";
import { openPrimaryKeys } from "./primary-keys.ts";
import { createSeenCounters } from "./seen-counters.ts";
import type { Signer } from "./signing.ts";
import { createSlotReader } from "./slot-reader.ts";
import { createTrailEnd } from "./trail-end.ts";
import type { TrailPosition } from "./trail-position.ts";
import type { AssemblyBounds } from "./transactions.ts";
import { createTurns } from "./turns.ts";
import { createUnfinished } from "./unfinished.ts";

/** So often the server is asked how far it is, and told how far we are. */
const tickMs = 1_000;
/** While nothing happens, the position follows the WAL this seldom: another database may be filling it. */
const idleMoveMs = 10_000;
/** What is not stored by then is read again by the next session. */
const stopTimeoutMs = 2_000;

export type SessionOptions = {
  readonly connection: ConnectionSettings;
  readonly writer: LogWriter;
  readonly main: MainSource;
  readonly position: TrailPosition & { readonly lsn: Lsn };
  readonly checkpoints: Checkpoints;
  readonly signer: Signer;
  readonly retentionMonths: number;
  readonly keyring: Pick<Keyring, "verifyHmac">;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  /** Whether a request of this operation is recorded with its outcome. */
  readonly expectsOutcome: (operation: string) => boolean;
  readonly expectedTables: readonly ExpectedTable[];
  readonly bounds?: AssemblyBounds;
  onStored(entries: readonly Entry[]): void;
  onProgress(progress: { readonly readUpTo: Instant; readonly lsn: Lsn }): void;
  onDrift(drift: Drift): void;
};

export type RelaySession = {
  /** Resolves with what ended the session; null after `stop`. */
  readonly ended: Promise<Error | null>;
  /** Stores what has been read, signs it, and lets go. */
  stop(): Promise<void>;
  /** The LogDB connection broke. */
  fail(error: unknown): void;
};

/** Carries changes from the slot into the chain until something breaks. */
export async function openRelaySession(options: SessionOptions): Promise<RelaySession> {
  const { writer, main, checkpoints, clock, monotonicMs } = options;
  const seen = createSeenCounters(writer.readCounters);
  const unfinished = createUnfinished(await writer.readWaiting());
  const keys = await openPrimaryKeys(main);

  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<Error | null>();
  let isOver = false;
  function finish(reason: Error | null): void {
    if (isOver) return;
    isOver = true;
    batches.stop();
    clearInterval(ticker);
    // The slot has one reader: the next session waits until this one has left.
    void reader
      .close()
      .catch(() => {})
      .then(() => resolveEnded(reason));
  }
  const fail = (error: unknown) =>
    finish(error instanceof Error ? error : new Error(String(error)));

  /** Whatever writes to LogDB does it here, one after the other. */
  const turns = createTurns({ isOver: () => isOver, onFailure: fail });
  const acknowledge = (lsn: Lsn) => reader.acknowledge(lsn);
  const end = createTrailEnd({
    ...{ writer, seen, unfinished, monotonicMs, acknowledge },
    ...{ from: options.position.lsn, identity: main.identity, onStored: options.onStored },
  });
  const batches = createBatches({
    ...{ turns, end, writer, checkpoints, unfinished, keys, clock },
    drafting: { keyring: options.keyring, seen, unfinished, keyOf: keys.keyOf },
    expectsOutcome: options.expectsOutcome,
    onStored: options.onStored,
    onProgress: options.onProgress,
    stillHere: () => acknowledge(end.lsn()),
    readAgain: () => reader.readAgain(),
  });
  const reader = createSlotReader({
    ...{ connection: options.connection, main, bounds: options.bounds, monotonicMs },
    ...{ from: end.lsn, readInPieces: batches.isLarge, isOver: () => isOver },
    ...{ take: batches.take, onCaughtUp },
    // What came before the end is good: what follows may never be readable.
    onEnded: (error) =>
      void batches.flush().then(
        () => fail(error),
        () => fail(error),
      ),
  });
  const chores = createChores({
    ...{ main, writer, checkpoints, signer: options.signer, clock, monotonicMs },
    expectedTables: options.expectedTables,
    retentionMonths: options.retentionMonths,
    onDrift: options.onDrift,
    betweenBatches: (work) => turns.inTurn(async () => (batches.isWriting() ? undefined : work())),
    async addOne(draft) {
      await writer.begin();
      const added = await writer.add([draft]);
      await end.moveTo(end.lsn(), added.length, added);
      return added;
    },
  });

  /** Everything up to `lsn` has been read: what waits for its outcome may be overdue, and the end moves along. */
  function onCaughtUp(lsn: Lsn, at: Instant): void {
    const isIdle = () => !reader.isInside() && batches.isEmpty();
    if (!isIdle()) return;
    void turns
      .inTurn(async () => {
        if (!isIdle()) return;
        const furthest = lsn > end.lsn() ? lsn : end.lsn();
        options.onProgress({ readUpTo: at, lsn: furthest });
        unfinished.forgetOld(at);
        const overdue = await overdueDrafts({ unfinished, writer, clock }, at);
        const moves = lsn > end.lsn() && end.standsForMs() > idleMoveMs;
        if (overdue.length === 0 && !moves) return;
        await writer.begin();
        const added = await writer.add(overdue);
        await end.moveTo(furthest, added.length, added);
      })
      .catch(() => {});
  }

  let ticking = false;
  const ticker = setInterval(async () => {
    if (ticking) return;
    ticking = true;
    try {
      await acknowledge(end.lsn());
      await chores.run();
    } catch (error) {
      fail(error);
    } finally {
      ticking = false;
    }
  }, tickMs);

  reader.open();

  return {
    ended,
    fail,
    async stop() {
      await Promise.race([leaveInOrder().catch(() => {}), Bun.sleep(stopTimeoutMs)]);
      finish(null);
      await ended;
    },
  };

  async function leaveInOrder(): Promise<void> {
    await batches.flush();
    await turns.inTurn(async () => {
      if (!batches.isWriting()) await checkpoints.make(clock.now(), true);
    });
  }
}

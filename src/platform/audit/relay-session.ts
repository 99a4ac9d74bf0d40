import { auditMessagePrefix } from "../db/audit-context.ts";
import { publication } from "../db/audited.ts";
import type { ConnectionSettings } from "../db/connection.ts";
import type { Clock } from "../kernel/clock.ts";
import { epochMs, type Instant } from "../kernel/time.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { judgeContexts, type Verdict } from "./attribution.ts";
import { type DraftDeps, draftsOf } from "./batch-drafts.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { type Drift, driftDraft, type ExpectedTable, findDrift } from "./drift.ts";
import type { Entry, EntryDraft } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import type { Lsn } from "./lsn.ts";
import type { MainSource } from "./main-source.ts";
import { unknownOutcomeDraft } from "./message-drafts.ts";
import type { Relation, WalMessage } from "./pgoutput.ts";
import { dropExpired, keptSince, tombstoneDraft } from "./retention.ts";
import { createSeenCounters } from "./seen-counters.ts";
import type { Signer } from "./signing.ts";
import type { TrailPosition } from "./trail-position.ts";
import {
  type Assembled,
  type AssemblyBounds,
  assemblyBounds,
  createAssembler,
  type Transaction,
  type TransactionHead,
} from "./transactions.ts";
import { createUnfinished } from "./unfinished.ts";
import { openWalStream, type WalStream } from "./wal-stream.ts";

/** Transactions are gathered so long, */
const gatherMs = 100;
/** or until they have so many parts. */
const maxBatchParts = 2_000;
/** So often the server is asked how far it is, and told how far we are. */
const tickMs = 1_000;
/** While nothing happens, the position follows the WAL this seldom: another database may be filling it. */
const idleMoveMs = 10_000;
const driftCheckMs = 60_000;
const retentionCheckMs = 86_400_000;
const slotFreeTimeoutMs = 30_000;
const slotPollMs = 50;

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
  const { identity } = main;
  const seen = createSeenCounters(writer.readCounters);
  const unfinished = createUnfinished(await writer.readWaiting());
  let primaryKeys = await main.primaryKeys();
  const keyOf = (relation: Relation) => primaryKeys.get(relation.name) ?? relation.key;
  const deps: DraftDeps = { keyring: options.keyring, seen, unfinished, keyOf };

  let storedLsn = options.position.lsn;
  let movedAtMs = monotonicMs();
  let pending: Transaction[] = [];
  let pendingParts = 0;
  let gatherTimer: ReturnType<typeof setTimeout> | undefined;
  let isInside = false;
  /** Verdicts on transactions that are too large to be held, from a first reading; by the place of their commit. */
  const oversized = new Map<Lsn, Verdict>();
  let piece: { drafted: number; changes: number } | null = null;

  const { promise: ended, resolve: end } = Promise.withResolvers<Error | null>();
  let isOver = false;
  let stream: WalStream | undefined;
  function finish(reason: Error | null): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(gatherTimer);
    clearInterval(ticker);
    const left = stream;
    stream = undefined;
    // The slot has one reader: the next session waits until this one has left.
    void Promise.resolve(left?.close())
      .catch(() => {})
      .then(() => end(reason));
  }
  const fail = (error: unknown) =>
    finish(error instanceof Error ? error : new Error(String(error)));

  /** Whatever writes to LogDB does it here, one after the other. */
  let last: Promise<void> = Promise.resolve();
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = last.then(() => (isOver ? undefined : work()));
    last = turn.catch(fail);
    return turn;
  }

  async function commit(added: readonly Entry[], lsn: Lsn, ordinal: number): Promise<void> {
    await writer.commit({
      position: { ...identity, lsn, ordinal },
      counters: seen.changed(),
      ...unfinished.toStore(),
    });
    seen.stored();
    unfinished.stored();
    storedLsn = lsn;
    movedAtMs = monotonicMs();
    options.onStored(added);
    await stream?.acknowledge(lsn);
  }

  /** Drafts of requests that are overdue at `at`; those that have an entry after all are forgotten. */
  async function overdueDrafts(at: Instant): Promise<EntryDraft[]> {
    const overdue = unfinished.overdue(at);
    const [oldest] = overdue;
    if (!oldest) return [];
    const ids = overdue.map(({ requestId }) => requestId);
    const since = overdue.map(({ committedAt }) => committedAt).toSorted()[0] ?? oldest.committedAt;
    const finished = new Set(await writer.finishedRequests(ids, earlier(since)));
    return overdue.flatMap((one) => {
      if (finished.has(one.requestId)) {
        unfinished.finished(one.requestId);
        return [];
      }
      unfinished.reported(one, clock.now());
      return [unknownOutcomeDraft(JSON.parse(one.context), { at: one.committedAt, lsn: one.lsn })];
    });
  }

  const flush = () =>
    inTurn(async () => {
      clearTimeout(gatherTimer);
      gatherTimer = undefined;
      const batch = pending;
      pending = [];
      pendingParts = 0;
      const newest = batch.at(-1);
      if (!newest) return;
      await refreshKeys(batch);
      await writer.begin();
      const drafts: EntryDraft[] = [];
      let ordinal = 0;
      for (const transaction of batch) {
        const contexts = transaction.parts.flatMap((part) =>
          part.type === "message" && part.message.prefix === auditMessagePrefix
            ? [part.message]
            : [],
        );
        const verdict = await judgeContexts(contexts, deps);
        noteRequest(verdict, transaction);
        const own = await draftsOf(transaction.parts, transaction, verdict, deps);
        ordinal = own.length;
        drafts.push(...own);
      }
      // In few statements: one a transaction cost most of the relay's time.
      const added = await writer.add(drafts);
      const overdue = await writer.add(await overdueDrafts(newest.at));
      await commit([...added, ...overdue], newest.endLsn, ordinal);
      options.onProgress({ readUpTo: newest.at, lsn: newest.endLsn });
      await checkpoints.make(clock.now());
    });

  function noteRequest(verdict: Verdict, head: TransactionHead): void {
    if (verdict.attribution === "attributed" && options.expectsOutcome(verdict.context.operation))
      unfinished.committed(verdict.context, head);
  }

  /** A table that was made since has a key that we do not know. */
  async function refreshKeys(batch: readonly Transaction[]): Promise<void> {
    const isKnown = batch.every(({ parts }) =>
      parts.every((part) => part.type !== "change" || primaryKeys.has(part.change.relation.name)),
    );
    if (!isKnown) primaryKeys = await main.primaryKeys();
  }

  async function handle(assembled: Assembled): Promise<void> {
    switch (assembled.type) {
      case "whole": {
        pending.push(assembled.transaction);
        pendingParts += assembled.transaction.parts.length;
        if (pendingParts >= maxBatchParts) return flush();
        gatherTimer ??= setTimeout(() => void flush().catch(() => {}), gatherMs);
        return;
      }
      case "oversized": {
        await flush();
        await inTurn(async () => {
          const verdict = await judgeContexts(assembled.contexts, deps);
          oversized.set(assembled.head.commitLsn, verdict);
          reopen();
        });
        return;
      }
      case "piece":
      case "end":
        return inTurn(() => handlePiece(assembled));
    }
  }

  async function handlePiece(assembled: Assembled & { type: "piece" | "end" }): Promise<void> {
    const { head, parts } = assembled;
    const verdict = oversized.get(head.commitLsn) ?? { attribution: "unattributed" };
    if (piece === null) await writer.begin();
    piece ??= { drafted: 0, changes: 0 };
    const drafts = await draftsOf(parts, head, verdict, deps, piece.changes);
    const entries = await writer.add(drafts);
    piece.drafted += drafts.length;
    piece.changes += parts.filter(({ type }) => type === "change").length;
    options.onStored(entries);
    await stream?.acknowledge(storedLsn); // the server must not take us for dead
    if (assembled.type === "piece") return;
    noteRequest(verdict, head);
    oversized.delete(head.commitLsn);
    await commit([], assembled.endLsn, piece.drafted);
    piece = null;
    await checkpoints.make(clock.now());
  }

  /** A stream of its own that begins behind what is stored. */
  function open(): void {
    const assemble = createAssembler({
      contextPrefix: auditMessagePrefix,
      readInPieces: ({ commitLsn }) => oversized.has(commitLsn),
      bounds: options.bounds ?? assemblyBounds,
    });
    const opened = openWalStream({
      connection: options.connection,
      slot: identity.slot,
      publication,
      from: storedLsn,
      async onMessage(message: WalMessage) {
        if (message.type === "begin") isInside = true;
        if (message.type === "commit") isInside = false;
        const assembled = assemble(message);
        if (assembled) await handle(assembled);
      },
      onCaughtUp,
    });
    stream = opened;
    void opened.ended.then((reason) => {
      if (stream === opened) finish(reason ?? new Error("the replication ended"));
    });
  }

  function reopen(): void {
    const left = stream;
    stream = undefined;
    isInside = false;
    void (async () => {
      await left?.close();
      await slotIsFree();
      if (!isOver) open();
    })().catch(fail);
  }

  /** The server may notice a little later that its reader has left. */
  async function slotIsFree(): Promise<void> {
    const deadline = monotonicMs() + slotFreeTimeoutMs;
    while ((await main.slot())?.isActive && monotonicMs() < deadline) await Bun.sleep(slotPollMs);
  }

  function onCaughtUp(lsn: Lsn, at: Instant): void {
    if (isInside || pending.length > 0 || piece !== null) return;
    void inTurn(async () => {
      if (isInside || pending.length > 0 || piece !== null) return;
      options.onProgress({ readUpTo: at, lsn: lsn > storedLsn ? lsn : storedLsn });
      unfinished.forgetOld(at);
      const overdue = await overdueDrafts(at);
      const moves = lsn > storedLsn && monotonicMs() - movedAtMs > idleMoveMs;
      if (overdue.length === 0 && !moves) return;
      await writer.begin();
      const added = await writer.add(overdue);
      await commit(added, lsn > storedLsn ? lsn : storedLsn, added.length);
    }).catch(() => {});
  }

  let checkedDriftAtMs = Number.NEGATIVE_INFINITY;
  let knownDrift: Drift | null = null;
  async function checkDrift(): Promise<void> {
    if (monotonicMs() - checkedDriftAtMs < driftCheckMs) return;
    checkedDriftAtMs = monotonicMs();
    const drift = findDrift(await main.published(), options.expectedTables);
    options.onDrift(drift);
    const isNews = JSON.stringify(drift) !== JSON.stringify(knownDrift);
    const wasFine = knownDrift === null || knownDrift.faults.length === 0;
    knownDrift = drift;
    if (!isNews || (wasFine && drift.faults.length === 0)) return;
    await inTurn(async () => {
      if (piece !== null) return;
      await writer.begin();
      const added = await writer.add([driftDraft(drift, clock.now())]);
      await commit(added, storedLsn, added.length);
    });
  }

  let retainedAtMs = Number.NEGATIVE_INFINITY;
  /** Each month that is old enough goes as a whole, once a signed entry says so. */
  async function retain(): Promise<void> {
    if (monotonicMs() - retainedAtMs < retentionCheckMs) return;
    retainedAtMs = monotonicMs();
    await inTurn(async () => {
      if (piece !== null) return;
      const before = keptSince(clock.now(), options.retentionMonths);
      const tombstone = await tombstoneDraft({ writer, signer: options.signer, clock }, before);
      if (tombstone) {
        await writer.begin();
        const added = await writer.add([tombstone]);
        await commit(added, storedLsn, added.length);
        await checkpoints.make(clock.now(), true);
      }
      await dropExpired(writer, before);
    });
  }

  let ticking = false;
  const ticker = setInterval(async () => {
    if (ticking) return;
    ticking = true;
    try {
      await stream?.acknowledge(storedLsn);
      await checkDrift();
      await retain();
      await inTurn(async () => {
        if (piece === null) await checkpoints.make(clock.now());
      });
    } catch (error) {
      fail(error);
    } finally {
      ticking = false;
    }
  }, tickMs);

  open();

  return {
    ended,
    fail,
    async stop() {
      await flush().catch(() => {});
      await inTurn(async () => {
        if (piece === null) await checkpoints.make(clock.now(), true);
      }).catch(() => {});
      finish(null);
      await ended;
    },
  };
}

/** Clocks of two machines differ, and an answer may be recorded before what it answers. */
const clockToleranceMs = 3_600_000;
const earlier = (at: Instant): Instant =>
  new Date(epochMs(at) - clockToleranceMs).toISOString() as Instant;

import { auditMessagePrefix } from "../db/audit-context.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Instant } from "../kernel/time.ts";
import { judgeContexts, type Verdict } from "./attribution.ts";
import { type DraftDeps, draftsOf } from "./batch-drafts.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Entry, EntryDraft } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import type { Lsn } from "./lsn.ts";
import { overdueDrafts } from "./overdue.ts";
import type { PrimaryKeys } from "./primary-keys.ts";
import type { TrailEnd } from "./trail-end.ts";
import type { Assembled, Transaction, TransactionHead } from "./transactions.ts";
import type { Turns } from "./turns.ts";
import type { Unfinished } from "./unfinished.ts";

/** Transactions are gathered so long, */
const gatherMs = 100;
/** or until they have so many parts. */
const maxBatchParts = 2_000;
/** or take so much memory. What is made of them takes it several times. */
const maxBatchBytes = 4 * 1024 * 1024;

export type BatchDeps = {
  readonly turns: Turns;
  readonly end: TrailEnd;
  readonly writer: LogWriter;
  readonly checkpoints: Checkpoints;
  readonly unfinished: Unfinished;
  readonly keys: PrimaryKeys;
  readonly drafting: DraftDeps;
  readonly clock: Clock;
  /** Whether a request of this operation is recorded with its outcome. */
  readonly expectsOutcome: (operation: string) => boolean;
  onStored(entries: readonly Entry[]): void;
  onProgress(progress: { readonly readUpTo: Instant; readonly lsn: Lsn }): void;
  /** The server must not take us for dead. */
  stillHere(): Promise<void>;
  /** Reads from the stored end on, from the beginning. */
  readAgain(): void;
};

/** Makes entries of what was read: of many small transactions at once, of a large one piece by piece. */
export type Batches = {
  take(assembled: Assembled): Promise<void>;
  /** Stores what was gathered. */
  flush(): Promise<void>;
  /** Nothing is gathered, and no large transaction is half written. */
  isEmpty(): boolean;
  /** A large transaction is half written: nothing else may be. */
  isWriting(): boolean;
  /** Whether its contexts are known from a first reading. */
  isLarge(head: TransactionHead): boolean;
  /** Gathers no more. */
  stop(): void;
};

export function createBatches(deps: BatchDeps): Batches {
  const { turns, end, writer, checkpoints, unfinished, drafting, clock } = deps;
  let pending: Transaction[] = [];
  let pendingParts = 0;
  let pendingBytes = 0;
  let gatherTimer: ReturnType<typeof setTimeout> | undefined;
  /** Verdicts on transactions that are too large to be held, from a first reading; by the place of their commit. */
  const oversized = new Map<Lsn, Verdict>();
  let piece: { drafted: number; changes: number } | null = null;

  const flush = () =>
    turns.inTurn(async () => {
      clearTimeout(gatherTimer);
      gatherTimer = undefined;
      const batch = pending;
      pending = [];
      pendingParts = 0;
      pendingBytes = 0;
      const newest = batch.at(-1);
      if (!newest) return;
      await deps.keys.refreshFor(batch);
      await writer.begin();
      const drafts: EntryDraft[] = [];
      let ordinal = 0;
      for (const transaction of batch) {
        const own = await transactionDrafts(transaction);
        ordinal = own.length;
        drafts.push(...own);
      }
      // In few statements: one a transaction cost most of the relay's time.
      const added = await writer.add(drafts);
      const overdue = await writer.add(await overdueDrafts(deps, newest.at));
      await end.moveTo(newest.endLsn, ordinal, [...added, ...overdue]);
      deps.onProgress({ readUpTo: newest.at, lsn: newest.endLsn });
      await checkpoints.make(clock.now());
    });

  async function transactionDrafts(transaction: Transaction): Promise<EntryDraft[]> {
    const contexts = transaction.parts.flatMap((part) =>
      part.type === "message" && part.message.prefix === auditMessagePrefix ? [part.message] : [],
    );
    const verdict = await judgeContexts(contexts, drafting);
    noteRequest(verdict, transaction);
    return draftsOf(transaction.parts, transaction, verdict, drafting);
  }

  function noteRequest(verdict: Verdict, head: TransactionHead): void {
    if (verdict.attribution === "attributed" && deps.expectsOutcome(verdict.context.operation))
      unfinished.committed(verdict.context, head);
  }

  async function writePiece(assembled: Assembled & { type: "piece" | "end" }): Promise<void> {
    const { head, parts } = assembled;
    const verdict = oversized.get(head.commitLsn) ?? { attribution: "unattributed" };
    if (piece === null) await writer.begin();
    piece ??= { drafted: 0, changes: 0 };
    const drafts = await draftsOf(parts, head, verdict, drafting, piece.changes);
    const entries = await writer.add(drafts);
    piece.drafted += drafts.length;
    piece.changes += parts.filter(({ type }) => type === "change").length;
    deps.onStored(entries);
    await deps.stillHere();
    if (assembled.type === "piece") return;
    noteRequest(verdict, head);
    oversized.delete(head.commitLsn);
    await end.moveTo(assembled.endLsn, piece.drafted, []);
    piece = null;
    await checkpoints.make(clock.now());
  }

  return {
    flush,
    isEmpty: () => pending.length === 0 && piece === null,
    isWriting: () => piece !== null,
    isLarge: ({ commitLsn }) => oversized.has(commitLsn),
    stop: () => clearTimeout(gatherTimer),
    async take(assembled) {
      switch (assembled.type) {
        case "whole": {
          pending.push(assembled.transaction);
          pendingParts += assembled.transaction.parts.length;
          pendingBytes += assembled.transaction.sizeBytes;
          if (pendingParts >= maxBatchParts || pendingBytes >= maxBatchBytes) return flush();
          gatherTimer ??= setTimeout(() => void flush().catch(() => {}), gatherMs);
          return;
        }
        case "oversized": {
          await flush();
          await turns.inTurn(async () => {
            const verdict = await judgeContexts(assembled.contexts, drafting);
            oversized.set(assembled.head.commitLsn, verdict);
            deps.readAgain();
          });
          return;
        }
        case "piece":
        case "end":
          return turns.inTurn(() => writePiece(assembled));
      }
    },
  };
}

import type { ConnectionSettings } from "../db/connection.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Instant } from "../kernel/time.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { Logger } from "../observability/logger.ts";
import type { Anchor } from "./anchors.ts";
import { openCheckpoints } from "./checkpoints.ts";
import type { Drift, ExpectedTable } from "./drift.ts";
import type { Entry } from "./entry.ts";
import { openTrail } from "./epochs.ts";
import { type LogTimeouts, openLogWriter } from "./log-writer.ts";
import { openMainSource, tellsOfNoPublication } from "./main-source.ts";
import { openRelaySession, type RelaySession } from "./relay-session.ts";
import { createSigner } from "./signing.ts";
import { type StopReason, stopReasons } from "./stop-reasons.ts";
import type { AssemblyBounds } from "./transactions.ts";

/** Between two attempts: at first, doubled up to the longest. */
const minRetryMs = 200;
const maxRetryMs = 5_000;
/** A session that lived so long was a good one. */
const healthyMs = 10_000;
/** Another node relays, or somebody has to resume: looked at again so often. */
const standbyPollMs = 2_000;
/** Each connection takes at most a second to be closed. */
const closeTimeoutMs = 4_000;

export type RelayState =
  /** Connecting, or waiting for a database that is away. */
  | { readonly type: "connecting" }
  | { readonly type: "running" }
  /** Another node relays. */
  | { readonly type: "standby" }
  /** It goes on after `audit:resume`. */
  | { readonly type: "stopped"; readonly reason: StopReason }
  | { readonly type: "closed" };

export type RelayObserver = {
  stored(entries: readonly Entry[]): void;
  drift(drift: Drift): void;
  checkpointAt(at: Instant | null): void;
};

export type RelayOptions = {
  /** As a role that may replicate. */
  readonly main: ConnectionSettings;
  /** As a role that may append. */
  readonly log: ConnectionSettings;
  readonly keyring: Pick<Keyring, "verifyHmac" | "pairs">;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly logger: Logger;
  readonly anchors: readonly Anchor[];
  readonly expectedTables: readonly ExpectedTable[];
  readonly expectsOutcome: (operation: string) => boolean;
  /** At least 12. */
  readonly retentionMonths: number;
  readonly observer?: RelayObserver;
  readonly bounds?: AssemblyBounds;
  readonly timeouts?: LogTimeouts;
};

export type Relay = {
  state(): RelayState;
  /** Everything that MainDB committed before it is in the trail, as far as this node knows. */
  readUpTo(): Instant | null;
  /** Resolves when the relay runs, waits for somebody, or after `timeoutMs`: a first start loses nothing. */
  settled(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
};

/** Starts to carry changes from MainDB into LogDB, and goes on through outages until it is closed. */
export function openRelay(options: RelayOptions): Relay {
  const { logger, clock } = options;
  const signer = createSigner(options.keyring);
  let state: RelayState = { type: "connecting" };
  let readUpTo: Instant | null = null;
  let session: RelaySession | undefined;
  let isClosing = false;
  let toldOfDdl = false;
  let asksForPublication = false;
  let wake: (() => void) | undefined;
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();

  function become(next: RelayState): void {
    const isNews =
      next.type !== state.type ||
      (next.type === "stopped" && state.type === "stopped" && next.reason !== state.reason);
    state = next;
    if (next.type !== "connecting") settle();
    if (!isNews) return;
    if (next.type === "stopped")
      logger.error(
        { reason: next.reason },
        `the audit trail has stopped: ${stopReasons[next.reason]}. See audit:resume`,
      );
    else if (next.type === "running") logger.info({}, "the audit trail follows MainDB");
  }

  /** Gives what to wait before the next one. */
  async function runOnce(): Promise<"again" | "later"> {
    let lost: unknown;
    const writer = await openLogWriter({
      connection: options.log,
      now: clock.now,
      timeouts: options.timeouts,
      onLost(error) {
        lost = error;
        session?.fail(error);
      },
    });
    if (writer === null) {
      become({ type: "standby" });
      return "later";
    }
    try {
      const main = await openMainSource(options.main);
      try {
        const trail = await openTrail({
          ...{ writer, main, signer, clock, asksForPublication },
          anchors: options.anchors.flatMap((anchor) => anchor.latest()),
        });
        if (trail.type === "stopped") {
          become({ type: "stopped", reason: trail.reason });
          return "later";
        }
        if (trail.type === "wait") return "again";
        asksForPublication = false;
        const checkpoints = await openCheckpoints({
          ...{ writer, signer, anchors: options.anchors },
          onAnchorFailure: (anchor, error) =>
            logger.error({ anchor, error }, "a checkpoint of the audit trail was not kept"),
        });
        // What the one before left unsigned, before anything is added.
        await checkpoints.make(clock.now());
        session = await openRelaySession({
          ...options,
          ...{
            connection: options.main,
            writer,
            main,
            position: trail.position,
            checkpoints,
            signer,
          },
          onStored: (entries) => {
            options.observer?.stored(entries);
            options.observer?.checkpointAt(checkpoints.lastAt());
          },
          onProgress: (progress) => {
            readUpTo = progress.readUpTo;
          },
          onDrift: (drift) => options.observer?.drift(drift),
        });
        if (lost !== undefined) session.fail(lost);
        if (isClosing) await session.stop();
        if (!toldOfDdl && !(await main.tellsDdl()))
          logger.warn({}, "MainDB does not tell of changes to its schema: it has no event trigger");
        toldOfDdl = true;
        become({ type: "running" });
        const reason = await session.ended;
        session = undefined;
        asksForPublication = tellsOfNoPublication(reason);
        if (reason) throw reason;
        return "again";
      } finally {
        await main.close();
      }
    } finally {
      await writer.close();
    }
  }

  async function run(): Promise<void> {
    let retryMs = minRetryMs;
    let told = "";
    while (!isClosing) {
      const beganMs = options.monotonicMs();
      let waitMs = retryMs;
      try {
        if ((await runOnce()) === "later") waitMs = standbyPollMs;
      } catch (error) {
        session = undefined;
        become({ type: "connecting" });
        const message = error instanceof Error ? error.message : String(error);
        if (message !== told && !isClosing)
          logger.warn({ error: message }, "the audit trail waits for its databases");
        told = message;
      }
      const lived = options.monotonicMs() - beganMs > healthyMs;
      if (lived) told = "";
      retryMs = lived ? minRetryMs : Math.min(retryMs * 2, maxRetryMs);
      if (isClosing) break;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, waitMs);
      await promise;
      clearTimeout(timer);
    }
    become({ type: "closed" });
  }

  const running = run();
  return {
    state: () => state,
    readUpTo: () => readUpTo,
    settled: (timeoutMs) => Promise.race([settled, Bun.sleep(timeoutMs)]),
    async close() {
      isClosing = true;
      wake?.();
      await session?.stop();
      // It may wait for a database that does not answer, or for the transactions that a new slot waits for.
      await Promise.race([running, Bun.sleep(closeTimeoutMs)]);
      become({ type: "closed" });
    },
  };
}

import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps } from "../deps.ts";
import { tokenMemorySeconds } from "../domain/session.ts";

/** However NOTIFY is doing, nobody learns of a revocation later than this, */
const pollMs = 2_000;
/** and whoever could not ask for so long does not know enough to believe his memory. */
const maxSilenceMs = 10_000;
/** A read that takes longer was lost with its connection: statements are cancelled earlier. */
const maxReadMs = 15_000;
/** As long as a token is remembered, and as much again for clocks that differ and transactions that commit late. */
const readBackSeconds = 2 * tokenMemorySeconds;
/** More in that time than anybody would revoke one by one. */
const maxRevocations = 10_000;

type Deps = Pick<IdentityDeps, "db" | "clock" | "revocations"> & {
  readonly channel: string;
  readonly monotonicMs: () => number;
  /** What was revoked; "all" = too much to tell. */
  readonly onRevoked: (subjects: readonly Id[] | "all") => void;
  readonly onFailure: (error: unknown) => void;
};

/** Tells this node what was revoked on any: woken by NOTIFY, and by its own clock for when that is lost. */
export function createRevocationFollower(deps: Deps) {
  let seen: ReadonlySet<Id> = new Set();
  let readAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let isWanted = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let stopListening: (() => Promise<void>) | undefined;
  let isStopped = false;

  async function read(): Promise<void> {
    const beganMs = deps.monotonicMs();
    const from = addSeconds(deps.clock.now(), -readBackSeconds);
    const rows = await deps.revocations.since(deps.db.read, from, maxRevocations);
    const fresh = rows.filter((row) => !seen.has(row.id)).map((row) => row.subjectId);
    seen = new Set(rows.map((row) => row.id));
    if (rows.length === maxRevocations && fresh.length > 0) deps.onRevoked("all");
    else if (fresh.length > 0) deps.onRevoked(fresh);
    readAtMs = beganMs;
  }

  /** A wish that comes during a read is for another one: that read may have missed what it is about. */
  async function readWhileWanted(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      await within(read(), maxReadMs).catch((error: unknown) => {
        if (!isStopped) deps.onFailure(error);
      });
    }
    running = undefined;
  }

  function wake(): Promise<void> {
    isWanted = true;
    running ??= readWhileWanted();
    return running;
  }

  return {
    /** Whether revocations were read recently enough to believe what is remembered. */
    isCurrent: (nowMs: number): boolean => nowMs - readAtMs <= maxSilenceMs,
    async start(): Promise<void> {
      const onWake = () => void wake();
      stopListening = await deps.db.listen(deps.channel, onWake, onWake);
      await wake();
      timer = setInterval(onWake, pollMs);
    },
    async stop(): Promise<void> {
      isStopped = true;
      clearInterval(timer);
      await stopListening?.();
    },
  };
}

async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

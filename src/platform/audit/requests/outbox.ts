import type { Outcome } from "../messages.ts";

/** An outcome waits at most this long for others to go with: all that a crash may lose. */
const gatherMs = 100;
/** As many go in one statement. */
const maxBatch = 200;
/** Between two tries while the database does not take them. */
const retryMs = 1_000;
/** While the database is away: some megabytes. What comes beyond is lost, counted, and stated by the next batch. */
const maxWaiting = 10_000;

export type Outbox = {
  /** Goes out within {@link gatherMs}. */
  add(outcome: Outcome): void;
  /** Goes out at once. True as soon as it is stored; false when that takes longer than `withinMs`, or there is no room. */
  store(outcome: Outcome, withinMs: number): Promise<boolean>;
  /** Those that are not stored. */
  waiting(): number;
  /** Sends what waits, and gives up what is left of it after `withinMs`. */
  close(withinMs: number): Promise<void>;
};

type Waiting = { readonly outcome: Outcome; readonly onStored?: () => void };
type Sealed = { readonly content: string; readonly taken: readonly Waiting[] };

/**
 * Gathers outcomes and sends them in batches, one at a time and in order. A batch that failed is sent again, letter for
 * letter: whoever reads it twice finds the same process and counter.
 */
export function createOutbox(deps: {
  /** Resolves when it is durable. */
  readonly send: (content: string) => Promise<void>;
  /** Numbers and signs. */
  readonly seal: (outcomes: readonly Outcome[]) => string;
  readonly onLost: (count: number) => void;
  readonly onFailure: (error: unknown) => void;
  readonly retryMs?: number;
  readonly maxWaiting?: number;
}): Outbox {
  const limit = deps.maxWaiting ?? maxWaiting;
  const queue: Waiting[] = [];
  let lost = 0;
  let unsent: Sealed | undefined;
  let sending: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const waiting = () => queue.length + (unsent?.taken.length ?? 0);

  function sealNext(): Sealed | undefined {
    if (queue.length === 0 && lost === 0) return undefined;
    const taken = queue.splice(0, maxBatch);
    const stated = lost === 0 ? [] : [{ lost: { count: lost } }];
    lost = 0;
    return { content: deps.seal([...stated, ...taken.map(({ outcome }) => outcome)]), taken };
  }

  async function sendAll(): Promise<void> {
    try {
      for (unsent ??= sealNext(); unsent !== undefined; unsent = sealNext()) {
        await deps.send(unsent.content);
        for (const { onStored } of unsent.taken) onStored?.();
      }
    } catch (error) {
      deps.onFailure(error);
      timer = setTimeout(sendNow, deps.retryMs ?? retryMs);
    }
    // In one step with the last look into the queue: what comes after it finds nobody sending.
    sending = undefined;
  }

  function sendNow(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting() === 0 && lost === 0) return Promise.resolve();
    sending ??= sendAll();
    return sending;
  }

  function push(waiting: Waiting, atOnce: boolean): boolean {
    if (queue.length >= limit) {
      lost += 1;
      deps.onLost(1);
      return false;
    }
    queue.push(waiting);
    // What failed is tried again in its own time, however much comes behind it.
    if (unsent !== undefined) return true;
    if (atOnce || queue.length >= maxBatch) void sendNow();
    else timer ??= setTimeout(sendNow, gatherMs);
    return true;
  }

  return {
    add(outcome) {
      push({ outcome }, false);
    },
    async store(outcome, withinMs) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      if (!push({ outcome, onStored: () => resolve(true) }, true)) return false;
      const late = setTimeout(() => resolve(false), withinMs);
      return promise.finally(() => clearTimeout(late));
    },
    waiting,
    async close(withinMs) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timeout = setTimeout(resolve, withinMs);
      await Promise.race([sendNow(), late]);
      clearTimeout(timeout);
      clearTimeout(timer);
      if (waiting() > 0) deps.onLost(waiting());
    },
  };
}

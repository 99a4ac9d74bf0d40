import type { Tx } from "../db/database.ts";
import type { RequestContext } from "../kernel/context.ts";

/**
 * A queue and its handler. Handlers run at least once: idempotent. Payloads carry ids, never secrets; where one has to
 * travel it is sealed under the keyring, and the job is `confidential`.
 */
export type Job<Payload extends object = object> = {
  /** `module.verb_noun`; also the queue's name and the metric's label. */
  readonly name: string;
  /** Five-field cron in UTC: the job is sent once per tick over all nodes. */
  readonly cron?: string;
  /** Also sent once when a process starts (nodes that start together send one). */
  readonly atStart?: boolean;
  /** `standard`: many at a time; `singleton`: one active at a time over all nodes. */
  readonly policy: "standard" | "singleton";
  /**
   * Further tries after the first. A try also counts when it was cut off by a crash, a shutdown or its expiry. After
   * the last one the job goes to the dead letters with its payload, unless it is `confidential`.
   */
  readonly retryLimit: number;
  /** Before the first retry; doubles with each further one, up to `maxRetryDelaySeconds`, with jitter. */
  readonly retryDelaySeconds: number;
  /** An hour when left out. */
  readonly maxRetryDelaySeconds?: number;
  /** A run longer than this is aborted, counts as failed and is retried. */
  readonly expireSeconds: number;
  /** After a restore from a snapshot: keep waiting jobs, or drop them (mail, payment, notify). */
  readonly onRestore: "keep" | "drop";
  /**
   * The payload holds something sealed: its row is deleted within a minute of the job's end, however it ended (while
   * any worker runs), and never becomes a dead letter. Only with `onRestore: "drop"`: what was sealed is long void then.
   */
  readonly confidential?: boolean;
  /** `signal` is aborted on expiry, on shutdown, and when the database takes this worker for dead. */
  run(ctx: RequestContext, payload: Payload, signal: AbortSignal): Promise<void>;
};

/** A module's interest in an event `module.noun_verbed.vN`; becomes one queue of its own. */
export type Subscription<Payload extends object = object> = {
  readonly event: string;
  /** `module.verb_noun`, unique. */
  readonly name: string;
  run(ctx: RequestContext, payload: Payload, signal: AbortSignal): Promise<void>;
};

/** Publishes in the writer's own transaction: one job row per subscriber; nothing when nobody subscribes. */
export type Events<E extends Record<string, object>> = {
  publish<N extends keyof E & string>(tx: Tx, name: N, payload: E[N]): Promise<void>;
};

/**
 * Enqueues in the writer's own transaction: committed with it or never seen. With `singletonKey` nothing is added while
 * a job with this key still waits (a running one does not count: it may have missed what this one is about).
 */
export type Jobs = {
  enqueue<Payload extends object>(
    tx: Tx,
    jobName: string,
    payload: Payload,
    options?: { readonly startAfterSeconds?: number; readonly singletonKey?: string },
  ): Promise<void>;
};

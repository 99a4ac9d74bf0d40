import type { Database, Reader } from "../../db/database.ts";
import { databaseFailure } from "../../db/failures.ts";
import type { Job, Jobs } from "../../jobs/jobs.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { RequestContext } from "../../kernel/context.ts";
import { type Instant, secondsBetween } from "../../kernel/time.ts";
import type { Logger } from "../../observability/logger.ts";
import { auditErrors } from "../errors.ts";
import { type TrailFault, type TrailReport, verifyTrail } from "../verify.ts";
import {
  findVerification,
  lockVerification,
  type StoredVerification,
  storeVerification,
} from "./verification-store.ts";

const jobName = "platform.verify_audit";
/** Longer than a chain of many millions of entries takes to be read. */
const expireSeconds = 4 * 3_600;

export type Verification = {
  /** `failed`: the trail could not be read, or whoever read it went away. */
  readonly state: "never" | "waiting" | "running" | "done" | "failed";
  readonly askedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly report: TrailReport | null;
};

export type TrailVerification = {
  last(): Promise<Verification>;
  /**
   * Lets a worker read the whole trail. `keys`: fingerprints that the asker knows from elsewhere; null = none, and then
   * nothing is proven of its origin. Throws `audit.verification_running` (409).
   */
  ask(
    ctx: RequestContext,
    input: { readonly keys: readonly string[] | null },
  ): Promise<Verification>;
  readonly job: Job;
};

/** Whoever names a key that is not ours is told so: that is no alarm. */
export const isStrangersKey = (keys: readonly string[] | null, { type }: TrailFault): boolean =>
  keys !== null && type === "forged";

/** Verifies the trail by a job, because that reads all of it, and keeps the last result. Each night, too. */
export function createTrailVerification(deps: {
  readonly db: Pick<Database, "read" | "transact">;
  readonly jobs: Jobs;
  readonly log: { readonly read: Reader };
  readonly clock: Clock;
  /** Checkpoints that this node has kept outside the database. */
  readonly anchorFile: string;
  readonly logger: Logger;
}): TrailVerification {
  const { db, clock } = deps;

  function stateOf(stored: StoredVerification | undefined): Verification {
    if (!stored) return { state: "never", askedAt: null, finishedAt: null, report: null };
    const { askedAt, beganAt, finishedAt, report } = stored;
    if (finishedAt !== null)
      return { state: report ? "done" : "failed", askedAt, finishedAt, report };
    const isForgotten = secondsBetween(beganAt ?? askedAt, clock.now()) > expireSeconds;
    const state = isForgotten ? "failed" : beganAt === null ? "waiting" : "running";
    return { state, askedAt, finishedAt, report };
  }

  /** Takes what was asked for, or asks by itself. */
  const begin = (ctx: RequestContext) =>
    db.transact(ctx, async (tx) => {
      const stored = await lockVerification(tx);
      const asked = stored?.finishedAt === null ? stored : { askedAt: clock.now(), keys: null };
      const begun = {
        ...{ askedAt: asked.askedAt, keys: asked.keys, beganAt: clock.now() },
        ...{ finishedAt: null, report: null },
      };
      await storeVerification(tx, begun);
      return begun;
    });

  async function read(keys: readonly string[] | null, signal: AbortSignal) {
    try {
      const kept = { anchors: [deps.anchorFile], anchorSource: "local" as const };
      return await verifyTrail(deps.log.read, { keys, ...kept, now: clock.now(), signal });
    } catch (error) {
      if (!databaseFailure(error)) throw error;
      deps.logger.warn({ err: error }, "the audit trail could not be read");
      return null;
    }
  }

  return {
    last: async () => stateOf(await findVerification(db.read)),

    ask: (ctx, { keys }) =>
      db.transact(ctx, async (tx) => {
        const { state } = stateOf(await lockVerification(tx));
        if (state === "waiting" || state === "running")
          throw auditErrors.fail("verification_running", "The trail is being verified already.");
        const asked = {
          ...{ askedAt: clock.now(), keys, beganAt: null, finishedAt: null, report: null },
        };
        await storeVerification(tx, asked);
        await deps.jobs.enqueue(tx, jobName, {}, { singletonKey: "asked" });
        return stateOf(asked);
      }),

    job: {
      name: jobName,
      cron: "30 4 * * *",
      policy: "singleton",
      retryLimit: 1,
      retryDelaySeconds: 60,
      expireSeconds,
      onRestore: "drop",
      async run(ctx, _payload, signal) {
        const begun = await begin(ctx);
        const report = await read(begun.keys, signal);
        if (report?.fault && !isStrangersKey(begun.keys, report.fault))
          deps.logger.error({ fault: report.fault }, "the audit trail was tampered with");
        await db.transact(ctx, (tx) =>
          storeVerification(tx, { ...begun, finishedAt: clock.now(), report }),
        );
      },
    },
  };
}

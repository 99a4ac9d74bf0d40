import type { Database, Reader } from "../../db/database.ts";
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
   * The last that says something of the trail itself. One that only says that its asker named keys which are not those
   * of this installation does not, and one that failed does not.
   */
  standing(): Promise<Verification>;
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

/** After a failure; doubles with each further one. */
const retryDelaySeconds = 300;
/** Whatever was asked for and failed is taken up by its retries, and by nobody later. */
const retriedSeconds = 3_600;

/** Verifies the trail by a job, because that reads all of it, and keeps the last result. Each night, too. */
export function createTrailVerification(deps: {
  readonly db: Pick<Database, "read" | "transact">;
  readonly jobs: Jobs;
  readonly log: { readonly read: Reader };
  readonly clock: Clock;
  /** Checkpoints that this node has kept outside the database. */
  readonly anchorFile: string;
  /** Whether the fingerprint is of a key that this installation signs or signed with. */
  readonly isOurs: (fingerprint: string) => boolean;
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

  /** Takes what was asked for, and what has just failed; or asks by itself. */
  const begin = (ctx: RequestContext) =>
    db.transact(ctx, async (tx) => {
      const stored = await lockVerification(tx);
      const asked = isToBeAnswered(stored) ? stored : { askedAt: clock.now(), keys: null };
      const begun = {
        ...{ askedAt: asked.askedAt, keys: asked.keys, beganAt: clock.now() },
        ...{ finishedAt: null, report: null },
      };
      await storeVerification(tx, "last", begun);
      return begun;
    });

  function isToBeAnswered(stored: StoredVerification | undefined): stored is StoredVerification {
    if (!stored || stored.report !== null) return false;
    const { finishedAt } = stored;
    return finishedAt === null || secondsBetween(finishedAt, clock.now()) < retriedSeconds;
  }

  const read = (keys: readonly string[] | null, signal: AbortSignal) =>
    verifyTrail(deps.log.read, {
      ...{ keys, anchors: [deps.anchorFile], anchorSource: "local" },
      ...{ now: clock.now(), signal },
    });

  /** What one of our keys signed is no forgery: the asker has not named that key, which says nothing of the trail. */
  const isOnlyUnnamed = (fault: TrailFault | null) =>
    fault?.type === "forged" && fault.signer !== null && deps.isOurs(fault.signer);

  return {
    last: async () => stateOf(await findVerification(db.read, "last")),
    standing: async () => stateOf(await findVerification(db.read, "standing")),

    ask: (ctx, { keys }) =>
      db.transact(ctx, async (tx) => {
        const { state } = stateOf(await lockVerification(tx));
        if (state === "waiting" || state === "running")
          throw auditErrors.fail("verification_running", "The trail is being verified already.");
        const asked = {
          ...{ askedAt: clock.now(), keys, beganAt: null, finishedAt: null, report: null },
        };
        await storeVerification(tx, "last", asked);
        await deps.jobs.enqueue(tx, jobName, {}, { singletonKey: "asked" });
        return stateOf(asked);
      }),

    job: {
      name: jobName,
      cron: "30 4 * * *",
      policy: "singleton",
      ...{ retryLimit: 3, retryDelaySeconds },
      expireSeconds,
      onRestore: "drop",
      async run(ctx, _payload, signal) {
        const begun = await begin(ctx);
        const end = (report: TrailReport | null) =>
          db.transact(ctx, async (tx) => {
            const ended = { ...begun, finishedAt: clock.now(), report };
            await storeVerification(tx, "last", ended);
            if (report && !isOnlyUnnamed(report.fault))
              await storeVerification(tx, "standing", ended);
          });
        const report = await read(begun.keys, signal).catch(async (error: unknown) => {
          deps.logger.error({ err: error }, "the audit trail could not be verified");
          await end(null);
          throw error;
        });
        if (report.fault && !isOnlyUnnamed(report.fault))
          deps.logger.error({ fault: report.fault }, "the audit trail is broken");
        await end(report);
      },
    },
  };
}

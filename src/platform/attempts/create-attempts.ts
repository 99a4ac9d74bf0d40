import type { Database } from "../db/database.ts";
import { databaseBusy, sqlStateOf } from "../db/failures.ts";
import type { Clock } from "../kernel/clock.ts";
import { type RequestContext, systemContext } from "../kernel/context.ts";
import { limitExceeded } from "../kernel/errors.ts";
import { type CountedSubject, giveBackAttempts, takeAttempts } from "./attempt-statements.ts";
import type { AttemptRule, AttemptSubject, Attempts, AttemptVerdict } from "./attempts.ts";

/** So many subjects one attempt may be counted for. */
const maxSubjects = 8;
/** A subject may be new to two at the same moment; each time that happens, one more of the rows is there. */
const maxTries = maxSubjects + 1;
const uniqueViolation = "23505";

const allowed: AttemptVerdict = { allowed: true, retryAfterSeconds: 0 };

/** `hmac`: HMAC-SHA256 under the keyring's key for attempt subjects, hex. Its functions throw inside `transact`. */
export function createAttempts(deps: {
  readonly db: Pick<Database, "writeOne">;
  readonly clock: Clock;
  readonly hmac: (data: string) => string;
}): Attempts {
  function counted(subjects: readonly AttemptSubject[]): CountedSubject[] {
    const rows = subjects.map(({ rule, subject }) => {
      assertSound(rule);
      return { rule, subject: deps.hmac(JSON.stringify([rule.name, subject])) };
    });
    if (rows.length > maxSubjects)
      throw new RangeError(`an attempt is counted for at most ${maxSubjects} subjects`);
    if (new Set(rows.map((row) => row.subject)).size < rows.length)
      throw new RangeError("an attempt is counted twice for one subject");
    return rows;
  }

  async function take(
    ctx: RequestContext,
    subjects: readonly AttemptSubject[],
  ): Promise<AttemptVerdict> {
    if (subjects.length === 0) return allowed;
    const rows = counted(subjects);
    for (let tries = 1; ; tries += 1) {
      try {
        const statement = takeAttempts(rows, deps.clock.now());
        const taken = await deps.db.writeOne<{ retryAfterSeconds: number }>(
          counting(ctx),
          statement,
        );
        if (!taken) throw new Error("taking attempts gave no verdict");
        const { retryAfterSeconds } = taken;
        return { allowed: retryAfterSeconds === 0, retryAfterSeconds };
      } catch (error) {
        if (sqlStateOf(error) !== uniqueViolation) throw error;
        if (tries === maxTries) throw databaseBusy(error);
      }
    }
  }

  return {
    take,
    async require(ctx, subjects, says = "Too many attempts; wait before the next one.") {
      const { allowed, retryAfterSeconds } = await take(ctx, subjects);
      if (!allowed) throw limitExceeded(says, retryAfterSeconds);
    },
    async giveBack(ctx, subjects) {
      if (subjects.length === 0) return;
      await deps.db.writeOne(counting(ctx), giveBackAttempts(counted(subjects)));
    },
  };
}

/**
 * Counting is our own doing, whatever becomes of the request: its Idempotency-Key belongs to what it asks for, and one
 * that was only counted and refused has changed nothing.
 */
const counting = ({ requestId }: RequestContext): RequestContext =>
  systemContext("attempts", requestId);

/** Rules are constants of their modules: an impossible one is a defect. */
function assertSound(rule: AttemptRule): void {
  const figures =
    rule.kind === "window"
      ? [rule.limit, rule.windowSeconds]
      : [rule.firstDelaySeconds, rule.maxDelaySeconds, rule.forgetAfterSeconds];
  const isSound =
    figures.every((figure) => Number.isInteger(figure) && figure >= 1) &&
    (rule.kind === "window" ||
      (Number.isInteger(rule.free) &&
        rule.free >= 0 &&
        rule.firstDelaySeconds <= rule.maxDelaySeconds &&
        // Else a wait would be forgotten before it is over.
        rule.maxDelaySeconds <= rule.forgetAfterSeconds));
  if (!isSound) throw new RangeError(`the rule ${rule.name} cannot be kept`);
}

import type { AttemptRule } from "#platform/attempts/attempts";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { maxIntegrityChecksPerDay } from "../bounds.ts";
import type { GbsDeps, KeptRecording } from "../deps.ts";
import { byClock } from "../domain/custody-data.ts";
import { notPossible } from "../domain/possible.ts";
import { said } from "./debt-step.ts";
import { destroyed } from "./lender-evidence.ts";
import { ownDebt } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { dropOfDestroyed } from "./seal-evidence.ts";

export const checkIntegrityJob = "gbs.check_integrity";
export const checkRecordingsJob = "gbs.check_recordings";
export type CheckPayload = { readonly evidenceId: Id };

/** A check that waits for its turn: what comes of it is shown with the recording. */
export type OrderedCheck = { readonly evidenceId: Id; readonly orderedAt: Instant };

const checksPerDay: AttemptRule = {
  ...{ name: "gbs.integrity_checks", kind: "window", limit: maxIntegrityChecksPerDay },
  windowSeconds: 86_400,
};
const checkEverySeconds = 7 * 86_400;
const recordingsAtOnce = 100;

type Deps = RecordOnDebtDeps &
  Pick<
    GbsDeps,
    | ("db" | "identity" | "ids" | "handOvers" | "integrity" | "vault" | "newSha256" | "logger")
    | ("lenderHeaders" | "lenderHeaderStore")
  >;

/**
 * A party has the stored bytes of the recording compared with what was submitted; nothing is opened for it. Throws
 * `gbs.debt_not_found` (404), `gbs.not_possible_now`, `gbs.evidence_destroyed` (409), `limit.exceeded` (429).
 */
export async function orderIntegrityCheck(
  deps: Pick<GbsDeps, "db" | "clock" | "debts" | "recordings" | "attempts" | "jobs">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<OrderedCheck> {
  const { debt, party } = await ownDebt(deps, ctx, parseId(input.id));
  const orderedAt = deps.clock.now();
  const recording = await deps.recordings.inForce(deps.db.read, debt.id);
  if (!recording) throw notPossible(debt, party, orderedAt, "No recording of it is kept.");
  if (recording.destroyingAt !== null) throw destroyed();
  const says = `A debt's recording is checked ${maxIntegrityChecksPerDay} times a day on demand, and once a week by itself.`;
  await deps.attempts.require(ctx, [{ rule: checksPerDay, subject: debt.id }], says);
  const payload: CheckPayload = { evidenceId: recording.id };
  return deps.db.transact(ctx, async (tx) => {
    await deps.jobs.enqueue(tx, checkIntegrityJob, payload);
    return { evidenceId: recording.id, orderedAt };
  });
}

/**
 * Compares a recording that is kept with what was submitted. Damage is recorded in the custody log and told to both, once
 * until it is found whole again. A lender's header that is missing beside it, or altered, is written again.
 */
export async function checkIntegrity(
  deps: Deps,
  ctx: RequestContext,
  { evidenceId }: CheckPayload,
  signal: AbortSignal,
): Promise<void> {
  const recording = await deps.handOvers.find(deps.db.read, evidenceId);
  if (!recording || recording.destroyingAt !== null) return;
  const intact = (await isIntact(deps, recording, signal)) && (await mendHeader(deps, recording));
  const seen = await deps.debts.find(deps.db.read, recording.debtId);
  if (!seen) throw new Error("a recording of no debt");
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const id = deps.ids.next();
  await deps.db.transact(ctx, (tx) =>
    recordOnDebt(deps, tx, { debtId: seen.id, people }, async ({ debt, now }) => {
      const current = await deps.handOvers.find(tx, evidenceId);
      // Whatever destroys it takes it apart.
      if (!current || current.destroyingAt !== null) return null;
      const before = await deps.integrity.last(tx, evidenceId);
      await deps.integrity.add(tx, { id, evidenceId, checkedAt: now, intact });
      if (intact || before?.intact === false) return null;
      deps.logger.error({ evidenceId }, "a stored recording is not what was submitted");
      const notice = {
        kind: "gbs.evidence_damaged",
        data: { money: said(debt.terms.amount) },
      } as const;
      return {
        debt,
        custody: [{ kind: "evidence_damaged", actor: byClock, data: { evidence: evidenceId } }],
        notices: [
          { ...notice, to: "lender" },
          { ...notice, to: "borrower" },
        ],
      };
    }),
  );
  await dropOfDestroyed(deps, recording);
}

/** False when the header in the database is not the one that was made: it must not take the place of the one beside. */
async function mendHeader(
  deps: Pick<Deps, "db" | "lenderHeaders" | "lenderHeaderStore" | "logger">,
  recording: KeptRecording,
): Promise<boolean> {
  const header = await deps.lenderHeaders.last(deps.db.read, recording.id);
  if (recording.sealedAt === null || !header) return true;
  try {
    const found = await deps.lenderHeaderStore.look(recording, header);
    if (found === "kept") return true;
    await deps.lenderHeaderStore.keep(recording, header);
    const line = { evidenceId: recording.id, found };
    if (found === "altered") deps.logger.error(line, "a lender's header was altered in the store");
    else deps.logger.info(line, "a lender's header is kept beside its recording");
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "gbs.evidence_damaged") throw error;
    deps.logger.error({ err: error, evidenceId: recording.id }, "a lender's header is damaged");
    return false;
  }
}

async function isIntact(
  { vault, newSha256 }: Pick<Deps, "vault" | "newSha256">,
  recording: KeptRecording,
  signal: AbortSignal,
): Promise<boolean> {
  const hash = newSha256();
  try {
    for await (const bytes of vault.sealedPayload(recording)) {
      signal.throwIfAborted();
      hash.update(bytes);
    }
  } catch (error) {
    if (error instanceof AppError && error.code === "gbs.evidence_damaged") return false;
    throw error;
  }
  return hash.hex() === recording.payloadSha256;
}

/** Looks at every recording that nobody has looked at for a week. Throws when some could not be read, after all others. */
export async function checkRecordings(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  const since = addSeconds(deps.clock.now(), -checkEverySeconds);
  let after: Id | undefined;
  while (!signal.aborted) {
    const page = { after, limit: recordingsAtOnce };
    const due = await deps.integrity.due(deps.db.read, since, page);
    for (const one of due) {
      if (signal.aborted) break;
      await checkIntegrity(deps, ctx, one, signal).catch((error) => failures.push(error));
    }
    after = due.at(-1)?.evidenceId;
    if (due.length < recordingsAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} recordings could not be looked at`);
}

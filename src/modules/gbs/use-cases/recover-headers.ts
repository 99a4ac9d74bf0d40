import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps, KeptLenderHeader, KeptRecording } from "../deps.ts";
import { byClock } from "../domain/custody-data.ts";
import { gbsErrors } from "../errors.ts";
import { closePlaybacks } from "./close-playbacks.ts";
import { said } from "./debt-step.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";

export const recoverHeadersJob = "gbs.recover_headers";

const recordingsAtOnce = 100;

export type RecoverHeaderDeps = RecordOnDebtDeps &
  Pick<
    GbsDeps,
    | ("db" | "identity" | "handOvers" | "lenderHeaders" | "playbacks")
    | ("vault" | "reviewKeys" | "lenderHeaderStore")
  >;

/**
 * After MainDB went back to before a recording was sealed: what the server opened it with is gone for good, and the header
 * that its lender's key opens lies beside the payload alone. Takes that up again, and says so in the custody log. False when
 * the server can still open it, or there is no such header. Throws `gbs.evidence_damaged` (503) for one that was altered.
 */
export async function recoverHeader(
  deps: RecoverHeaderDeps,
  ctx: RequestContext,
  recording: KeptRecording,
): Promise<boolean> {
  if (!isUnsealed(recording)) return false;
  const kept = await deps.lenderHeaderStore.find(recording);
  if (!kept || (await opensForUs(deps, ctx, recording))) return false;
  if (kept.payloadNonce !== recording.payloadNonce) throw ofAnother();
  // One that opens nothing any more may be left of it.
  await deps.vault.destroyReviewHeader(recording.id);
  if ((await deps.vault.readReviewHeader(recording.id)) !== null)
    throw new Error("a review header is there although the store has deleted it");
  return record(deps, ctx, recording, kept);
}

/** Approved, and no lender has typed a key back or named one: what he has, the job that seals goes by. */
const isUnsealed = ({ state, acknowledgedAt, sealedAt, destroyingAt }: KeptRecording): boolean =>
  state === "approved" && acknowledgedAt === null && sealedAt === null && destroyingAt === null;

async function opensForUs(
  { reviewKeys }: Pick<GbsDeps, "reviewKeys">,
  ctx: RequestContext,
  { id, epochId }: KeptRecording,
): Promise<boolean> {
  const fileKey = await reviewKeys.open(ctx, { uploadId: id, epochId });
  fileKey?.fill(0);
  return fileKey !== null;
}

async function record(
  deps: RecoverHeaderDeps,
  ctx: RequestContext,
  { id: evidenceId, debtId }: KeptRecording,
  { header, headerSha256, kind }: KeptLenderHeader,
): Promise<boolean> {
  const seen = await deps.debts.find(deps.db.read, debtId);
  if (!seen) throw new Error("a recording of no debt");
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  let isRecovered = false;
  await deps.db.transact(ctx, async (tx) => {
    isRecovered = false;
    await recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      const current = await deps.handOvers.find(tx, evidenceId);
      const last = await deps.lenderHeaders.last(tx, evidenceId);
      if (!current || !isUnsealed(current) || last?.kind === "recipient") return null;
      isRecovered = true;
      const views = await closePlaybacks(deps, tx, { evidenceId }, now);
      const isLast = last?.headerSha256 === headerSha256;
      const generation = (last?.generation ?? 0) + (isLast ? 0 : 1);
      const data = { evidence: evidenceId, generation, header: kind, headerSha256 };
      const notice = {
        kind: "gbs.evidence_sealed",
        data: { money: said(debt.terms.amount) },
      } as const;
      return {
        debt,
        custody: [
          ...views,
          { kind: "header_recovered", actor: byClock, data },
          { kind: "sealed", actor: byClock, data },
        ],
        notices: [
          { ...notice, to: "lender" },
          { ...notice, to: "borrower" },
        ],
        async rows(tx: Tx) {
          const row = { evidenceId, generation, kind, header, headerSha256, madeAt: now };
          if (!isLast) await deps.lenderHeaders.replace(tx, row);
          await deps.handOvers.setSealed(tx, evidenceId, now);
        },
      };
    });
  });
  return isRecovered;
}

/** Called for each that was recovered. Throws when some could not be, after all others. */
export async function recoverHeaders(
  deps: RecoverHeaderDeps,
  ctx: RequestContext,
  signal: AbortSignal,
  recovered: (one: { readonly id: Id; readonly debtId: Id }) => void = () => {},
): Promise<void> {
  const failures: Error[] = [];
  let after: Id | undefined;
  while (!signal.aborted) {
    const page = { after, limit: recordingsAtOnce };
    const unsealed = await deps.handOvers.unsealed(deps.db.read, page);
    for (const one of unsealed) {
      if (signal.aborted) break;
      const found = await deps.handOvers.find(deps.db.read, one.id);
      await (found ? recoverHeader(deps, ctx, found) : Promise.resolve(false)).then(
        (isRecovered) => isRecovered && recovered(one),
        (cause: unknown) => failures.push(new Error(`recording ${one.id}`, { cause })),
      );
    }
    after = unsealed.at(-1)?.id;
    if (unsealed.length < recordingsAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} headers could not be recovered`);
}

const ofAnother = (): AppError =>
  gbsErrors.fail("evidence_damaged", "The header of its lender beside it is of another recording.");

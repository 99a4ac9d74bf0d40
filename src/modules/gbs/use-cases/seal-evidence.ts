import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { GbsDeps, KeptRecording, StoredLenderHeader } from "../deps.ts";
import { byClock } from "../domain/custody-data.ts";
import { closePlaybacks } from "./close-playbacks.ts";
import { said } from "./debt-step.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";

export const sealEvidenceJob = "gbs.seal_evidence";
export const sealWaitingJob = "gbs.seal_waiting";
export type SealPayload = { readonly evidenceId: Id };

type Deps = RecordOnDebtDeps &
  Pick<
    GbsDeps,
    | ("db" | "identity" | "handOvers" | "lenderHeaders" | "playbacks")
    | ("vault" | "reviewKeys" | "lenderHeaderStore")
  >;

/** What a job of its own should have sealed by then. */
const waitingSeconds = 3_600;
const recordingsAtOnce = 100;

/**
 * Destroys what the server itself could open a recording with, once the lender has what he opens it with and his header lies
 * beside the payload, too, where no restore of the database reaches it; and records that it is gone when the store has
 * confirmed it: from then on nobody but the lender opens it. Does nothing for what is sealed or not to be sealed, however
 * often it is run, and goes on where another run was killed.
 */
export async function sealEvidence(
  deps: Deps,
  ctx: RequestContext,
  { evidenceId }: SealPayload,
): Promise<void> {
  const found = await deps.handOvers.find(deps.db.read, evidenceId);
  const header = await deps.lenderHeaders.last(deps.db.read, evidenceId);
  if (!found) return;
  if (header && isToBeSealed(found, header)) {
    await deps.lenderHeaderStore.keep(found, header);
    await deps.vault.destroyReviewHeader(evidenceId);
    if ((await deps.vault.readReviewHeader(evidenceId)) !== null)
      throw new Error("a review header is there although the store has deleted it");
    await recordSealing(deps, ctx, found);
  }
  await dropOfDestroyed(deps, found);
  await deps.reviewKeys.destroyUnused(ctx);
}

/** Whatever destroys the recording meanwhile may have looked before the header was there. */
export async function dropOfDestroyed(
  deps: Pick<GbsDeps, "db" | "handOvers" | "lenderHeaderStore">,
  recording: KeptRecording,
): Promise<void> {
  const current = await deps.handOvers.find(deps.db.read, recording.id);
  if (current?.destroyingAt !== null) await deps.lenderHeaderStore.destroy(recording);
}

const isToBeSealed = (
  { state, acknowledgedAt, sealedAt, destroyingAt }: KeptRecording,
  { kind }: StoredLenderHeader,
): boolean =>
  state === "approved" &&
  sealedAt === null &&
  destroyingAt === null &&
  (acknowledgedAt !== null || kind === "recipient");

async function recordSealing(
  deps: Deps,
  ctx: RequestContext,
  { id: evidenceId, debtId }: KeptRecording,
): Promise<void> {
  const seen = await deps.debts.find(deps.db.read, debtId);
  if (!seen) throw new Error("a recording of no debt");
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  await deps.db.transact(ctx, (tx) =>
    recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      const current = await deps.handOvers.find(tx, evidenceId);
      const header = await deps.lenderHeaders.last(tx, evidenceId);
      if (!current || !header || !isToBeSealed(current, header)) return null;
      const views = await closePlaybacks(deps, tx, { evidenceId }, now);
      const { generation, kind, headerSha256 } = header;
      const data = { evidence: evidenceId, generation, header: kind, headerSha256 };
      const notice = {
        kind: "gbs.evidence_sealed",
        data: { money: said(debt.terms.amount) },
      } as const;
      return {
        debt,
        custody: [...views, { kind: "sealed", actor: byClock, data }],
        notices: [
          { ...notice, to: "lender" },
          { ...notice, to: "borrower" },
        ],
        rows: (tx: Tx) => deps.handOvers.setSealed(tx, evidenceId, now),
      };
    }),
  );
}

/** Seals what no job of its own has sealed: one that was lost, or given up. Throws when some could not be, after all others. */
export async function sealWaiting(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  let after: Id | undefined;
  while (!signal.aborted) {
    const since = addSeconds(deps.clock.now(), -waitingSeconds);
    const page = { after, limit: recordingsAtOnce };
    const waiting = await deps.handOvers.toSeal(deps.db.read, since, page);
    for (const { id: evidenceId } of waiting) {
      if (signal.aborted) break;
      await sealEvidence(deps, ctx, { evidenceId }).catch((error) => failures.push(error));
    }
    after = waiting.at(-1)?.id;
    if (waiting.length < recordingsAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} recordings could not be sealed`);
}

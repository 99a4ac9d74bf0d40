import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { EvidenceState, GbsDeps } from "../deps.ts";
import { byClock } from "../domain/custody-data.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { closePlaybacks } from "./close-playbacks.ts";
import { type DebtStep, said } from "./debt-step.ts";
import { isKeptForLender, type KeptForLenderDeps } from "./kept-for-lender.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";

export const destroyEvidenceJob = "gbs.destroy_evidence";

const recordingsAtOnce = 100;

type Deps = RecordOnDebtDeps &
  Pick<GbsDeps, "db" | "identity" | "handOvers" | "lenderHeaders" | "playbacks" | "vault"> &
  KeptForLenderDeps;
type OfDebt = { readonly id: Id; readonly debtId: Id; readonly state: EvidenceState };

/**
 * Destroys recordings whose time has come: bytes, and every header that opened them. One that a legal hold keeps, or an open
 * dispute, waits. Each by itself; throws when some could not be destroyed, after all others.
 */
export async function destroyEvidence(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  let after: Id | undefined;
  while (!signal.aborted) {
    const page = { after, limit: recordingsAtOnce };
    const due = await deps.handOvers.toDestroy(deps.db.read, deps.clock.now(), page);
    for (const one of due) {
      if (signal.aborted) break;
      await destroy(deps, ctx, one).catch((error) => failures.push(error));
    }
    after = due.at(-1)?.id;
    if (due.length < recordingsAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} recordings could not be destroyed`);
}

/** What is begun is brought to its end, however often it was cut short: only then is it said to be gone. */
async function destroy(deps: Deps, ctx: RequestContext, due: OfDebt): Promise<void> {
  const { id, debtId, state } = due;
  if (state !== "approved" && (await isKeptForLender(deps, { uploadId: id, debtId }))) return;
  const seen = await deps.debts.find(deps.db.read, debtId);
  if (!seen) throw new Error("a recording of no debt");
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const of = { debtId, people };
  const isBegun = await deps.db.transact(ctx, async (tx) => {
    let begun = false;
    await recordOnDebt(deps, tx, of, async ({ debt, now }) => {
      begun = await deps.handOvers.beginDestroying(tx, id, now);
      const views = begun ? await closePlaybacks(deps, tx, { evidenceId: id }, now) : [];
      return views.length === 0 ? null : { debt, custody: views };
    });
    return begun;
  });
  if (!isBegun) return;
  await deps.vault.destroyReviewHeader(id);
  await deps.vault.destroyPayload({ uploadId: id, debtId });
  await deps.db.transact(ctx, (tx) =>
    recordOnDebt(deps, tx, of, (locked) => end(deps, tx, id, locked)),
  );
}

async function end(
  deps: Deps,
  tx: Tx,
  id: Id,
  { debt, now }: { readonly debt: DebtSnapshot; readonly now: Instant },
): Promise<DebtStep | null> {
  const current = await deps.handOvers.find(tx, id);
  if (!current || current.destroyedAt !== null) return null;
  const reason = current.state === "approved" ? "retention_over" : current.state;
  const notice = {
    kind: "gbs.evidence_destroyed",
    data: { money: said(debt.terms.amount) },
  } as const;
  return {
    debt,
    custody: [{ kind: "evidence_destroyed", actor: byClock, data: { evidence: id, reason } }],
    notices: [
      { ...notice, to: "lender" },
      { ...notice, to: "borrower" },
    ],
    async rows(tx) {
      await deps.lenderHeaders.destroy(tx, id);
      await deps.handOvers.setDestroyed(tx, id, now);
    },
  };
}

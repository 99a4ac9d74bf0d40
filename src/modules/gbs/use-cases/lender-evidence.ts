import type { Reader } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { DebtParty } from "../contract.ts";
import type { GbsDeps, KeptRecording, StoredLenderHeader } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { notPossible } from "../domain/possible.ts";
import { gbsErrors } from "../errors.ts";
import { ownDebt } from "./own-debt.ts";

/** The recording that binds a debt, and the header that the lender opens it with, once there is one. */
export type HandedOver = {
  readonly recording: KeptRecording;
  readonly header: StoredLenderHeader | undefined;
};

export type LenderEvidenceDeps = Pick<
  GbsDeps,
  "db" | "clock" | "debts" | "handOvers" | "lenderHeaders"
>;

/**
 * As the lender of a debt reaches it. Throws `gbs.debt_not_found` (404) to strangers, `gbs.not_possible_now` (409) to the
 * borrower, and what {@link handedOver} throws.
 */
export async function lenderEvidence(
  deps: LenderEvidenceDeps,
  ctx: RequestContext,
  debtId: Id,
): Promise<HandedOver & { readonly debt: DebtSnapshot; readonly now: Instant }> {
  const debt = await lendersDebt(deps, ctx, debtId);
  const now = deps.clock.now();
  return { debt, now, ...(await handedOver(deps, deps.db.read, { debt, party: "lender", now })) };
}

/** Throws `gbs.debt_not_found` (404) to strangers, `gbs.not_possible_now` (409) to the borrower. */
export async function lendersDebt(
  deps: Pick<GbsDeps, "db" | "clock" | "debts">,
  ctx: RequestContext,
  debtId: Id,
): Promise<DebtSnapshot> {
  const { debt, party } = await ownDebt(deps, ctx, debtId);
  if (party !== "lender")
    throw notPossible(debt, party, deps.clock.now(), "Only the lender can do this.");
  return debt;
}

/** Throws `gbs.not_possible_now` (409) where no recording is approved, `gbs.evidence_destroyed` (409). */
export async function handedOver(
  deps: Pick<GbsDeps, "handOvers" | "lenderHeaders">,
  reader: Reader,
  { debt, party, now }: { debt: DebtSnapshot; party: DebtParty; now: Instant },
): Promise<HandedOver> {
  const recording = await deps.handOvers.approvedOf(reader, debt.id);
  if (!recording) throw notPossible(debt, party, now, "No recording of it is approved.");
  if (recording.destroyingAt !== null) throw destroyed();
  return { recording, header: await deps.lenderHeaders.last(reader, recording.id) };
}

/**
 * Throws `gbs.evidence_damaged` (503) where the last check of what is stored found damage: a copy of that would not open. A
 * check that finds it mended lifts this.
 */
export async function requireWhole(
  { db, integrity }: Pick<GbsDeps, "db" | "integrity">,
  { id }: Pick<KeptRecording, "id">,
): Promise<void> {
  const since = await integrity.damagedSince(db.read, id);
  if (since === undefined) return;
  throw gbsErrors.fail(
    "evidence_damaged",
    "A check has found that what is stored is not what was submitted. Have it checked again once it is mended.",
    { meta: { since } },
  );
}

export const destroyed = (): AppError =>
  gbsErrors.fail("evidence_destroyed", "The recording of this debt is destroyed.");

/** Throws `gbs.not_possible_now` (409) while the lender has declared no default. */
export function requireDefault(debt: DebtSnapshot, now: Instant): void {
  if (debt.defaultedAt === null)
    throw notPossible(debt, "lender", now, "The recording opens once a default is declared.");
}

import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { DebtParty } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { type DebtSnapshot, partyOf } from "../domain/debt-snapshot.ts";
import { gbsErrors } from "../errors.ts";

/** Who acts. The guard lets nobody but users through to where this is asked. */
export function ownUserId({ actor, operation }: RequestContext): Id {
  if (actor.type !== "user") throw new Error(`${operation} was reached by no user`);
  return actor.id;
}

/** A debt that the user is a party to. Throws `gbs.debt_not_found` (404) for every other one, there or not. */
export async function ownDebt(
  deps: Pick<GbsDeps, "db" | "debts">,
  ctx: RequestContext,
  debtId: Id,
): Promise<{ readonly debt: DebtSnapshot; readonly party: DebtParty }> {
  return asParty(await deps.debts.find(deps.db.read, debtId), ownUserId(ctx));
}

/** As {@link ownDebt}, of a debt that was found. */
export function asParty(debt: DebtSnapshot | undefined, userId: Id) {
  const party = debt && partyOf(debt, userId);
  if (!debt || !party) throw debtNotFound();
  return { debt, party };
}

const debtNotFound = (): AppError =>
  gbsErrors.fail("debt_not_found", "You are no party to such a debt.");

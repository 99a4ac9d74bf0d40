import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Debt, DebtParty, DebtState } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { upToDate } from "../domain/clock-steps.ts";
import { debtView } from "./debt-view.ts";
import { asParty, ownDebt, ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";

type Deps = Pick<GbsDeps, "db" | "clock" | "identity" | "debts">;

export type ListDebtsInput = {
  readonly role?: DebtParty | undefined;
  readonly state?: DebtState | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** What the user lends and owes, the newest offer first. */
export async function listDebts(
  deps: Deps,
  ctx: RequestContext,
  input: ListDebtsInput,
): Promise<Page<Debt>> {
  const { role, state, limit } = input;
  const userId = ownUserId(ctx);
  const after = decodeMoment(input.cursor, "offeredAt");
  const query = { userId, role, state, after, limit: limit + 1 };
  const page = pageOf(await deps.debts.list(deps.db.read, query), limit, ({ offeredAt, id }) => [
    ...[offeredAt, id],
  ]);
  const people = await findPeople(deps, ctx, page.items);
  const now = deps.clock.now();
  return {
    nextCursor: page.nextCursor,
    items: page.items.map((debt) => {
      const { party } = asParty(debt, userId);
      return debtView(upToDate(debt, now), party, people(debt), now);
    }),
  };
}

/** Throws `gbs.debt_not_found` (404). */
export async function getDebt(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Debt> {
  const { debt, party } = await ownDebt(deps, ctx, parseId(input.id));
  const people = await findPeople(deps, ctx, [debt]);
  const now = deps.clock.now();
  return debtView(upToDate(debt, now), party, people(debt), now);
}

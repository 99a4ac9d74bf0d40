import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import { planCalendar } from "../domain/calendar/plan-calendar.ts";
import { bindingStates } from "../domain/debt-machine.ts";
import { notPossible } from "../domain/possible.ts";
import { ownDebt } from "./own-debt.ts";
import { findPeople } from "./people.ts";

/**
 * The due days of a debt as a calendar file, for whoever of both asks. Throws `gbs.debt_not_found` (404), and
 * `gbs.not_possible_now` (409) of a debt that does not bind or has nothing left to pay: there is no calendar without a day.
 */
export async function fetchCalendar(
  deps: Pick<GbsDeps, "db" | "clock" | "debts" | "identity" | "writeCalendar">,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<{ readonly name: string; readonly text: string }> {
  const { debt, party } = await ownDebt(deps, ctx, parseId(input.id));
  const { lender, borrower } = (await findPeople(deps, ctx, [debt]))(debt);
  const now = deps.clock.now();
  const [reader, other] = party === "lender" ? [lender, borrower] : [borrower, lender];
  const isBinding = bindingStates.some((state) => state === debt.state);
  const calendar =
    isBinding && reader && other
      ? planCalendar(debt, { party, locale: reader.locale, other: other.displayName })
      : null;
  if (!calendar || calendar.days.length === 0)
    throw notPossible(debt, party, now, "There is no due day that a calendar could show.");
  return { name: `debt-${debt.id}.ics`, text: deps.writeCalendar(calendar, now) };
}

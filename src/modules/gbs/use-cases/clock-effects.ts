import { subtractMoney } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import {
  afterClockStep,
  type ClockStep,
  clockSteps,
  nextWake,
  type PartyZones,
} from "../domain/clock-steps.ts";
import type { CustodyStep, PlainJson } from "../domain/custody.ts";
import { byClock } from "../domain/custody-data.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { coverOf } from "../domain/standing.ts";
import { type DebtStep, type Notice, type People, said } from "./debt-step.ts";

type Deps = Pick<GbsDeps, "proposals">;
type Then = { readonly people: People; readonly now: Instant };

/** What time, or what has just been done, does to a debt; each step with its entry in the log. Empty = nothing. */
export function clockEffects(
  deps: Deps,
  debt: DebtSnapshot,
  { people, now }: Then,
): readonly DebtStep[] {
  let current = debt;
  return clockSteps(debt, now, zonesOf(debt, people)).map((step) => {
    current = afterClockStep(current, step, now);
    return effectOf(deps, current, step, now);
  });
}

/** When the debt, which is up to date, is to be looked at again without anybody's doing; null = never. */
export const wakeOf = (debt: DebtSnapshot, { people, now }: Then): Instant | null =>
  nextWake(debt, now, zonesOf(debt, people));

/** Nobody is reminded before there is a borrower. */
const zonesOf = ({ terms }: DebtSnapshot, { lender, borrower }: People): PartyZones => ({
  lender: lender.timeZone,
  borrower: borrower?.timeZone ?? terms.timeZone,
});

function effectOf(deps: Deps, debt: DebtSnapshot, step: ClockStep, now: Instant): DebtStep {
  const { kind, ...data } = step;
  const entry: CustodyStep = {
    ...{ kind, data: data satisfies { readonly [name: string]: PlainJson } },
    actor: byClock,
  };
  const effect = { debt, custody: [entry], notices: noticesOf(debt, step) };
  switch (step.kind) {
    case "amendment_lapsed":
      return { ...effect, rows: (tx) => deps.proposals.endAmendment(tx, step.id, "lapsed", now) };
    case "cancellation_lapsed":
      return {
        ...effect,
        rows: (tx) => deps.proposals.endCancellation(tx, step.id, "lapsed", now),
      };
    default:
      return effect;
  }
}

function noticesOf(debt: DebtSnapshot, step: ClockStep): readonly Notice[] {
  const money = said(debt.terms.amount);
  switch (step.kind) {
    case "expired":
      return [{ kind: "gbs.offer_expired", to: "lender", data: { money } }];
    case "reminded":
      return [reminderOf(debt, step)];
    default:
      return [];
  }
}

function reminderOf(debt: DebtSnapshot, step: ClockStep & { readonly kind: "reminded" }): Notice {
  const { dueOn, stage, to } = step;
  const due = coverOf(debt.terms.instalments, debt.paid).find((part) => part.dueOn === dueOn);
  if (!due) throw new Error("a reminder of no instalment");
  const data = { money: said(subtractMoney(due.amount, due.covered)), day: dueOn };
  if (to === "lender") return { kind: "gbs.overdue_lender", to, data };
  const kind = stage.startsWith("before") ? "gbs.due_soon" : "gbs.overdue_borrower";
  return { kind, to, data };
}

import { signOf } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { DebtParty, DebtState } from "../contract.ts";
import { agreedStates, bindingStates, runningStates } from "./debt-machine.ts";
import { type DebtSnapshot, outstandingOf, type ReminderMark } from "./debt-snapshot.ts";
import { endOfDay } from "./due-days.ts";
import { nextReminderAt, type Reminded, remindersDue } from "./reminders.ts";
import { firstUncovered, overdueDay, standingOf } from "./standing.ts";

/** What happens to a debt without anybody's doing: because time passes, or because of what has just been done. */
export type ClockStep =
  | { readonly kind: "expired" | "activated" | "caught_up" | "settled" }
  | { readonly kind: "overdue"; readonly dueOn: LocalDate }
  | { readonly kind: "amendment_lapsed" | "cancellation_lapsed"; readonly id: Id }
  | ({ readonly kind: "reminded"; readonly to: DebtParty } & ReminderMark);

/** IANA names: where the nine o'clock of each party is. */
export type PartyZones = Readonly<Record<DebtParty, string>>;

/**
 * All that has to happen to a debt until nothing more does, in order. Before an action it brings the debt up to date;
 * after one it is what follows from it. Twice gives nothing.
 */
export function clockSteps(debt: DebtSnapshot, now: Instant, zones: PartyZones): ClockStep[] {
  const steps: ClockStep[] = [];
  let current = debt;
  for (let step = nextStep(debt, now); step; step = nextStep(current, now)) {
    steps.push(step);
    current = afterClockStep(current, step, now);
  }
  if (isReminded(current))
    for (const { party, ...mark } of remindersDue(remindedOf(current, now, zones), now))
      steps.push({ kind: "reminded", to: party, ...mark });
  return steps;
}

/** The debt after one of its {@link clockSteps}. */
export function afterClockStep(debt: DebtSnapshot, step: ClockStep, now: Instant): DebtSnapshot {
  switch (step.kind) {
    case "expired":
    case "settled":
      return { ...debt, state: step.kind, endedAt: now };
    case "activated":
    case "caught_up":
      return { ...debt, state: "active" };
    case "overdue":
      return { ...debt, state: "overdue" };
    case "amendment_lapsed":
      return { ...debt, openAmendment: null };
    case "cancellation_lapsed":
      return { ...debt, openCancellation: null };
    case "reminded":
      return { ...debt, reminded: [...debt.reminded, { dueOn: step.dueOn, stage: step.stage }] };
  }
}

/** As it is once its {@link clockSteps} are done, but for reminders: what readers are shown until somebody has done them. */
export function upToDate(debt: DebtSnapshot, now: Instant): DebtSnapshot {
  let current = debt;
  for (let step = nextStep(debt, now); step; step = nextStep(current, now))
    current = afterClockStep(current, step, now);
  return current;
}

function nextStep(debt: DebtSnapshot, now: Instant): ClockStep | undefined {
  const { state, openAmendment, openCancellation } = debt;
  if (state === "offered" && debt.offerExpiresAt <= now) return { kind: "expired" };
  if (state === "accepted" && debt.evidence === "none") return { kind: "activated" };
  if (isOneOf(bindingStates, state) && signOf(outstandingOf(debt).amount) === 0)
    return { kind: "settled" };
  if (isOneOf(runningStates, state)) {
    const dueOn = overdueDay(debt, now);
    if (state === "active" && dueOn !== null) return { kind: "overdue", dueOn };
    if (state === "overdue" && dueOn === null) return { kind: "caught_up" };
  }
  if (openAmendment && !isOneOf(runningStates, state))
    return { kind: "amendment_lapsed", id: openAmendment.id };
  if (openCancellation && !isOneOf(agreedStates, state))
    return { kind: "cancellation_lapsed", id: openCancellation.id };
  return undefined;
}

const isOneOf = (states: readonly DebtState[], state: DebtState): boolean => states.includes(state);

/**
 * When time next does something to a debt that is up to date; null = never. The state of an overdue debt changes only by
 * what people do.
 */
export function nextWake(debt: DebtSnapshot, now: Instant, zones: PartyZones): Instant | null {
  if (debt.state === "offered") return debt.offerExpiresAt;
  if (!isReminded(debt)) return null;
  const reminderAt = nextReminderAt(remindedOf(debt, now, zones), now);
  const overdueAt = debt.state === "active" ? endOfFirstUncovered(debt) : null;
  const [earliest = null] = [reminderAt, overdueAt].filter((at) => at !== null).toSorted();
  return earliest;
}

function endOfFirstUncovered(debt: DebtSnapshot): Instant | null {
  const first = firstUncovered(debt);
  return first ? endOfDay(debt.terms.timeZone, first.dueOn) : null;
}

/** Whoever is in default need not be reminded. */
const isReminded = ({ state }: DebtSnapshot): boolean => isOneOf(runningStates, state);

const remindedOf = (debt: DebtSnapshot, now: Instant, zones: PartyZones): Reminded => ({
  instalments: standingOf(debt, now),
  timeZone: debt.terms.timeZone,
  zones,
  since: debt.acceptedAt ?? now,
  sent: debt.reminded,
});

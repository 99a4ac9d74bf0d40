import { addDays, type Instant, type LocalDate } from "#platform/kernel/time";
import { dayIn, hourOfDayIn } from "#platform/kernel/zone-day";
import type { DebtParty, InstalmentStanding } from "../contract.ts";
import type { ReminderMark, ReminderStage } from "./debt-snapshot.ts";
import { endOfDay } from "./due-days.ts";

/** People are reminded at this hour of their own clocks. */
export const reminderHour = 9;

type Stage = {
  readonly stage: ReminderStage;
  readonly party: DebtParty;
  /** From the due day; negative = before it. */
  readonly days: number;
};

/** In the order of their days. */
export const reminderStages = [
  { stage: "before_7", party: "borrower", days: -7 },
  { stage: "before_3", party: "borrower", days: -3 },
  { stage: "before_1", party: "borrower", days: -1 },
  { stage: "after_1", party: "borrower", days: 1 },
  { stage: "lender_after_1", party: "lender", days: 1 },
  { stage: "after_7", party: "borrower", days: 7 },
  { stage: "lender_after_7", party: "lender", days: 7 },
] as const satisfies readonly Stage[];

export type Reminder = ReminderMark & { readonly party: DebtParty };

export type Reminded = {
  /** As they stand at the moment that is asked about. */
  readonly instalments: readonly Pick<InstalmentStanding, "dueOn" | "state">[];
  /** Of the terms: where due days end. */
  readonly timeZone: string;
  /** Of the parties: where their nine o'clock is. */
  readonly zones: Readonly<Record<DebtParty, string>>;
  /** Nobody is reminded of what came before: when the debt became binding. */
  readonly since: Instant;
  readonly sent: readonly ReminderMark[];
};

/**
 * Whom to remind now, each of each stage once. Only the latest stage that has come counts: one that was missed is left out
 * when a later one has come, or the day is over before which it was to remind. Nothing of what is covered.
 */
export function remindersDue(debt: Reminded, now: Instant): Reminder[] {
  const hasCome = cameBy(debt, now);
  return debt.instalments.flatMap(({ dueOn, state }) =>
    state === "paid"
      ? []
      : parties.flatMap((party) => {
          const latest = stagesOf(party).findLast((stage) => hasCome(stage, dueOn));
          return latest &&
            latest.days > 0 === (state === "overdue") &&
            !isSent(debt, dueOn, latest.stage) &&
            instantOf(debt, latest, dueOn) >= debt.since
            ? [{ dueOn, stage: latest.stage, party }]
            : [];
        }),
  );
}

/** When somebody is to be reminded next, if nothing is paid until then; null = never. */
export function nextReminderAt(debt: Reminded, now: Instant): Instant | null {
  const hasCome = cameBy(debt, now);
  const ahead = debt.instalments
    .filter(({ state }) => state !== "paid")
    .flatMap(({ dueOn }) =>
      reminderStages
        .filter((stage) => !isSent(debt, dueOn, stage.stage) && !hasCome(stage, dueOn))
        .map((stage) => ({ stage, dueOn, day: addDays(dueOn, stage.days) })),
    )
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const [first] = ahead;
  if (!first) return null;
  // A day begins and ends at most two days later elsewhere.
  const [earliest = null] = ahead
    .filter(({ day }) => day <= addDays(first.day, 2))
    .map(({ stage, dueOn }) => instantOf(debt, stage, dueOn))
    .toSorted();
  return earliest;
}

const parties = ["borrower", "lender"] as const satisfies readonly DebtParty[];
const stagesOf = (wanted: DebtParty) => reminderStages.filter(({ party }) => party === wanted);

const isSent = ({ sent }: Reminded, dueOn: LocalDate, stage: ReminderStage): boolean =>
  sent.some((mark) => mark.dueOn === dueOn && mark.stage === stage);

/** Nine o'clock there; nobody is told that a day has passed which is not over where the terms have it. */
function instantOf({ timeZone, zones }: Reminded, stage: Stage, dueOn: LocalDate): Instant {
  const nine = hourOfDayIn(zones[stage.party], addDays(dueOn, stage.days), reminderHour);
  if (stage.days < 0) return nine;
  return [nine, endOfDay(timeZone, dueOn)].toSorted()[1] ?? nine;
}

/** The instant itself is costly to find: for most stages the day decides. */
function cameBy(debt: Reminded, now: Instant) {
  const today = {
    borrower: dayIn(debt.zones.borrower, now),
    lender: dayIn(debt.zones.lender, now),
  };
  return (stage: Stage, dueOn: LocalDate): boolean => {
    const day = addDays(dueOn, stage.days);
    if (day > today[stage.party]) return false;
    return addDays(day, 2) < today[stage.party] || instantOf(debt, stage, dueOn) <= now;
  };
}

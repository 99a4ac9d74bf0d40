import { signOf } from "#platform/kernel/decimal";
import { invalidField } from "#platform/kernel/errors";
import {
  compareMoney,
  type Money,
  parseMoney,
  type Scales,
  sumMoney,
} from "#platform/kernel/money";
import { type LocalDate, parseLocalDate } from "#platform/kernel/time";
import { maxInstalments, maxTermYears } from "../bounds.ts";
import type { Instalment } from "../contract.ts";
import { lastDayOf } from "./due-days.ts";
import type { Faults } from "./faults.ts";
import { type Plan, planDays, planInstalments } from "./plan.ts";
import { readLine } from "./texts.ts";

type MoneyInput = { readonly amount: string; readonly currency: string };
type ListedPart = { readonly dueOn: string; readonly amount: MoneyInput };

/** Terms as somebody writes them down; exactly one of `dueOn`, `instalments` and `plan`. */
export type TermsInput = {
  readonly amount: MoneyInput;
  readonly description: string;
  /** All of it on one day. */
  readonly dueOn?: string | undefined;
  readonly instalments?: readonly ListedPart[] | undefined;
  readonly plan?:
    | { readonly firstDueOn: string; readonly every: "week" | "month"; readonly count: number }
    | undefined;
};

/** A due day, and where it was said. */
type SaidDay = { readonly dueOn: LocalDate; readonly path: string };

/** What could be read of terms; all of it where there are no faults. */
export type TermsParts = {
  readonly amount: Money | undefined;
  readonly description: string | undefined;
  readonly days: readonly SaidDay[];
  readonly instalments: readonly Instalment[] | undefined;
};

/** What holds for all terms; tells `faults` what does not. */
export function readParts(
  input: TermsInput,
  { scales, today }: { readonly scales: Scales; readonly today: LocalDate },
  faults: Faults,
): TermsParts {
  const { dueOn, instalments, plan } = input;
  const amount = faults.of(() => positive(parseMoney(input.amount, scales, "/amount"), "/amount"));
  const description = faults.of(() => readLine(input.description, "/description"));
  const said = [dueOn, instalments, plan].filter((way) => way !== undefined);
  const last = lastDayOf(today, maxTermYears);
  const read = { amount, description };
  if (said.length !== 1) {
    faults.add("/dueOn", "Give exactly one of dueOn, instalments and plan.");
    return { ...read, days: [], instalments: undefined };
  }
  const schedule = instalments
    ? readListed(instalments, amount, scales, faults)
    : plan
      ? readPlan(plan, amount, scales, last, faults)
      : readSingle(dueOn, amount, faults);
  for (const day of schedule.days) if (day.dueOn > last) faults.add(day.path, tooLate);
  return { ...read, ...schedule };
}

type Schedule = Pick<TermsParts, "days" | "instalments">;

const tooLate = `Must be within ${maxTermYears} years from today.`;
const isCount = (count: number) => Number.isInteger(count) && count >= 1 && count <= maxInstalments;

function readSingle(text = "", amount: Money | undefined, faults: Faults): Schedule {
  const dueOn = faults.of(() => parseLocalDate(text, "/dueOn"));
  return {
    days: dueOn ? [{ dueOn, path: "/dueOn" }] : [],
    instalments: dueOn && amount && [{ dueOn, amount }],
  };
}

function readPlan(
  input: NonNullable<TermsInput["plan"]>,
  amount: Money | undefined,
  scales: Scales,
  last: LocalDate,
  faults: Faults,
): Schedule {
  const path = "/plan/firstDueOn";
  const firstDueOn = faults.of(() => parseLocalDate(input.firstDueOn, path));
  if (!isCount(input.count)) faults.add("/plan/count", `Must be 1 to ${maxInstalments}.`);
  // Days that follow one beyond the bound may be none of the calendar's.
  if (!firstDueOn || firstDueOn > last || !isCount(input.count)) {
    if (firstDueOn && firstDueOn > last) faults.add(path, tooLate);
    return { days: [], instalments: undefined };
  }
  const plan: Plan = { ...input, firstDueOn };
  const digits = amount && scales.digitsOf(amount.currency);
  return {
    days: planDays(plan).map((dueOn) => ({ dueOn, path })),
    instalments:
      amount && digits !== undefined
        ? faults.of(() => planInstalments(plan, amount, digits))
        : undefined,
  };
}

function readListed(
  listed: readonly ListedPart[],
  whole: Money | undefined,
  scales: Scales,
  faults: Faults,
): Schedule {
  if (!isCount(listed.length))
    faults.add("/instalments", `Must have 1 to ${maxInstalments} parts.`);
  const parts = listed.slice(0, maxInstalments).map((part, index) => {
    const path = `/instalments/${index}`;
    return {
      path: `${path}/dueOn`,
      dueOn: faults.of(() => parseLocalDate(part.dueOn, `${path}/dueOn`)),
      amount: faults.of(() => readShare(part.amount, whole, scales, `${path}/amount`)),
    };
  });
  const days = parts.flatMap(({ dueOn, path }) => (dueOn ? [{ dueOn, path }] : []));
  for (const [index, { dueOn, path }] of days.entries()) {
    const before = days[index - 1];
    if (before && dueOn <= before.dueOn) faults.add(path, "Must be after the one before.");
  }
  const instalments = parts.flatMap(({ dueOn, amount }) =>
    dueOn && amount ? [{ dueOn, amount }] : [],
  );
  if (instalments.length < listed.length || !whole) return { days, instalments: undefined };
  const sum = sumMoney(
    instalments.map(({ amount }) => amount),
    whole.currency,
  );
  if (compareMoney(sum, whole) !== 0) faults.add("/instalments", "Must add up to the amount.");
  return { days, instalments };
}

function readShare(
  input: MoneyInput,
  whole: Money | undefined,
  scales: Scales,
  path: string,
): Money {
  const share = positive(parseMoney(input, scales, path), path);
  if (whole && share.currency !== whole.currency)
    throw invalidField(`${path}/currency`, "Must be the currency of the whole.");
  return share;
}

function positive(money: Money, path: string): Money {
  if (signOf(money.amount) > 0) return money;
  throw invalidField(`${path}/amount`, "Must be more than zero.");
}

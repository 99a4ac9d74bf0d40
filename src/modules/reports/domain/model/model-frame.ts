import { type DecimalString, fractionDigits, roundDecimal } from "#platform/kernel/decimal";
import type { CurrencyCode, Money, Scales } from "#platform/kernel/money";
import type { ReportPlan } from "../report-plan.ts";
import type { ReportTexts } from "../texts/en.ts";

/** What every table of a report is made with. */
export type ModelFrame = {
  readonly plan: ReportPlan;
  readonly texts: ReportTexts;
  readonly scales: Scales;
};

/** With all decimals of its currency, rounded half-even where it has more. */
export const shownMoney = (
  { scales }: Pick<ModelFrame, "scales">,
  amount: DecimalString,
  currency: CurrencyCode,
): Money => ({
  amount: roundDecimal(amount, scales.digitsOf(currency) ?? fractionDigits(amount)),
  currency,
});

/** In the currency that the report converts into. */
export const shownBase = (frame: ModelFrame, amount: DecimalString): Money =>
  shownMoney(frame, amount, frame.plan.currency);

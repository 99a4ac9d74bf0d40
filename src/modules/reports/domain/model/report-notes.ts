import type { DocumentPart } from "#platform/documents/model";
import { type Instant, utcDayOf } from "#platform/kernel/time";
import type { TransactionCounts } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { isWhole, monthSpans } from "./period-words.ts";

/** What a report must say of the way its figures were made. */
export type NoteFacts = {
  /** Things that hold of this type of report, in its words. */
  readonly own: readonly string[];
  readonly asOf: Instant;
  readonly counts: Pick<TransactionCounts, "voided">;
  /** What was converted: `amounts` at their own days, `balances` at the days they are stated for. */
  readonly converted: "nothing" | "amounts" | "balances" | "both";
  /** What there is to say of rounding, where anything was converted. */
  readonly rounding: string | null;
  readonly isUnconverted: boolean;
  readonly staleRates: number;
};

export function reportNotes(frame: ModelFrame, facts: NoteFacts): DocumentPart {
  const { notes: words, shortSources } = frame.texts;
  const { accountIds, currency, rateSource, to } = frame.plan;
  const { asOf, converted, counts } = facts;
  const source = shortSources[rateSource];
  const isConverted = converted !== "nothing";
  const when = (holds: boolean, note: string) => (holds ? [note] : []);
  return {
    part: "notes",
    notes: [
      ...facts.own,
      ...when(accountIds !== null && frame.plan.type !== "account_statement", words.accounts),
      ...when(converted === "amounts" || converted === "both", words.converted(currency, source)),
      ...when(
        converted === "balances" || converted === "both",
        words.convertedBalances(currency, source),
      ),
      ...when(isConverted && to >= utcDayOf(asOf), words.presentRates),
      ...(isConverted && facts.rounding !== null ? [facts.rounding] : []),
      ...when(facts.isUnconverted, words.unconverted),
      ...when(facts.staleRates > 0, words.stale(facts.staleRates)),
      ...when(counts.voided > 0, words.voided(counts.voided)),
    ],
  };
}

/** Of reports by month. */
export const partialMonthsNote = ({ plan, texts }: ModelFrame): readonly string[] =>
  monthSpans(plan.from, plan.to).every(isWhole) ? [] : [texts.notes.partialMonths];

import { addDays, dateOf, type LocalDate, startOfUtcDay } from "#platform/kernel/time";
import type { ReportLanguage } from "../../contract.ts";
import { addMonths, firstOfMonth, isFirstOfMonth, isLastOfMonth } from "../calendar.ts";

/** The days of a month that a report covers. */
export type MonthSpan = {
  /** Its first day, covered or not. */
  readonly month: LocalDate;
  readonly from: LocalDate;
  readonly to: LocalDate;
};

export function monthSpans(from: LocalDate, to: LocalDate): MonthSpan[] {
  const spans: MonthSpan[] = [];
  for (let month = firstOfMonth(from); month <= to; month = addMonths(month, 1)) {
    const last = addDays(addMonths(month, 1), -1);
    spans.push({ month, from: month < from ? from : month, to: last > to ? to : last });
  }
  return spans;
}

export const isWhole = ({ from, to }: MonthSpan): boolean =>
  isFirstOfMonth(from) && isLastOfMonth(to);

/** "September 2026", and "September 2026 (15–30)" of a part. */
export function monthWords(span: MonthSpan, language: ReportLanguage): string {
  const words = written(span.month, language, { month: "long", year: "numeric" });
  return isWhole(span) ? words : `${words} (${span.from.slice(8)}–${span.to.slice(8)})`;
}

/** "Sep 2026", for heads of columns and axes. */
export const shortMonth = ({ month }: MonthSpan, language: ReportLanguage): string =>
  written(month, language, { month: "short", year: "numeric" });

/** "2026", "September 2026" or the first and the last day. */
export function periodWords(from: LocalDate, to: LocalDate, language: ReportLanguage): string {
  const [first, last] = [monthSpans(from, from)[0], monthSpans(to, to)[0]];
  if (isFirstOfMonth(from) && isLastOfMonth(to) && first && last) {
    if (from.slice(5) === "01-01" && to.slice(5) === "12-31" && from.slice(0, 4) === to.slice(0, 4))
      return from.slice(0, 4);
    const [start, end] = [first, last].map(({ month }) =>
      written(month, language, { month: "long", year: "numeric" }),
    );
    return start === end ? `${start}` : `${start} – ${end}`;
  }
  const [start, end] = [from, to].map((day) => written(day, language, { dateStyle: "medium" }));
  return start === end ? `${start}` : `${start} – ${end}`;
}

const written = (
  day: LocalDate,
  language: ReportLanguage,
  options: Intl.DateTimeFormatOptions,
): string =>
  new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(
    dateOf(startOfUtcDay(day)),
  );

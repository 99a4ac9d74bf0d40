import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { type Instant, type LocalDate, startOfUtcDay } from "#platform/kernel/time";

export type FxDay = {
  readonly date: LocalDate;
  readonly at: Instant;
  readonly quotes: readonly { readonly code: CurrencyCode; readonly rate: DecimalString }[];
};

/** The real data set: 40 days, up to 341 codes a day, rates per 1 USD exactly as published. */
export function readFxDays(): readonly FxDay[] {
  const text = readFileSync(join(import.meta.dir, "../fixtures/fx/rates.csv"), "utf8");
  const days = new Map<LocalDate, FxDay["quotes"][number][]>();
  for (const line of text.trim().split("\n").slice(1)) {
    const [date, code, rate] = line.split(",") as [LocalDate, CurrencyCode, DecimalString];
    const quotes = days.get(date) ?? [];
    quotes.push({ code, rate });
    days.set(date, quotes);
  }
  return [...days].map(([date, quotes]) => ({ date, at: startOfUtcDay(date), quotes }));
}

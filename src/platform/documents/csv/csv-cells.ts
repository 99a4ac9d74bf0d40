import { type CsvDialect, csvNumber, csvText } from "../../kernel/csv.ts";
import { type Instant, instantAt } from "../../kernel/time.ts";
import { moneyOf } from "../formatting.ts";
import type { Cell, CellKind, Column, DocumentHead } from "../model.ts";
import { wallClockOf } from "../wall-clock.ts";
import type { Words } from "../words.ts";

export type CsvCells = {
  /** Of a column, or of two: an amount is never without its currency. */
  titles(column: Pick<Column, "kind" | "title">): readonly string[];
  values(kind: CellKind, value: Cell): readonly string[];
  text(value: string): string;
};

/** Cells as programs read them: plain decimals, days and instants as ISO 8601 has them, percents as their number. */
export function createCsvCells(
  { timeZone }: DocumentHead,
  dialect: CsvDialect,
  words: Words,
): CsvCells {
  const wallClock = wallClockOf(timeZone);
  const text = (value: string | null) => csvText(value, dialect);
  return {
    text,
    titles: ({ kind, title }) =>
      kind === "money"
        ? [text(title), text(`${title} (${words.currency})`)]
        : [text(kind === "percent" && !title.includes("%") ? `${title} (%)` : title)],
    values(kind, value) {
      if (kind === "money") {
        const money = moneyOf(value);
        return [csvNumber(money?.amount ?? null, dialect), money?.currency ?? ""];
      }
      if (value !== null && typeof value !== "string")
        throw new TypeError("an amount stands where none is meant to be");
      if (kind === "number" || kind === "percent") return [csvNumber(value, dialect)];
      return [
        kind === "instant" && value !== null ? zoned(value as Instant, wallClock) : text(value),
      ];
    },
  };
}

/** "2026-10-01T11:30:00+03:00": what the clocks showed, and which moment that was. */
function zoned(instant: Instant, wallClock: (instant: Instant) => number): string {
  const shown = wallClock(instant);
  const minutes = Math.round((shown - Date.parse(instant)) / 60_000);
  const pad = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  const offset = Math.abs(minutes);
  return `${instantAt(shown).slice(0, 19)}${minutes < 0 ? "-" : "+"}${pad(offset / 60)}:${pad(offset % 60)}`;
}

import type { Alignment, Style } from "exceljs";
import type { NumberFormats } from "./number-formats.ts";

export type CellStyle = Partial<Style>;

/**
 * The styles of one look, for each way to show a value. The same object each time: exceljs knows a style that it has seen
 * by its identity, and anything else costs as much as the cell.
 */
export type CellStyles = {
  /** Excel takes what is typed into such a cell as text, too: it never becomes a formula or a date. */
  readonly text: CellStyle;
  /** Stands for a number. */
  readonly numberText: CellStyle;
  readonly day: CellStyle;
  readonly time: CellStyle;
  number(digits: number): CellStyle;
  percent(digits: number): CellStyle;
  money(currency: string, digits: number): CellStyle;
};

/** Excel's own format of text. */
const textFormat = "@";

export type Look = Pick<CellStyle, "font" | "fill" | "border"> & {
  readonly vertical: NonNullable<Alignment["vertical"]>;
  readonly wrapText: boolean;
  /** Left out: numbers right, all else left. */
  readonly horizontal?: NonNullable<Alignment["horizontal"]>;
  /** Characters. */
  readonly indent?: number;
};

export function createCellStyles(formats: NumberFormats, look: Look): CellStyles {
  const { vertical, wrapText, horizontal, indent, ...rest } = look;
  const style = (numFmt: string, alignment: Partial<Alignment>): CellStyle => ({
    ...rest,
    numFmt,
    alignment: {
      ...{ vertical, ...alignment },
      ...(horizontal ? { horizontal } : {}),
      ...(indent ? { indent } : {}),
    },
  });
  // A number that is wider than its column would be shown as "####".
  const numeric = (numFmt: string) => style(numFmt, { horizontal: "right", shrinkToFit: true });
  const numbers = byDigits((digits) => numeric(formats.number(digits)));
  const percents = byDigits((digits) => numeric(formats.percent(digits)));
  const amounts = new Map<string, (digits: number) => CellStyle>();
  return {
    text: style(textFormat, { wrapText }),
    numberText: style(textFormat, { horizontal: "right", wrapText }),
    day: style(formats.day, { horizontal: "left", shrinkToFit: true }),
    time: style(formats.time, { horizontal: "left", shrinkToFit: true }),
    number: numbers,
    percent: percents,
    money(currency, digits) {
      let ofCurrency = amounts.get(currency);
      if (!ofCurrency) {
        ofCurrency = byDigits((count) => numeric(formats.money(currency, count)));
        amounts.set(currency, ofCurrency);
      }
      return ofCurrency(digits);
    },
  };
}

function byDigits(make: (digits: number) => CellStyle): (digits: number) => CellStyle {
  const made: CellStyle[] = [];
  return (digits) => {
    made[digits] ??= make(digits);
    return made[digits];
  };
}

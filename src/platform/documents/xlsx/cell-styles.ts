import type { Alignment, Style } from "exceljs";
import type { NumberFormats } from "./number-formats.ts";

/** The styles of one look, for each way to show a value, as the numbers by which cells name them. */
export type CellStyles = {
  /** Excel takes what is typed into such a cell as text, too: it never becomes a formula or a date. */
  readonly text: number;
  /** Stands for a number. */
  readonly numberText: number;
  readonly day: number;
  readonly time: number;
  number(digits: number): number;
  percent(digits: number): number;
  money(currency: string, digits: number): number;
};

/** Excel's own format of text. */
const textFormat = "@";

export type Look = Pick<Partial<Style>, "font" | "fill" | "border"> & {
  readonly vertical: NonNullable<Alignment["vertical"]>;
  readonly wrapText: boolean;
  /** Left out: numbers right, all else left. */
  readonly horizontal?: NonNullable<Alignment["horizontal"]>;
  /** Characters. */
  readonly indent?: number;
};

export function createCellStyles(
  styleId: (style: Partial<Style>) => number,
  formats: NumberFormats,
  { vertical, wrapText, horizontal, indent, ...rest }: Look,
): CellStyles {
  const style = (numFmt: string, alignment: Partial<Alignment>) =>
    styleId({
      ...{ ...rest, numFmt },
      alignment: {
        ...{ vertical, ...alignment },
        ...(horizontal ? { horizontal } : {}),
        ...(indent ? { indent } : {}),
      },
    });
  // A number that is wider than its column would be shown as "####".
  const numeric = (numFmt: string) => style(numFmt, { horizontal: "right", shrinkToFit: true });
  const amounts = new Map<string, (digits: number) => number>();
  return {
    text: style(textFormat, { wrapText }),
    numberText: style(textFormat, { horizontal: "right", wrapText }),
    day: style(formats.day, { horizontal: "left", shrinkToFit: true }),
    time: style(formats.time, { horizontal: "left", shrinkToFit: true }),
    number: byDigits((digits) => numeric(formats.number(digits))),
    percent: byDigits((digits) => numeric(formats.percent(digits))),
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

function byDigits(make: (digits: number) => number): (digits: number) => number {
  const made: number[] = [];
  return (digits) => {
    made[digits] ??= make(digits);
    return made[digits];
  };
}

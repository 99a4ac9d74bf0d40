import type { Column } from "../model.ts";

/** Twips that characters of the cells' 8 points take in bold Arial, rounded up; padding is that of both sides. */
const wideWidth = 140;
const narrowWidth = 55;
const otherWidth = 92;
const padding = 170;
/** Narrower than this no text is read. */
const narrowestText = 1_000;

/**
 * Widths in twips that add up to `width`. Amounts, numbers and days get what their longest needs, so that none is broken;
 * texts, which wrap, share the rest as the model has it. Where that is too little, all shrink alike.
 */
export function columnWidths(
  columns: readonly Column[],
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const wanted = columns.map(({ kind }, index) => {
    const head = widest((titles[index] ?? "").split(/\s+/));
    if (kind === "text") return Math.max(narrowestText, head + padding);
    return Math.max(widest(rows.flatMap((row) => (row[index] ?? "").split("\n"))), head) + padding;
  });
  const left = width - sum(wanted);
  const shares = columns.map(({ kind, width: share }) => (kind === "text" ? share : 0));
  const growing = sum(shares) > 0 ? shares : columns.map((column) => column.width);
  const exact = wanted.map((least, index) =>
    left >= 0
      ? least + (left * (growing[index] ?? 0)) / sum(growing)
      : (least * width) / sum(wanted),
  );
  // Whole twips; the last column takes what rounding leaves.
  const whole = exact.map(Math.floor);
  return whole.map((part, index) =>
    index === whole.length - 1 ? part + width - sum(whole) : part,
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const widest = (texts: readonly string[]) =>
  texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);

function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    if (/[\p{Lu}%@&]/u.test(character)) width += wideWidth;
    else width += /[.,:;'’()\s-]/.test(character) ? narrowWidth : otherWidth;
  return width;
}

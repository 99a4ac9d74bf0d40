import type { Line } from "../text/typesetter.ts";

/** Between two labels side by side. */
const gapPt = 6;

export type PlacedLabel = { readonly lines: readonly Line[]; readonly xPt: number };

/**
 * Labels centred on their places from left to right, inside `fromPt` to `toPt`; one that would touch the label before it is
 * left out. `xPt` is the middle.
 */
export function placeLabels(
  labels: readonly { readonly lines: readonly Line[]; readonly xPt: number }[],
  fromPt: number,
  toPt: number,
): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { lines, xPt } of labels) {
    const half = widthOf(lines) / 2;
    const middle = Math.min(Math.max(xPt, fromPt + half), toPt - half);
    if (middle - half < end + gapPt) continue;
    placed.push({ lines, xPt: middle });
    end = middle + half;
  }
  return placed;
}

const widthOf = (lines: readonly Line[]): number =>
  Math.max(0, ...lines.map(({ widthPt }) => widthPt));

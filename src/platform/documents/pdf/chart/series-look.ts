import { type Colour, type Content, type Point, rectangle, white } from "../page/content.ts";

/** Series differ in lightness, so that they do on a grey printout, too; beyond these in hatching, dashes, and markers. */
const barColours: readonly Colour[] = [
  [0.12, 0.27, 0.47],
  [0.55, 0.75, 0.9],
  [0.78, 0.48, 0.18],
  [0.88, 0.89, 0.91],
];
/** Without those that are too light for a line. */
const lineColours: readonly Colour[] = [
  [0.12, 0.27, 0.47],
  [0.78, 0.48, 0.18],
  [0.33, 0.57, 0.75],
];
const dashes: readonly (readonly number[])[] = [[], [5, 2], [1.5, 1.5], [6, 2, 1.5, 2]];
const outline: Colour = [0.2, 0.25, 0.3];
const hatchGapPt = 3.5;
const markerPt = 2;

const nth = <T>(values: readonly [T, ...T[]] | readonly T[], at: number, otherwise: T): T =>
  values[at % values.length] ?? otherwise;

/** A bar of the series at this place, or its patch in the legend. */
export function drawBar(
  content: Content,
  [x, y, width, height]: readonly [number, number, number, number],
  series: number,
): void {
  const shape = rectangle(x, y, width, height);
  content.fill(shape, nth(barColours, series, outline));
  // None, strokes in one direction, strokes in two.
  const directions = Math.floor(series / barColours.length) % 3;
  if (directions > 0)
    content.clipped(shape, () => {
      const stroke = { colour: white, widthPt: 0.9 };
      for (let at = x - height; at < x + width; at += hatchGapPt) {
        content.stroke(
          [
            [at, y],
            [at + height, y + height],
          ],
          stroke,
        );
        if (directions < 2) continue;
        content.stroke(
          [
            [at, y + height],
            [at + height, y],
          ],
          stroke,
        );
      }
    });
  content.stroke([...shape, [x, y], [x + width, y]], { colour: outline, widthPt: 0.3 });
}

/** Neighbours on a line; a marker at each where `isMarked`, and at one that is alone anyway. */
export function drawLine(
  content: Content,
  points: readonly Point[],
  series: number,
  isMarked: boolean,
): void {
  const colour = nth(lineColours, series, outline);
  if (points.length > 1)
    content.stroke(points, { colour, widthPt: 1.3, dash: nth(dashes, series, []) });
  if (isMarked || points.length === 1)
    for (const point of points) content.fill(markerAt(point, series), colour);
}

function markerAt([x, y]: Point, series: number): readonly Point[] {
  const r = markerPt;
  const square = rectangle(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  const diamond: Point[] = [
    [x, y - r * 1.3],
    [x + r * 1.3, y],
    [x, y + r * 1.3],
    [x - r * 1.3, y],
  ];
  const triangle: Point[] = [
    [x - r * 1.1, y - r * 0.9],
    [x + r * 1.1, y - r * 0.9],
    [x, y + r * 1.3],
  ];
  const inverted = triangle.map(([px, py]): Point => [px, 2 * y - py]);
  return nth([square, diamond, triangle, inverted], series, square);
}

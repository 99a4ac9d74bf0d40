import type { Line } from "../text/typesetter.ts";

/** From 0, black, to 1, white, in red, green and blue. */
export type Colour = readonly [red: number, green: number, blue: number];
export const black: Colour = [0, 0, 0];
export const white: Colour = [1, 1, 1];
export const grey: Colour = [0.38, 0.4, 0.43];

export type Point = readonly [xPt: number, yPt: number];
export type Stroke = {
  readonly colour: Colour;
  readonly widthPt: number;
  /** Lengths of dash and gap in points; left out: a line without gaps. */
  readonly dash?: readonly number[];
};

/** What is drawn on a page, as a content stream (ISO 32000-1, 8 and 9). From the page's lower left corner. */
export type Content = {
  /** `x` is where the line begins, `y` its base line. */
  text(line: Line, x: number, y: number, colour?: Colour): void;
  fill(points: readonly Point[], colour: Colour): void;
  stroke(points: readonly Point[], stroke: Stroke): void;
  /** Draws only what is within the shape. */
  clipped(shape: readonly Point[], draw: () => void): void;
  operators(): string;
};

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

export function createContent(): Content {
  const pieces: string[] = [];
  let filled = "";

  const path = (points: readonly Point[]) =>
    points.map(([x, y], at) => `${rounded(x)} ${rounded(y)} ${at === 0 ? "m" : "l"}`).join(" ");
  function fillWith(colour: Colour): void {
    const next = `${colour.map(rounded).join(" ")} rg`;
    if (next !== filled) pieces.push(next);
    filled = next;
  }

  return {
    text(line, x, y, colour = black) {
      if (line.operators === "") return;
      fillWith(colour);
      pieces.push(`BT ${rounded(x)} ${rounded(y)} Td ${line.operators}ET`);
    },
    fill(points, colour) {
      fillWith(colour);
      pieces.push(`${path(points)} f`);
    },
    stroke(points, { colour, widthPt, dash = [] }) {
      const look = `${colour.map(rounded).join(" ")} RG ${rounded(widthPt)} w [${dash.join(" ")}] 0 d`;
      pieces.push(`${look} ${path(points)} S`);
    },
    clipped(shape, draw) {
      pieces.push(`q ${path(shape)} h W n`);
      const before = filled;
      draw();
      filled = before;
      pieces.push("Q");
    },
    operators: () => pieces.join("\n"),
  };
}

export const rectangle = (x: number, y: number, width: number, height: number): Point[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

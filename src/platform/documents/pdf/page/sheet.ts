import type { CellFormat } from "../../formatting.ts";
import type { Words } from "../../words.ts";
import type { TextStyle, Typesetter } from "../text/typesetter.ts";
import type { Pages } from "./pages.ts";

/** What everything that draws needs. */
export type Sheet = {
  readonly pages: Pages;
  readonly type: Typesetter;
  readonly words: Words;
  readonly format: CellFormat;
};

export const styles = {
  title: { weight: "bold", sizePt: 17 },
  subtitle: { weight: "regular", sizePt: 11 },
  heading: { weight: "bold", sizePt: 12.5 },
  caption: { weight: "bold", sizePt: 9.5 },
  body: { weight: "regular", sizePt: 9 },
  fact: { weight: "regular", sizePt: 8.5 },
  chart: { weight: "regular", sizePt: 7 },
  footer: { weight: "regular", sizePt: 7 },
} as const satisfies Record<string, TextStyle>;

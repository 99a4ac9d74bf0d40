import { outputOf } from "./programs.ts";

export const pdfPrograms = ["qpdf", "pdffonts", "pdfinfo", "pdftotext", "pdftoppm"] as const;

/** As poppler finds it; points from the upper left corner of the page. */
export type PdfWord = {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};
export type PdfPage = {
  readonly width: number;
  readonly height: number;
  readonly words: readonly PdfWord[];
};

/** Throws on a file in which qpdf finds a fault. */
export const checkPdf = (path: string): Promise<string> => outputOf(["qpdf", "--check", path]);

export const pdfText = (path: string, ...options: readonly string[]): Promise<string> =>
  outputOf(["pdftotext", "-enc", "UTF-8", ...options, path, "-"]);

export async function pdfFonts(path: string) {
  const lines = (await outputOf(["pdffonts", path])).trim().split("\n").slice(2);
  return lines.map((line) => {
    const [name = ""] = line.split(" ");
    const [embedded, subset, unicode] = line
      .slice(line.indexOf("Identity-H") + 10)
      .trim()
      .split(/\s+/);
    return { name, embedded, subset, unicode };
  });
}

export async function pdfPages(path: string): Promise<PdfPage[]> {
  const pages: { width: number; height: number; words: PdfWord[] }[] = [];
  const element =
    /<page width="([\d.]+)" height="([\d.]+)">|<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">([^<]*)</g;
  for (const found of (await pdfText(path, "-bbox")).matchAll(element)) {
    const [width, height, left, top, right, bottom] = found.slice(1, 7).map(Number);
    if (found[1] !== undefined) pages.push({ width: width ?? 0, height: height ?? 0, words: [] });
    else
      pages.at(-1)?.words.push({
        text: unescaped(found[7] ?? ""),
        ...{ left: left ?? 0, top: top ?? 0, right: right ?? 0, bottom: bottom ?? 0 },
      });
  }
  return pages;
}

const unescaped = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");

/** Rounding, and what letters may reach over their own room. */
const tolerancePt = 0.5;

/** Words that are not wholly on their page, as text. */
export const wordsOutside = ({ width, height, words }: PdfPage): string[] =>
  words
    .filter(
      ({ left, top, right, bottom }) =>
        left < 0 || top < 0 || right > width || bottom > height || !(right >= left),
    )
    .map(described);

/** Pairs of words of which one is drawn over the other, as text. */
export function wordsOverOthers({ words }: PdfPage): string[] {
  const inOrder = words.toSorted((a, b) => a.top - b.top);
  const over: string[] = [];
  for (const [at, word] of inOrder.entries())
    for (let next = at + 1; next < inOrder.length; next++) {
      const other = inOrder[next];
      if (!other || other.top >= word.bottom - tolerancePt) break;
      const width = Math.min(word.right, other.right) - Math.max(word.left, other.left);
      if (width > tolerancePt) over.push(`${described(word)} over ${described(other)}`);
    }
  return over;
}

const described = ({ text, left, top, right, bottom }: PdfWord): string =>
  `"${text}" at ${left},${top} to ${right},${bottom}`;

/** Spaces of all kinds as one, none at the ends. */
export const plainSpaces = (text: string): string => text.replace(/\s+/gu, " ").trim();

import { type Content, createContent } from "./content.ts";

export type Orientation = "portrait" | "landscape";

/** ISO 216, in points of 1/72 inch. */
const a4Pt = { short: 595.28, long: 841.89 };
/** Room for holes and for what printers cannot reach. */
export const marginPt = 42;
/** Below it is the footer. */
const bottomPt = 54;

export const contentWidthPt = (orientation: Orientation): number =>
  (orientation === "portrait" ? a4Pt.short : a4Pt.long) - 2 * marginPt;
const contentHeightPt = (orientation: Orientation): number =>
  (orientation === "portrait" ? a4Pt.long : a4Pt.short) - marginPt - bottomPt;

export type Page = {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly content: Content;
};

/** Pages that are filled from top to bottom. */
export type Pages = {
  readonly all: readonly Page[];
  content(): Content;
  /** Between the margins. */
  widthPt(): number;
  /** Of a whole page, between the margins. */
  heightPt(): number;
  roomPt(): number;
  /** Begins a page. */
  next(): void;
  /** As {@link next}, unless nothing is on this one yet. */
  nextUnlessEmpty(): void;
  /** Begins a page unless there is this much room, or none would have it and nothing is on this one yet. */
  ensure(heightPt: number): void;
  /** Goes on with pages of this orientation. */
  turn(orientation: Orientation): void;
  /** Takes the next `heightPt` and returns the y of its top. */
  take(heightPt: number): number;
  /** Leaves this much free, or what is left of the page. */
  skip(heightPt: number): void;
};

export function createPages(first: Orientation): Pages {
  const all: Page[] = [];
  let orientation = first;
  let y = 0;
  let page = begin();

  function begin(): Page {
    const [widthPt, heightPt] =
      orientation === "portrait" ? [a4Pt.short, a4Pt.long] : [a4Pt.long, a4Pt.short];
    y = heightPt - marginPt;
    const begun = { widthPt, heightPt, content: createContent() };
    all.push(begun);
    return begun;
  }
  const next = () => {
    page = begin();
  };
  const isEmpty = () => y === page.heightPt - marginPt;

  return {
    all,
    content: () => page.content,
    widthPt: () => contentWidthPt(orientation),
    heightPt: () => contentHeightPt(orientation),
    roomPt: () => y - bottomPt,
    next,
    nextUnlessEmpty() {
      if (!isEmpty()) next();
    },
    ensure(heightPt) {
      if (y - heightPt < bottomPt && !isEmpty()) next();
    },
    turn(to) {
      if (to === orientation) return;
      orientation = to;
      next();
    },
    take(heightPt) {
      const top = y;
      y -= heightPt;
      return top;
    },
    skip(heightPt) {
      y -= Math.min(heightPt, Math.max(0, y - bottomPt));
    },
  };
}

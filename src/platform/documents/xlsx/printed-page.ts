import type { HeaderFooter, PageSetup } from "exceljs";
import type { DocumentHead } from "../model.ts";
import type { Words } from "../words.ts";
import { cutText } from "./excel-value.ts";

/** Paper size number of A4 (ECMA-376 part 1, 18.3.1.63). */
const a4 = 9;
/** The header has 255 characters for all that is in it. */
const maxTitleLength = 100;
/** Inches. */
const margins = { left: 0.4, right: 0.4, top: 0.7, bottom: 0.8, header: 0.3, footer: 0.3 };

export type PrintedPage = {
  readonly headerFooter: Partial<HeaderFooter>;
  /** As wide as the paper, as many pages as it takes; turned when that would make it small. */
  readonly pageSetup: Partial<PageSetup>;
};

/** `title` and `id` with nothing in them that XML forbids. */
export function printedPage(
  { title, id }: Pick<DocumentHead, "title" | "id">,
  fingerprint: string,
  words: Words,
): PrintedPage {
  return {
    pageSetup: { paperSize: a4, fitToWidth: 1, fitToHeight: 0, margins },
    headerFooter: {
      oddHeader: `&L${small}${quoted(cutText(title, maxTitleLength))}&R${small}&A`,
      oddFooter: `&L${small}${quoted(id)}\n${fingerprint}&R${small}${words.page("&P", "&N")}`,
    },
  };
}

/** Points. Without the space a number after it would be more digits of it (18.3.1.46). */
const small = "&8 ";

const quoted = (text: string): string => text.replaceAll("&", "&&");

import { type ISectionPropertiesOptions, PageOrientation } from "docx";
import type { Table } from "../model.ts";

/** Twips, 1/1440 inch. A4 is 210 x 297 mm. */
const short = 11_906;
const long = 16_838;
const margin = { top: 1_134, bottom: 1_134, left: 1_020, right: 1_020, header: 567, footer: 510 };

/** A table of more columns makes its document lie on its side. */
const mostUprightColumns = 6;

export type Page = {
  readonly properties: ISectionPropertiesOptions;
  /** Between the margins, in twips. */
  readonly textWidth: number;
};

export function pageFor(tables: readonly Table[]): Page {
  const wide = tables.some(({ columns }) => columns.length > mostUprightColumns);
  return {
    // The library swaps width and height of pages on their side.
    properties: {
      page: {
        size: {
          ...{ width: short, height: long },
          orientation: wide ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT,
        },
        margin,
      },
    },
    textWidth: (wide ? long : short) - margin.left - margin.right,
  };
}

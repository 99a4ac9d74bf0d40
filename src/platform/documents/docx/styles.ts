import { AlignmentType, type IParagraphStyleOptions, type IStylesOptions } from "docx";
import type { DocumentLanguage } from "../model.ts";

/** On Windows and macOS; Linux has Liberation Sans of the same widths. It has Turkish, Cyrillic and Arabic. */
const font = "Arial";
const ink = "1F2933";
const grey = "52606D";

/** Names of paragraph styles. Cells are styled by name: a file of thousands of them says their looks once. */
export const cellStyle = "Cell";
export const numberStyle = "CellNumber";
export const headStyle = "CellHead";
export const numberHeadStyle = "CellNumberHead";
export const labelStyle = "CellLabel";
export const footerStyle = "PageFooter";

/** Sizes are in half points, spacing in twips. */
export function stylesFor(language: DocumentLanguage): IStylesOptions {
  const cell = (id: string, options: Omit<IParagraphStyleOptions, "id"> = {}) => ({
    ...{ id, name: id, basedOn: cellStyle },
    ...options,
  });
  const right = { alignment: AlignmentType.RIGHT };
  const bold = { bold: true };
  return {
    default: {
      document: {
        // Names and references are no misspellings.
        run: { font, size: 20, color: ink, noProof: true, language: { value: language } },
        paragraph: { spacing: { after: 120, line: 264 } },
      },
      title: { run: { size: 36, bold: true, color: ink }, paragraph: { spacing: { after: 40 } } },
      heading1: {
        run: { size: 26, bold: true, color: ink },
        paragraph: { spacing: { before: 320, after: 100 }, keepNext: true },
      },
      heading2: {
        run: { size: 21, bold: true, color: ink },
        paragraph: { spacing: { before: 240, after: 100 }, keepNext: true },
      },
      listParagraph: { run: { size: 17 }, paragraph: { spacing: { after: 60 } } },
    },
    paragraphStyles: [
      {
        ...{ id: "Subtitle", name: "Subtitle", run: { size: 24, color: grey } },
        paragraph: { spacing: { after: 200 } },
      },
      {
        ...{ id: cellStyle, name: cellStyle, run: { size: 16 } },
        paragraph: { spacing: { after: 0, line: 240 } },
      },
      cell(numberStyle, { paragraph: right }),
      cell(headStyle, { run: bold, paragraph: { keepNext: true } }),
      cell(numberHeadStyle, { run: bold, paragraph: { ...right, keepNext: true } }),
      cell(labelStyle, { run: { color: grey } }),
      cell(footerStyle, { run: { size: 13, color: grey } }),
    ],
  };
}

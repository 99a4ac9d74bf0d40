import { finished } from "node:stream/promises";
import { Document, type FileChild, HeadingLevel, Packer, Paragraph } from "docx";
import { columnText } from "../column-text.ts";
import { type CellFormat, createCellFormat } from "../formatting.ts";
import type { Cell, DocumentHead, DocumentLanguage, DocumentPart, Fact, Table } from "../model.ts";
import type { Render } from "../rendering.ts";
import { createVisibleCharacters } from "../visible-characters.ts";
import { type Words, wordsOf } from "../words.ts";
import { coreProperties, corePropertiesPath } from "./core-properties.ts";
import { pageFooter } from "./footer.ts";
import { pageFor } from "./page.ts";
import { stylesFor } from "./styles.ts";
import { dataTable, factsTable, runsOf, type TableContent } from "./table.ts";

/** Parts that are shown, with the rows of each table gathered and formatted. */
type Section =
  | Extract<DocumentPart, { readonly part: "translation" | "heading" | "paragraph" }>
  | (Extract<DocumentPart, { readonly part: "facts" }> & Formatted)
  | ({ readonly part: "content" } & TableContent & Formatted);
/** As the language has it that it stands in. */
type Formatted = { readonly format: CellFormat; readonly words: Words };

/**
 * WordprocessingML, A4, laid out in memory. Charts are left out: their figures stand in tables. The same model gives the
 * same file but for the times in the package, which are of its making; no font is embedded.
 */
export const renderDocx: Render = async ({ parts, fingerprint, out }) => {
  const visible = createVisibleCharacters();
  const { head, sections, notes } = await gather(parts, visible.of);
  const words = wordsOf(head.language);
  const format = createCellFormat(head.language, head.timeZone);
  const tables = sections.flatMap((section) => (section.part === "content" ? [section.table] : []));
  const { properties, textWidth } = pageFor(tables);
  const show = visible.of;

  const children: FileChild[] = [
    new Paragraph({ heading: HeadingLevel.TITLE, children: runsOf(show(head.title)) }),
  ];
  if (head.subtitle !== null)
    children.push(new Paragraph({ style: "Subtitle", children: runsOf(show(head.subtitle)) }));
  const created: Fact = {
    ...{ id: "created", label: words.created, kind: "instant", value: head.createdAt },
  };
  children.push(factsTable([...head.facts, created], format, show, textWidth), gap());
  for (const section of sections) {
    switch (section.part) {
      case "translation":
        children.push(
          new Paragraph({
            ...{ heading: HeadingLevel.TITLE, pageBreakBefore: true },
            children: runsOf(show(section.title)),
          }),
        );
        break;
      case "heading":
        children.push(heading(HeadingLevel.HEADING_1, show(section.text)));
        break;
      case "paragraph":
        children.push(new Paragraph({ children: runsOf(show(section.text)) }));
        break;
      case "facts":
        if (section.facts.length > 0)
          children.push(factsTable(section.facts, section.format, show, textWidth), gap());
        break;
      case "content":
        children.push(
          heading(HeadingLevel.HEADING_2, show(section.table.title)),
          dataTable(section, section.format, show, textWidth, section.words.noRows),
          gap(),
        );
        break;
    }
  }
  const shown = notes.map(show);
  if (visible.codes() !== "") shown.push(words.invisibleCharacters(visible.codes()));
  if (shown.length > 0)
    children.push(
      heading(HeadingLevel.HEADING_1, words.notes),
      ...shown.map((note) => new Paragraph({ bullet: { level: 0 }, children: runsOf(note) })),
    );

  const document = new Document({
    styles: stylesFor(head.language),
    customProperties: [{ name: "Fingerprint", value: fingerprint }],
    sections: [
      {
        ...{ properties, children },
        footers: { default: pageFooter(show(head.id), fingerprint, words, textWidth) },
      },
    ],
  });
  const bytes = await Packer.toBuffer(document, undefined, [
    { path: corePropertiesPath, data: coreProperties(head, show) },
  ]);
  out.end(bytes);
  await finished(out);
  return { pages: null, missingGlyphs: [] };
};

const heading = (level: (typeof HeadingLevel)[keyof typeof HeadingLevel], text: string) =>
  new Paragraph({ heading: level, children: runsOf(text) });

/** Between a table and what follows: two tables without would be one. */
const gap = () => new Paragraph({ spacing: { after: 0 }, children: [] });

async function gather(parts: AsyncIterable<DocumentPart>, show: (text: string) => string) {
  let head: DocumentHead | null = null;
  let formatted: Formatted = { format: createCellFormat("en-US", "UTC"), words: wordsOf("en-US") };
  let table: Table | null = null;
  let rows: string[][] = [];
  const sections: Section[] = [];
  const notes: string[] = [];
  for await (const part of parts) {
    switch (part.part) {
      case "document":
        head = part.head;
        formatted = formattedIn(head.language, head.timeZone);
        break;
      case "translation":
        if (head) formatted = formattedIn(part.language, head.timeZone);
        sections.push(part);
        break;
      case "facts":
        sections.push({ ...part, ...formatted });
        break;
      case "table":
        table = part.table;
        rows = [];
        break;
      case "row":
        rows.push(shownRow(table, part.cells, formatted.format, show));
        break;
      case "totals":
        if (table)
          sections.push({ part: "content", table, rows, totals: part.totals, ...formatted });
        break;
      case "notes":
        notes.push(...part.notes);
        break;
      case "chart":
        break;
      default:
        sections.push(part);
    }
  }
  if (!head) throw new TypeError("a document without a head");
  return { head, sections, notes };
}

const formattedIn = (language: DocumentLanguage, timeZone: string): Formatted => ({
  format: createCellFormat(language, timeZone),
  words: wordsOf(language),
});

const shownRow = (
  table: Table | null,
  cells: readonly Cell[],
  format: CellFormat,
  show: (text: string) => string,
): string[] =>
  (table?.columns ?? []).map((column, index) =>
    show(columnText(column, cells[index] ?? null, format)),
  );

import type { Cell, CellKind, Fact } from "../model.ts";
import type { CellStyles } from "./cell-styles.ts";
import { fitHeight } from "./row-height.ts";
import type { Sheet } from "./sheet.ts";
import { addressOf, newRow } from "./sheet-row.ts";
import type { TableSheet } from "./table-sheet.ts";
import type { XlsxFile } from "./xlsx-file.ts";

/** Characters, as Excel counts widths. */
const widths = { left: 30, right: 70 };
/** Points. */
const heights = { title: 30, heading: 26, gap: 12 };
/** The row under title, subtitle and a gap. */
const firstLine = 4;

export type OverviewSheet = {
  heading(text: string): void;
  paragraph(text: string): void;
  facts(facts: readonly Fact[]): void;
  table(table: Pick<TableSheet, "title" | "name" | "rows">): void;
  notes(notes: readonly string[]): void;
  /** Writes it, as the sheet that was added last. */
  end(): void;
};

type Line =
  | { readonly heading: string }
  | {
      readonly label: string;
      readonly kind: CellKind;
      readonly value: Cell;
      /** The sheet that the label leads to. */
      readonly target?: string;
    };

/** The sheet that stands first: all that is not a table, in the order of reading, with links to the tables; notes at the end. */
export function createOverviewSheet(file: XlsxFile): OverviewSheet {
  const { head, fingerprint, words, looks, format, workbook, page } = file;
  const name = file.nameOf(words.overview);
  const into = (styles: CellStyles) => file.writers.into(name, styles);
  const body: Line[] = [];
  const notes: string[] = [];
  const paragraph = (text: string): Line => ({ label: "", kind: "text", value: text });
  const own: readonly Line[] = [
    { label: `${words.created} (${head.timeZone})`, kind: "instant", value: head.createdAt },
    { label: words.document, kind: "text", value: head.id },
    { label: words.fingerprint, kind: "text", value: fingerprint },
  ];

  function writeTop(sheet: Sheet) {
    const [title, subtitle, gap] = [newRow(1), newRow(2), newRow(3)];
    title.height = heights.title;
    gap.height = heights.gap;
    into(looks.title).writeText(title, 1, head.title);
    if (head.subtitle !== null) into(looks.subtitle).writeText(subtitle, 1, head.subtitle);
    for (const row of [title, subtitle, gap]) sheet.write(row);
  }

  function writeLine(sheet: Sheet, number: number, line: Line) {
    const row = newRow(number);
    if ("heading" in line) {
      row.height = heights.heading;
      into(looks.heading).writeText(row, 1, line.heading);
    } else {
      const { label, kind, value, target } = line;
      into(target === undefined ? looks.label : looks.link).writeText(row, 1, label);
      if (target !== undefined) sheet.link(addressOf(row, 1), target);
      into(looks.value).write(row, 2, kind, value);
      fitHeight(row, [
        { text: label, width: widths.left },
        { text: format.cell(kind, value), width: widths.right },
      ]);
    }
    sheet.write(row);
  }

  return {
    heading: (text) => void body.push({ heading: text }),
    paragraph: (text) => void body.push(paragraph(text)),
    facts: (facts) => void body.push(...facts),
    table({ title, name: target, rows }) {
      const shown = words.entries(rows(), format.cell("number", String(rows())));
      body.push({ label: title, kind: "text", value: shown, target });
    },
    notes: (more) => void notes.push(...more),
    end() {
      const sheet = workbook.addSheet(name, {
        views: [{ state: "normal", showGridLines: false }],
        pageSetup: { ...page.pageSetup, orientation: "portrait" },
        headerFooter: page.headerFooter,
      });
      sheet.setWidths([widths.left, widths.right]);
      writeTop(sheet);
      let next = firstLine;
      const write = (line: Line) => writeLine(sheet, next++, line);
      for (const line of [...head.facts, ...own, ...body]) write(line);
      const all = [...notes, ...file.ownNotes()];
      if (all.length > 0) write({ heading: words.notes });
      for (const note of all) write(paragraph(note));
      sheet.end();
    },
  };
}

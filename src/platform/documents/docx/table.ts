import {
  AlignmentType,
  BorderStyle,
  type ITableCellBorders,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
} from "docx";
import { columnTitle, isNumeric, sumText } from "../column-text.ts";
import type { CellFormat } from "../formatting.ts";
import type { Column, Fact, Table as ModelTable, TotalRow } from "../model.ts";
import { columnWidths } from "./column-widths.ts";
import { cellStyle, headStyle, labelStyle, numberHeadStyle, numberStyle } from "./styles.ts";

/** A longer text may go on on the next page; rows without one stay in one piece. */
const longText = 300;

/** Of the first of two columns of facts, in twips. */
const labelWidth = 3_000;

const none = { style: BorderStyle.NONE, size: 0, color: "auto" };
const thin = { style: BorderStyle.SINGLE, size: 4, color: "D5DBE1" };
const strong = { style: BorderStyle.SINGLE, size: 8, color: "52606D" };
const noBorders = {
  ...{ top: none, bottom: none, left: none, right: none },
  ...{ insideHorizontal: none, insideVertical: none },
};
/** Twips. */
const margins = { top: 30, bottom: 30, left: 80, right: 80 };

/** Lines of a text as lines of one paragraph. */
export const runsOf = (text: string): TextRun[] =>
  text.split("\n").map((line, index) => new TextRun({ text: line, break: index === 0 ? 0 : 1 }));

const paragraph = (text: string, style: string) =>
  new Paragraph({ style, children: text === "" ? [] : runsOf(text) });

/** What a document says once, in two columns without lines. */
export function factsTable(
  facts: readonly Fact[],
  format: CellFormat,
  show: (text: string) => string,
  width: number,
): Table {
  return new Table({
    rows: facts.map(
      ({ label, kind, value }) =>
        new TableRow({
          children: [
            new TableCell({ children: [paragraph(show(label), labelStyle)] }),
            new TableCell({ children: [paragraph(show(format.cell(kind, value)), cellStyle)] }),
          ],
        }),
    ),
    ...{ borders: noBorders, margins, layout: TableLayoutType.FIXED },
    ...{
      width: { size: width, type: WidthType.DXA },
      columnWidths: [labelWidth, width - labelWidth],
    },
  });
}

export type TableContent = {
  readonly table: ModelTable;
  /** As they are shown. */
  readonly rows: readonly (readonly string[])[];
  readonly totals: readonly TotalRow[];
};

/** A table whose first row is repeated on every page; `emptyText` stands in one without rows. */
export function dataTable(
  { table: { columns }, rows, totals }: TableContent,
  format: CellFormat,
  show: (text: string) => string,
  width: number,
  emptyText: string,
): Table {
  const titles = columns.map((column) => show(columnTitle(column)));
  const sums = totals.map((total) => columns.map((column) => show(sumText(column, total, format))));
  return new Table({
    rows: [
      new TableRow({
        ...{ tableHeader: true, cantSplit: true },
        children: columns.map(
          ({ kind }, index) =>
            new TableCell({
              children: [
                paragraph(titles[index] ?? "", isNumeric(kind) ? numberHeadStyle : headStyle),
              ],
              shading: { type: ShadingType.CLEAR, color: "auto", fill: "EEF1F4" },
              borders: { bottom: strong },
            }),
        ),
      }),
      ...rows.map((cells) => row(columns, cells)),
      ...(rows.length === 0 ? [emptyRow(columns.length, emptyText)] : []),
      ...totals.map((total, index) => totalRow(columns, total, sums[index] ?? [], index === 0)),
    ],
    ...{ borders: { ...noBorders, bottom: thin, insideHorizontal: thin }, margins },
    ...{ width: { size: width, type: WidthType.DXA }, layout: TableLayoutType.FIXED },
    columnWidths: columnWidths(columns, titles, [...rows, ...sums], width),
    alignment: AlignmentType.LEFT,
  });
}

const row = (columns: readonly Column[], cells: readonly string[]) =>
  new TableRow({
    cantSplit: cells.every((text) => text.length <= longText),
    children: columns.map(
      ({ kind }, index) =>
        new TableCell({
          children: [paragraph(cells[index] ?? "", isNumeric(kind) ? numberStyle : cellStyle)],
        }),
    ),
  });

const emptyRow = (columnSpan: number, text: string) =>
  new TableRow({
    children: [new TableCell({ columnSpan, children: [paragraph(text, labelStyle)] })],
  });

/** The label takes all columns before the first sum, and shares that one's cell where there are none. */
function totalRow(
  columns: readonly Column[],
  { label }: TotalRow,
  texts: readonly string[],
  first: boolean,
): TableRow {
  const borders: ITableCellBorders = first ? { top: strong } : {};
  const firstSum = texts.findIndex((text) => text !== "");
  const labelSpan = firstSum < 0 ? columns.length : Math.max(firstSum, 1);
  const labelText = firstSum === 0 ? `${label} ${texts[0]}` : label;
  return new TableRow({
    cantSplit: true,
    children: [
      new TableCell({
        ...{ columnSpan: labelSpan, borders },
        children: [paragraph(labelText, headStyle)],
      }),
      ...columns.slice(labelSpan).map(
        ({ kind }, index) =>
          new TableCell({
            borders,
            children: [
              paragraph(
                texts[labelSpan + index] ?? "",
                isNumeric(kind) ? numberHeadStyle : headStyle,
              ),
            ],
          }),
      ),
    ],
  });
}

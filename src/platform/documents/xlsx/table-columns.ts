import { columnTitle } from "../column-text.ts";
import type { Column, Table } from "../model.ts";
import type { Words } from "../words.ts";
import { letterOf } from "./sheet-row.ts";

/** Where a column of the model stands in its sheet. */
export type TableColumn = {
  readonly column: Column;
  /** In the model's rows, from 0. */
  readonly index: number;
  /** In the sheet, from 1. */
  readonly position: number;
  readonly letter: string;
  /** Of the column of codes beside, when its amounts have currencies of their own. */
  readonly code: { readonly position: number; readonly letter: string } | null;
  /** The columns whose sum each cell is. */
  readonly addends: readonly { readonly index: number; readonly letter: string }[];
};

export function placeColumns({ id, columns }: Table): readonly TableColumn[] {
  let next = 1;
  const place = () => {
    const position = next++;
    return { position, letter: letterOf(position) };
  };
  const placed = columns.map((column, index) => ({
    ...{ column, index, ...place() },
    code: column.kind === "money" && column.currency === undefined ? place() : null,
  }));
  return placed.map((at) => ({
    ...at,
    addends: (at.column.sumOf ?? []).map((name) => {
      const addend = placed.find(({ column }) => column.id === name);
      if (!addend) throw new TypeError(`table ${id} has no column ${name} to add up`);
      return addend;
    }),
  }));
}

/** Of all columns of the sheet, in their order. */
export const titlesOf = (
  columns: readonly TableColumn[],
  words: Words,
  timeZone: string,
): readonly string[] =>
  columns.flatMap(({ column, code }) => {
    const title = column.kind === "instant" ? `${column.title} (${timeZone})` : columnTitle(column);
    return code ? [title, `${title} (${words.currency})`] : [title];
  });

import type { Cell, CellKind, Column, Fact, Table, TotalRow } from "../model.ts";

/** Names and values of attributes, in their order; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | undefined>>;

const entities: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" },
  // Readers would make line feeds of returns, and blanks of all three in attributes (XML 1.0, 2.11 and 3.3.3).
  ...{ "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" },
};
const escaped = (text: string, special: RegExp): string =>
  text.replace(special, (character) => entities[character] ?? "");

/** Writes elements; `allowed` replaces what XML cannot hold. */
export function createElements(allowed: (text: string) => string) {
  const named = (name: string, attributes: Attributes): string =>
    name +
    Object.entries(attributes)
      .map(([key, text]) =>
        text === undefined ? "" : ` ${key}="${escaped(allowed(text), /[&<>"\t\n\r]/g)}"`,
      )
      .join("");
  const open = (name: string, attributes: Attributes = {}) => `<${named(name, attributes)}>`;
  const empty = (name: string, attributes: Attributes) => `<${named(name, attributes)}/>`;
  const element = (name: string, text: string, attributes?: Attributes): string =>
    `${open(name, attributes)}${escaped(allowed(text), /[&<>\r]/g)}</${name}>`;

  /** An element named like its kind; "" where nothing is said. */
  function value(kind: CellKind, cell: Cell, attributes: Attributes): string {
    if (cell === null) return "";
    if (typeof cell === "string") return element(kind, cell, attributes);
    return element(kind, cell.amount, { ...attributes, currency: cell.currency });
  }

  return {
    open,
    element,
    facts: (facts: readonly Fact[]): string =>
      `<facts>\n${facts
        .map(
          ({ id, label, kind, value: said }) =>
            `${open("fact", { id, label })}${value(kind, said, {})}</fact>\n`,
        )
        .join("")}</facts>\n`,
    tableHead: ({ id, title, columns }: Table): string =>
      `${open("table", { id })}\n${element("title", title)}\n<columns>\n${columns
        .map(({ id: column, kind, title: name, currency, sumOf }) =>
          empty("column", { id: column, kind, title: name, currency, sumOf: sumOf?.join(" ") }),
        )
        .join("\n")}\n</columns>\n<rows>\n`,
    row: (columns: readonly Column[], cells: readonly Cell[]): string =>
      `<row>${columns
        .map(({ id, kind }, index) => value(kind, cells[index] ?? null, { column: id }))
        .join("")}</row>\n`,
    tableEnd: (totals: readonly TotalRow[]): string =>
      `</rows>\n${totals.length > 0 ? `<totals>\n${totals.map(total).join("")}</totals>\n` : ""}</table>\n`,
  };

  function total({ label, sums }: TotalRow): string {
    const values = sums.map(({ column, value: sum }) => value("money", sum, { column }));
    return `${open("total", { label })}${values.join("")}</total>\n`;
  }
}

import { expect, test } from "bun:test";
import type { Column, DocumentPart } from "#platform/documents/model";
import { readableParts } from "#platform/documents/readable-parts";
import { money, sampleParts } from "../../support/documents.ts";

const column = (id: string, more: Partial<Column> = {}): Column => ({
  ...{ id, title: id, kind: "money", width: 1, ...more },
});
const table = (columns: readonly Column[]): DocumentPart => ({
  part: "table",
  table: { id: "lines", title: "Lines", columns },
});
const [one, two, three] = [money("1.00", "EUR"), money("2.00", "EUR"), money("3.00", "EUR")];

async function readable(parts: Iterable<DocumentPart>): Promise<DocumentPart[]> {
  async function* asked() {
    yield* parts;
  }
  return Array.fromAsync(readableParts(asked()));
}

test("columns for programs are left out, with their cells and sums", async () => {
  const columns = [column("a"), column("b", { forPrograms: true }), column("c")];
  expect(
    await readable([
      table(columns),
      { part: "row", cells: [one, two, three] },
      {
        part: "totals",
        totals: [
          {
            label: "x",
            sums: [
              { column: "a", value: one },
              { column: "b", value: two },
            ],
          },
          { label: "y", sums: [{ column: "b", value: two }] },
        ],
      },
      { part: "notes", notes: ["n"] },
    ]),
  ).toEqual([
    table([column("a"), column("c")]),
    { part: "row", cells: [one, three] },
    { part: "totals", totals: [{ label: "x", sums: [{ column: "a", value: one }] }] },
    { part: "notes", notes: ["n"] },
  ]);
});

test("a sum of columns stays one only where all of them stay", async () => {
  const summed = column("sum", { sumOf: ["a", "b"] });
  const [whole] = await readable([table([column("a"), column("b"), summed])]);
  expect(whole).toEqual(table([column("a"), column("b"), summed]));
  const [part] = await readable([table([column("a"), column("b", { forPrograms: true }), summed])]);
  expect(part).toEqual(table([column("a"), column("sum")]));
});

test("the next table has columns of its own; a document without such columns passes as it is", async () => {
  const parts: DocumentPart[] = [
    table([column("a", { forPrograms: true }), column("b")]),
    { part: "row", cells: [one, two] },
    { part: "totals", totals: [] },
    table([column("c")]),
    { part: "row", cells: [three] },
  ];
  expect((await readable(parts)).filter(({ part }) => part === "row")).toEqual([
    { part: "row", cells: [two] },
    { part: "row", cells: [three] },
  ]);
  const sample = [...sampleParts({ language: "de-DE", rows: 5 })];
  expect(await readable(sample)).toEqual(sample);
});

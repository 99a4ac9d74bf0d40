import { expect, test } from "bun:test";
import fc from "fast-check";
import { createCellFormat } from "#platform/documents/formatting";
import {
  type Cell,
  type Column,
  type DocumentPart,
  documentLanguages,
} from "#platform/documents/model";
import { createVisibleCharacters } from "#platform/documents/visible-characters";
import { wordsOf } from "#platform/documents/words";
import { documentParts } from "../../support/document-arbitraries.ts";
import {
  hostileTexts,
  renderFile,
  sampleParts,
  severalCurrencies,
} from "../../support/documents.ts";
import { describeWith } from "../../support/programs.ts";
import {
  pagesByLibreOffice,
  python,
  readWordFiles,
  type WordFile,
  type WordTable,
} from "../../support/word-files.ts";

const seen = (text: string) => createVisibleCharacters().of(text);

/** The blocks that a model must have become; tables as the texts of their cells. */
function expectedBlocks(parts: readonly DocumentPart[]): unknown[] {
  const blocks: unknown[] = [];
  const notes: string[] = [];
  let language = documentLanguages[0] as (typeof documentLanguages)[number];
  let format = createCellFormat(language, "UTC");
  let columns: readonly Column[] = [];
  let rows: string[][] = [];
  const text = (column: Column, cell: Cell) =>
    seen(
      column.currency !== undefined && cell !== null && typeof cell !== "string"
        ? format.amount(cell.amount)
        : format.inColumn(column.kind, cell),
    );
  const facts = (list: Extract<DocumentPart, { part: "facts" }>["facts"]) =>
    list.map(({ label, kind, value }) => [seen(label), seen(format.cell(kind, value))]);
  const gap = ["Normal", ""];
  for (const part of parts) {
    switch (part.part) {
      case "document": {
        const { title, subtitle, createdAt, timeZone, ...head } = part.head;
        language = head.language;
        format = createCellFormat(language, timeZone);
        blocks.push(["Title", seen(title)]);
        if (subtitle !== null) blocks.push(["Subtitle", seen(subtitle)]);
        const created = [wordsOf(language).created, format.cell("instant", createdAt)];
        blocks.push([...facts(head.facts), created], gap);
        break;
      }
      case "heading":
        blocks.push(["Heading 1", seen(part.text)]);
        break;
      case "paragraph":
        blocks.push(["Normal", seen(part.text)]);
        break;
      case "facts":
        if (part.facts.length > 0) blocks.push(facts(part.facts), gap);
        break;
      case "table":
        columns = part.table.columns;
        blocks.push(["Heading 2", seen(part.table.title)]);
        rows = [
          columns.map(({ title, currency }) =>
            seen(
              currency === undefined || title.includes(currency) ? title : `${title} (${currency})`,
            ),
          ),
        ];
        break;
      case "row":
        rows.push(columns.map((column, index) => text(column, part.cells[index] ?? null)));
        break;
      case "totals":
        if (rows.length === 1) rows.push([wordsOf(language).noRows]);
        for (const { label, sums } of part.totals) {
          const values = columns.map((column) => {
            const sum = sums.find((candidate) => candidate.column === column.id);
            return sum ? text(column, sum.value) : "";
          });
          const first = values.findIndex((value) => value !== "");
          rows.push(
            first === 0
              ? [`${label} ${values[0]}`, ...values.slice(1)]
              : [label, ...(first < 0 ? [] : values.slice(first))],
          );
        }
        blocks.push(rows, gap);
        break;
      case "notes":
        notes.push(...part.notes.map(seen));
        break;
      case "chart":
        break;
    }
  }
  const visible = createVisibleCharacters();
  visible.of(
    JSON.stringify(parts, (_, value) => (typeof value === "string" ? visible.of(value) : value)),
  );
  if (visible.codes() !== "") notes.push(wordsOf(language).invisibleCharacters(visible.codes()));
  if (notes.length > 0)
    blocks.push(
      ["Heading 1", wordsOf(language).notes],
      ...notes.map((note) => ["List Paragraph", note]),
    );
  return blocks;
}

const readBlocks = ({ blocks }: WordFile): unknown[] =>
  blocks.map((block) =>
    "rows" in block
      ? block.rows.map(({ cells }) => cells.map(({ text }) => text))
      : [block.style, block.text],
  );

const tablesOf = ({ blocks }: WordFile) =>
  blocks.filter((block): block is WordTable => "rows" in block);

async function expectFaithful(models: readonly (readonly DocumentPart[])[]) {
  const files = [];
  for (const parts of models) files.push(await renderFile("docx", parts));
  const read = await readWordFiles(files.map(({ path }) => path));
  for (const [index, file] of read.entries()) {
    expect(readBlocks(file)).toEqual(expectedBlocks(models[index] ?? []));
    for (const { widths } of tablesOf(file))
      expect(widths.reduce((sum, width) => sum + width, 0)).toBe(file.textWidth);
  }
  return { files, read };
}

describeWith([python, "soffice", "pdftotext"], "a Word file", () => {
  test("has every text and figure of the model in each language, on pages that LibreOffice lays out", async () => {
    const models = documentLanguages.map((language) => [...sampleParts({ language, rows: 60 })]);
    const { files, read } = await expectFaithful(models);
    const pages = await pagesByLibreOffice(files.map(({ path }) => path));
    for (const [index, file] of read.entries()) {
      const language = documentLanguages[index] ?? "en-US";
      const { page, document, fingerprint } = wordsOf(language);
      expect(file).toMatchObject({
        ...{ title: "Transactions", subject: "September 2026", author: "FinTrack", language },
        ...{ created: "2026-10-01T08:30:00", modified: "2026-10-01T08:30:00" },
        identifier: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4",
        ...{ millimetres: [297, 210], fields: ["PAGE", "NUMPAGES"] },
      });
      expect(file.footer[0]).toStartWith(`${document} 01a2043b-44d9-7747-9bb1-fb12a1cb95e4\t`);
      expect(file.footer[1]).toBe(`${fingerprint} ${files[index]?.fingerprint}`);
      const shown = pages[index] ?? [];
      expect(shown.length).toBeGreaterThan(1);
      for (const [at, text] of shown.entries()) {
        expect(text).toContain(page(at + 1, shown.length));
        expect(text).toContain(files[index]?.fingerprint ?? "?");
        expect(text).toContain("Payee");
      }
      const totals = tablesOf(file).at(-1)?.rows.slice(-3) ?? [];
      for (const { cells } of totals)
        for (const { text } of cells) expect(shown.join()).toContain(text);
    }
  });

  test("repeats the first row of tables and aligns figures right", async () => {
    const { path, rendered } = await renderFile(
      "docx",
      sampleParts({ language: "de-DE", rows: 3 }),
    );
    const [file] = await readWordFiles([path]);
    if (!file) throw new Error("nothing read");
    const [, table] = tablesOf(file);
    expect(table?.rows.map(({ header }) => header)).toEqual([true, ...Array(6).fill(false)]);
    for (const { cells } of table?.rows.slice(0, 4) ?? [])
      expect(cells.map(({ alignment }) => alignment.startsWith("RIGHT"))).toEqual([
        ...[false, false, false, true, true, true, true, true, true],
      ]);
    expect(rendered).toEqual({ pages: null, missingGlyphs: [] });
  });

  test("stands upright when its tables are narrow, and says that one is empty", async () => {
    const parts = [...sampleParts({ language: "tr-TR", rows: 0 })].map((part): DocumentPart => {
      if (part.part === "totals") return { part: "totals", totals: [] };
      if (part.part !== "table") return part;
      return { part: "table", table: { ...part.table, columns: part.table.columns.slice(0, 6) } };
    });
    const { read } = await expectFaithful([parts]);
    expect(read[0]?.millimetres).toEqual([210, 297]);
    expect(tablesOf(read[0] as WordFile)[1]?.rows[1]?.cells).toMatchObject([
      { text: "Kayıt yok", span: 6 },
    ]);
  });

  test("has every sum of a row of totals about several currencies", async () => {
    const parts = [...sampleParts({ language: "de-DE", rows: 3 })].map(
      (part): DocumentPart => (part.part === "totals" ? severalCurrencies : part),
    );
    const { path } = await renderFile("docx", parts);
    const [file] = await readWordFiles([path]);
    const total = file && tablesOf(file)[1]?.rows.at(-1);
    expect(total?.cells.map(({ text }) => text)).toEqual([
      ...["All", "1.234,50 EUR\n-7,00 TRY", "", "12,00 USD", "", ""],
    ]);
  });

  test("is the same each time it is made of the same model", async () => {
    const parts = () => sampleParts({ language: "en-US", rows: 5 });
    const files = [await renderFile("docx", parts()), await renderFile("docx", parts())];
    const [one, other] = await readWordFiles(files.map(({ path }) => path));
    expect(one?.parts).toEqual(other?.parts ?? {});
  });

  test("keeps hostile texts and random models as text, which LibreOffice opens as well", async () => {
    const hostile = [...sampleParts({ language: "de-DE", rows: 25, texts: hostileTexts })];
    const { files } = await expectFaithful([hostile]);
    const paths = files.map(({ path }) => path);
    const some = fc.array(documentParts, { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(some, async (models) => {
        paths.push(...(await expectFaithful(models)).files.map(({ path }) => path));
      }),
      { numRuns: 3, endOnFailure: true },
    );
    const pages = await pagesByLibreOffice(paths);
    expect(pages.map((texts) => texts.length > 0)).toEqual(paths.map(() => true));
    expect(pages[0]?.join()).toContain("[U+202E]right to left override[U+202C]");
  }, 120_000);
});

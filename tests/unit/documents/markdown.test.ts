import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { marked, type Token, type Tokens } from "marked";
import { createCellFormat } from "#platform/documents/formatting";
import {
  type DocumentLanguage,
  type DocumentPart,
  documentLanguages,
} from "#platform/documents/model";
import { createVisibleCharacters } from "#platform/documents/visible-characters";
import {
  hostileTexts,
  renderFile,
  sampleParts,
  severalCurrencies,
} from "../../support/documents.ts";

const textsOf = (tokens: readonly Token[] | undefined): string =>
  (tokens ?? [])
    .map((token) => {
      if (token.type === "html") return token.raw === "<br>" ? "\n" : `HTML:${token.raw}`;
      if (token.type === "strong") return textsOf(token.tokens);
      if (token.type === "text" || token.type === "escape") return token.text;
      return `${token.type.toUpperCase()}:${token.raw}`;
    })
    .join("");

type ReadTable = {
  readonly header: readonly string[];
  readonly align: readonly (string | null)[];
  readonly rows: readonly (readonly string[])[];
};

function readMarkdown(path: string) {
  const source = readFileSync(path, "utf8");
  const tokens = marked.lexer(source);
  const tables = tokens
    .filter((token): token is Tokens.Table => token.type === "table")
    .map(
      (table): ReadTable => ({
        header: table.header.map((cell) => textsOf(cell.tokens)),
        align: table.align,
        rows: table.rows.map((row) => row.map((cell) => textsOf(cell.tokens))),
      }),
    );
  const blocks = (type: string) =>
    tokens
      .filter((token) => token.type === type)
      .map((token) => textsOf("tokens" in token ? token.tokens : []));
  const items = tokens
    .filter((token): token is Tokens.List => token.type === "list")
    .flatMap((list) => list.items)
    .map((item) =>
      item.tokens.map((token) => textsOf("tokens" in token ? token.tokens : [])).join(),
    );
  return { source, tables, items, headings: blocks("heading"), paragraphs: blocks("paragraph") };
}

/** What a reader should see of a text. */
const seen = (text: string): string =>
  createVisibleCharacters()
    .of(text)
    .trim()
    .replace(/[ \t]*\n[ \t]*/g, "\n");

function namesInvisible(text: string): boolean {
  const visible = createVisibleCharacters();
  visible.of(text);
  return visible.codes() !== "";
}

/** All that our own HTML may consist of. */
const harmless =
  /<(?!\/?(?:h[123]|p|ul|li|table|thead|tbody|tr|t[hd](?: align="(?:left|right)")?|strong|br)>)/;

const oneCell = (text: string): DocumentPart[] => [
  { part: "document", head: { ...head(text), subtitle: text, facts: [] } },
  { part: "heading", text },
  { part: "paragraph", text },
  { part: "facts", facts: [{ id: "said", label: text, kind: "text", value: text }] },
  {
    part: "table",
    table: {
      ...{ id: "table", title: text },
      columns: [
        { id: "first", title: text, kind: "text", width: 1 },
        { id: "second", title: "b", kind: "text", width: 1 },
      ],
    },
  },
  { part: "row", cells: [text, text] },
  { part: "row", cells: [null, "end"] },
  { part: "totals", totals: [{ label: text, sums: [] }] },
  { part: "notes", notes: [text] },
];

function head(title: string, language: DocumentLanguage = "en-US") {
  const [first] = sampleParts({ language, rows: 0 });
  if (first?.part !== "document") throw new Error("no head");
  return { ...first.head, title };
}

async function expectText(text: string) {
  const { path } = await renderFile("md", oneCell(text));
  const { source, tables, items, headings, paragraphs } = readMarkdown(path);
  const shown = seen(text);
  const [table] = tables;
  expect(tables).toHaveLength(1);
  expect(table?.header).toEqual([shown, "b"]);
  expect(table?.rows).toEqual([
    [shown, shown],
    ["", "end"],
    [shown, ""],
  ]);
  expect(headings.slice(0, 3)).toEqual([shown, shown, shown]);
  expect(paragraphs).toEqual(shown === "" ? [] : [shown, shown]);
  expect(items).toContain(`${seen(`${text}:`)} ${shown}`.trim());
  // The last note names the invisible, where there is any.
  expect(items.at(namesInvisible(text) ? -2 : -1) ?? "").toBe(shown);
  expect(await marked.parse(source)).not.toMatch(harmless);
}

describe("a Markdown file", () => {
  for (const language of documentLanguages)
    test(`has every figure of the model as ${language} writes it`, async () => {
      const parts = [...sampleParts({ language, rows: 7 })];
      const { path, fingerprint, rendered } = await renderFile("md", parts);
      const { tables, items, headings } = readMarkdown(path);
      const format = createCellFormat(language, "Europe/Istanbul");
      const table = parts.find((part) => part.part === "table");
      const expected = parts
        .filter((part) => part.part === "row")
        .map(({ cells }) =>
          cells.map((cell, index) => {
            const column = table?.table.columns[index];
            if (!column) throw new Error("more cells than columns");
            return column.currency && cell !== null && typeof cell !== "string"
              ? format.amount(cell.amount)
              : format.inColumn(column.kind, cell);
          }),
        );
      expect(tables[0]?.rows.slice(0, 7)).toEqual(expected);
      expect(tables[0]?.header).toEqual([
        ...["Date", "Payee", "Note", "Tax", "Amount", "Rate", "In EUR"],
        ...["Fee (EUR)", "With fee (EUR)"],
      ]);
      expect(tables[0]?.align).toEqual([
        ...["left", "left", "left"],
        ...["right", "right", "right", "right", "right", "right"],
      ]);
      const totals = parts.flatMap((part) => (part.part === "totals" ? part.totals : []));
      expect(tables[0]?.rows.slice(7)).toEqual(
        totals.map(({ label, sums }) => [
          label,
          ...(table?.table.columns.slice(1) ?? []).map((column) => {
            const sum = sums.find((candidate) => candidate.column === column.id);
            if (!sum) return "";
            return column.currency
              ? format.amount(sum.value.amount)
              : format.cell("money", sum.value);
          }),
        ]),
      );
      expect(headings.slice(0, 3)).toEqual(["Transactions", "All transactions", "Transactions"]);
      expect(items).toContain("Base currency: EUR");
      expect(items.some((item) => item.endsWith(fingerprint))).toBe(true);
      expect(items.at(-1)).toBe("Rates are those of the European Central Bank.");
      expect(rendered).toEqual({ pages: null, missingGlyphs: [] });
    });

  test("has every sum of a row of totals about several currencies", async () => {
    const parts = [...sampleParts({ language: "de-DE", rows: 3 })].map(
      (part): DocumentPart => (part.part === "totals" ? severalCurrencies : part),
    );
    const { path } = await renderFile("md", parts);
    expect(readMarkdown(path).tables[0]?.rows.at(-1)?.slice(4, 7)).toEqual([
      "1.234,50 EUR\n-7,00 TRY",
      "",
      "12,00 USD",
    ]);
  });

  test("says that a table is empty", async () => {
    const { path } = await renderFile("md", sampleParts({ language: "tr-TR", rows: 0 }));
    expect(readMarkdown(path).paragraphs).toContain("Kayıt yok");
  });

  for (const text of hostileTexts)
    test(`keeps ${JSON.stringify(text.slice(0, 30))} as text`, () => expectText(text));

  const more = [
    ...[
      "1. a",
      "2) b",
      "- c",
      "+ d",
      "* e",
      "# f",
      "> g",
      "---",
      "===",
      "***",
      "    code",
      "```",
      "~~~x~~~",
    ],
    ...[
      "a | b \\| c \\\\| d\\",
      "www.example.org",
      "_www.example.org_",
      "https://a.example/b_c",
      "a@b.example",
    ],
    ...[
      "mailto:a@b.example",
      "<https://a.example>",
      "&amp; &#124; &copy",
      "[a]: /b",
      "[^1]: c",
      "- [ ] d",
    ],
    ...[
      "a\n\n- b\r\n# c\rd",
      "`a",
      "$1 and $2",
      "\\",
      "|",
      "",
      "   ",
      "\u0000\u0007\uD800",
      "<br>",
      "**",
    ],
  ];
  for (const text of more) test(`keeps ${JSON.stringify(text)} as text`, () => expectText(text));

  test("names what it made visible", async () => {
    const { path } = await renderFile("md", oneCell("a\u202Eb\u200B"));
    const { items, tables } = readMarkdown(path);
    expect(tables[0]?.rows[0]?.[0]).toBe("a[U+202E]b[U+200B]");
    expect(items.at(-1)).toContain("U+200B, U+202E");
  });

  test("keeps any text as text", async () => {
    const syntax = fc.constantFrom(..."\\`*_[]<>#|~@$&:.-+=!(){}\n\r\t 1wa;/\"'");
    const text = fc.oneof(
      fc.string({ unit: syntax, maxLength: 40 }),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    await fc.assert(fc.asyncProperty(text, expectText), { numRuns: 60 });
  });
});

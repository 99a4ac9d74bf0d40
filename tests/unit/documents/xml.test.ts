import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { type Cell, type DocumentPart, documentLanguages } from "#platform/documents/model";
import { xmlNamespace, xmlSchemaName, xmlSchemaPath } from "#platform/documents/xml-schema";
import { documentParts } from "../../support/document-arbitraries.ts";
import { hostileTexts, renderFile, sampleParts } from "../../support/documents.ts";
import { describeWith } from "../../support/programs.ts";

/** Validated as a user would. Throws with what xmllint says. */
function expectValid(path: string) {
  const { exitCode, stderr } = Bun.spawnSync([
    ...["xmllint", "--nonet", "--noout", "--schema", xmlSchemaPath, path],
  ]);
  expect(stderr.toString()).toBe(`${path} validates\n`);
  expect(exitCode).toBe(0);
}

const parser = new XMLParser({
  ...{ ignoreAttributes: false, attributeNamePrefix: "@", alwaysCreateTextNode: true },
  ...{ parseTagValue: false, parseAttributeValue: false, trimValues: false, htmlEntities: true },
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

// biome-ignore lint/suspicious/noExplicitAny: the parser's tree has no type of its own
type Node = any;

const textOf = (node: Node): string => node["#text"];
const kinds = ["text", "date", "instant", "money", "number", "percent"] as const;

/** What stands in an element that has one value element per column or none. */
const valuesIn = (node: Node): { kind: string; node: Node }[] =>
  kinds.flatMap((kind) => (node[kind] ?? []).map((inner: Node) => ({ kind, node: inner })));

const cellOf = ({ kind, node }: { kind: string; node: Node }): Cell =>
  kind === "money" ? { amount: textOf(node) as never, currency: node["@currency"] } : textOf(node);

function readXml(path: string) {
  const [root] = parser.parse(readFileSync(path, "utf8")).document as Node[];
  const facts = (node: Node) =>
    (node.fact ?? []).map((fact: Node) => ({
      ...{ id: fact["@id"], label: fact["@label"] },
      values: valuesIn(fact).map((value) => ({ kind: value.kind, cell: cellOf(value) })),
    }));
  const [body] = root.body;
  return {
    attributes: root as Record<string, string>,
    title: textOf(root.title[0]),
    subtitle: root.subtitle ? textOf(root.subtitle[0]) : null,
    facts: facts(root.facts[0]),
    innerFacts: (body.facts ?? []).flatMap(facts),
    headings: (body.heading ?? []).map(textOf),
    paragraphs: (body.paragraph ?? []).map(textOf),
    tables: (body.table ?? []).map((table: Node) => {
      const columns: Node[] = table.columns[0].column;
      const rows: Node[] = table.rows[0].row ?? [];
      return {
        ...{ id: table["@id"], title: textOf(table.title[0]) },
        columns: columns.map((column) => ({
          ...{ id: column["@id"], title: column["@title"], kind: column["@kind"] },
          ...(column["@currency"] ? { currency: column["@currency"] } : {}),
          ...(column["@sumOf"] ? { sumOf: column["@sumOf"].split(" ") } : {}),
        })),
        rows: rows.map((row) =>
          columns.map((column) => {
            const found = valuesIn(row).filter(({ node }) => node["@column"] === column["@id"]);
            expect(found.length).toBeLessThanOrEqual(1);
            const [value] = found;
            if (!value) return null;
            expect(value.kind).toBe(column["@kind"]);
            return cellOf(value);
          }),
        ),
        totals: (table.totals?.[0].total ?? []).map((total: Node) => ({
          label: total["@label"],
          sums: valuesIn(total).map((value) => ({
            column: value.node["@column"],
            value: cellOf(value),
          })),
        })),
      };
    }),
    notes: (root.notes?.[0].note ?? []).map(textOf) as string[],
  };
}

/** Control characters and the like stand as their codes; every other character as it is. */
const allowed = (text: string): string =>
  Array.from(text)
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      const forbidden =
        (code < 0x20 && ![9, 10, 13].includes(code)) ||
        (code >= 0xd800 && code <= 0xdfff) ||
        [0xfffe, 0xffff].includes(code);
      return forbidden ? `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]` : character;
    })
    .join("");

/** What must be read back of a model. */
function expected(parts: readonly DocumentPart[]) {
  const all = <P extends DocumentPart["part"]>(name: P) =>
    parts.filter((part): part is Extract<DocumentPart, { part: P }> => part.part === name);
  const cell = (value: Cell): Cell => (typeof value === "string" ? allowed(value) : value);
  const facts = (list: Extract<DocumentPart, { part: "facts" }>["facts"]) =>
    list.map(({ id, label, kind, value }) => ({
      ...{ id, label: allowed(label) },
      values: value === null ? [] : [{ kind, cell: cell(value) }],
    }));
  const [document] = all("document");
  if (!document) throw new Error("no document");
  return {
    title: allowed(document.head.title),
    subtitle: document.head.subtitle === null ? null : allowed(document.head.subtitle),
    facts: facts(document.head.facts),
    innerFacts: all("facts").flatMap((part) => facts(part.facts)),
    headings: all("heading").map(({ text }) => allowed(text)),
    paragraphs: all("paragraph").map(({ text }) => allowed(text)),
    tables: all("table").map((part) => {
      const after = parts.slice(parts.indexOf(part) + 1);
      const end = after.findIndex((other) => other.part === "totals");
      const totals = after[end];
      return {
        ...{ id: part.table.id, title: allowed(part.table.title) },
        columns: part.table.columns.map(({ width: _, title, ...column }) => ({
          ...column,
          title: allowed(title),
        })),
        rows: after.slice(0, end).map((row) => (row.part === "row" ? row.cells.map(cell) : [])),
        totals: totals?.part === "totals" ? totals.totals : [],
      };
    }),
  };
}

async function expectFaithful(parts: readonly DocumentPart[]) {
  const { path, fingerprint, rendered } = await renderFile("xml", parts);
  expectValid(path);
  const { attributes, notes, ...read } = readXml(path);
  expect(read).toEqual(expected(parts));
  expect(attributes["@fingerprint"]).toBe(fingerprint);
  const given = parts.flatMap((part) => (part.part === "notes" ? part.notes : []));
  expect(notes.slice(0, given.length)).toEqual(given.map(allowed));
  expect(rendered).toEqual({ pages: null, missingGlyphs: [] });
  return { attributes, notes };
}

describeWith(["xmllint"], "an XML file", () => {
  for (const language of documentLanguages)
    test(`is valid and has every value of the model in ${language}`, async () => {
      const parts = [...sampleParts({ language, rows: 50, texts: hostileTexts })];
      const { attributes } = await expectFaithful(parts);
      expect(attributes).toMatchObject({
        "@id": "01a2043b-44d9-7747-9bb1-fb12a1cb95e4",
        ...{ "@xmlns": xmlNamespace, "@language": language, "@timeZone": "Europe/Istanbul" },
        "@xsi:schemaLocation": `${xmlNamespace} ${xmlSchemaName}`,
        "@created": "2026-10-01T08:30:00.000Z",
      });
    });

  test("differs between languages in nothing but the language it states", async () => {
    const files = await Promise.all(
      documentLanguages.map(async (language) => {
        const parts = sampleParts({ language, rows: 20, texts: hostileTexts });
        const { path, fingerprint } = await renderFile("xml", parts);
        return readFileSync(path, "utf8")
          .replace(fingerprint, "fingerprint")
          .replace(`language="${language}"`, "");
      }),
    );
    expect(new Set(files).size).toBe(1);
  });

  test("says in the document's language which characters XML could not hold", async () => {
    const [document, ...rest] = sampleParts({
      language: "de-DE",
      ...{ rows: 1, texts: ["a\u0000b\uD800c\uFFFF\u0085\u2028\r\n"] },
    });
    if (!document) throw new Error("no document");
    const { notes } = await expectFaithful([document, ...rest]);
    expect(notes.at(-1)).toBe(
      "Zeichen, die XML nicht zulässt, stehen als Code in Klammern: U+0000, U+D800, U+FFFF.",
    );
  });

  test("is refused by its schema with a cell of no column, or a value of another kind", async () => {
    const { path } = await renderFile("xml", sampleParts({ language: "en-US", rows: 3 }));
    const source = readFileSync(path, "utf8");
    const errorsOf = async (changed: string) => {
      const broken = `${path}.broken`;
      await Bun.write(broken, changed);
      return Bun.spawnSync(["xmllint", "--noout", "--schema", xmlSchemaPath, broken]).exitCode;
    };
    expect(await errorsOf(source)).toBe(0);
    for (const [from, to] of [
      ['column="payee"', 'column="nobody"'],
      [">79.19<", ">79,19<"],
      [">79.19<", ">1e3<"],
      ["2026-09-02<", "2026-02-30<"],
      ['currency="TRY"', ""],
      ['fingerprint="', 'fingerprint="x'],
    ] as const) {
      expect(source).toContain(from);
      expect(await errorsOf(source.replace(from, to))).not.toBe(0);
    }
  });

  test("is valid and faithful whatever the model says", async () => {
    await fc.assert(
      fc.asyncProperty(documentParts, async (parts) => void (await expectFaithful(parts))),
      { numRuns: 60 },
    );
  }, 60_000);
});

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { documentFormats } from "#platform/documents/formats";
import type { DocumentLanguage, DocumentPart } from "#platform/documents/model";
import { xmlSchemaPath } from "#platform/documents/xml-schema";
import { parseInstant } from "#platform/kernel/time";
import { money, renderFile } from "../../support/documents.ts";
import { checkPdf, pdfPrograms, pdfText } from "../../support/pdf-files.ts";
import { describeWith, outputOf } from "../../support/programs.ts";
import { readSheetFiles } from "../../support/sheet-files.ts";
import { readWordFiles } from "../../support/word-files.ts";

const said = (title: string): DocumentPart[] => [
  { part: "heading", text: `${title}: heading` },
  { part: "paragraph", text: `${title}: paragraph` },
  {
    part: "facts",
    facts: [
      { id: "amount", label: `${title}: amount`, kind: "money", value: money("1250.50", "EUR") },
      { id: "day", label: `${title}: day`, kind: "date", value: "2026-12-01" },
    ],
  },
  {
    part: "table",
    table: {
      ...{ id: "plan", title: `${title}: table` },
      columns: [
        { id: "dueOn", title: `${title}: due`, kind: "date", width: 10 },
        { id: "amount", title: `${title}: sum`, kind: "money", width: 10 },
      ],
    },
  },
  { part: "row", cells: ["2026-12-01", money("1250.50", "EUR")] },
  { part: "totals", totals: [] },
];
const translated = (first: DocumentLanguage, second: DocumentLanguage): DocumentPart[] => [
  {
    part: "document",
    head: {
      ...{ id: "01a2043b-44d9-7747-9bb1-fb12a1cb95e4", title: "Agreement", subtitle: null },
      ...{ language: first, timeZone: "UTC", createdAt: parseInstant("2026-11-22T09:30:00Z") },
      facts: [],
    },
  },
  ...said("One"),
  { part: "translation", language: second, title: "Vereinbarung" },
  ...said("Zwei"),
  { part: "notes", notes: ["The end."] },
];
const parts = translated("en-US", "de-DE");
const readText = async (format: "md" | "xml" | "csv") =>
  readFileSync((await renderFile(format, parts)).path, "utf8").replaceAll("\u00a0", " ");

describe("a document in two languages", () => {
  test("is made in every format", async () => {
    for (const format of documentFormats)
      expect((await renderFile(format, parts)).rendered.missingGlyphs).toEqual([]);
  });

  test("has each part's numbers and days as its language has them", async () => {
    const markdown = await readText("md");
    const [first = "", second = ""] = markdown.split("\n---\n\n# Vereinbarung\n");
    expect(first).toContain("1,250.50 EUR");
    expect(first).toContain("1 December 2026");
    expect(second).toContain("1.250,50 EUR");
    expect(second).toContain("1. Dezember 2026");
    // What the file says itself is in the document's own language.
    expect(second).toContain("## Notes");
  });

  test("is read by programs as one document", async () => {
    const csv = await readText("csv");
    expect(csv.match(/2026-12-01/g)).toHaveLength(4);
    expect(csv).toContain("Vereinbarung\r\n");
  });
});

describeWith(["xmllint"], "as XML", () => {
  test("is valid, and says from where on which language is meant", async () => {
    const { path } = await renderFile("xml", parts);
    await outputOf(["xmllint", "--nonet", "--noout", "--schema", xmlSchemaPath, path]);
    expect(await readText("xml")).toContain(
      '<translation language="de-DE">Vereinbarung</translation>',
    );
  });
});

describeWith(pdfPrograms, "as PDF", () => {
  test("begins the translation on a page of its own, under its title", async () => {
    const { path } = await renderFile("pdf", translated("de-DE", "tr-TR"));
    await checkPdf(path);
    const pages = (await pdfText(path, "-layout")).replaceAll("\u00a0", " ").split("\f");
    expect(pages[0]).toContain("Agreement");
    expect(pages[0]).toContain("1. Dezember 2026");
    expect(pages[0]).not.toContain("Zwei");
    expect(pages[1]?.trimStart()).toStartWith("Vereinbarung");
    expect(pages[1]).toContain("1.250,50 EUR");
    expect(pages[1]).toContain("Seite 2 von 2");
  });
});

describeWith(["/usr/bin/python3"], "as Word and Excel", () => {
  test("has the translation's title, and its figures", async () => {
    const [word] = await readWordFiles([(await renderFile("docx", parts)).path]);
    const texts = JSON.stringify(word?.blocks).replaceAll("\u00a0", " ");
    expect(word?.blocks).toContainEqual(
      expect.objectContaining({ style: "Title", text: "Vereinbarung" }),
    );
    for (const shown of ["1,250.50 EUR", "1.250,50 EUR", "1 December 2026", "1. Dezember 2026"])
      expect(texts).toContain(shown);
    const [sheets] = await readSheetFiles([(await renderFile("xlsx", parts)).path]);
    expect(sheets?.sheets.map(({ name }) => name)).toEqual([
      ...["Overview", "One table", "Zwei table"],
    ]);
    expect(JSON.stringify(sheets?.sheets[0]?.cells)).toContain("Vereinbarung");
  });
});

import { describe, expect, test } from "bun:test";
import { agreementModel } from "#modules/gbs/domain/documents/agreement-model";
import { receiptModel } from "#modules/gbs/domain/documents/receipt-model";
import type { DocumentPart } from "#platform/documents/model";
import { parseInstant, parseLocalDate } from "#platform/kernel/time";
import { agreementFacts, receiptFacts } from "../../support/debt-documents.ts";
import { money, renderFile } from "../../support/documents.ts";
import { checkPdf, pdfPages, pdfPrograms, pdfText, wordsOutside } from "../../support/pdf-files.ts";
import { describeWith } from "../../support/programs.ts";

async function linesOf(parts: readonly DocumentPart[]): Promise<string[][]> {
  const { path, rendered } = await renderFile("pdf", parts);
  await checkPdf(path);
  expect(rendered.missingGlyphs).toEqual([]);
  const text = (await pdfText(path, "-layout")).replaceAll("\u00a0", " ");
  return text
    .split("\f")
    .slice(0, -1)
    .map((page) => page.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | ")));
}
const inOneLine = (pages: string[][]) => pages.flat().join(" ");

describe("an agreement", () => {
  test("says the same facts in each language, once where both read the same", () => {
    const idsIn = (parts: readonly DocumentPart[]) =>
      parts.flatMap((part) => (part.part === "facts" ? part.facts.map(({ id }) => id) : []));
    const parts = agreementModel(agreementFacts());
    const at = parts.findIndex(({ part }) => part === "translation");
    expect(idsIn(parts.slice(0, at))).toEqual(idsIn(parts.slice(at)));
    const once = agreementModel(agreementFacts({ languages: ["de-DE"] }));
    expect(once.some(({ part }) => part === "translation")).toBe(false);
    expect(once).toHaveLength(at);
  });

  test("has no word of a description that is hidden", () => {
    const parts = agreementModel(agreementFacts({ textHidden: true }));
    expect(JSON.stringify(parts)).not.toContain("Deposit");
  });

  test("says of later terms that they take the place of others", () => {
    const said = (termsVersion: number) =>
      JSON.stringify(agreementModel(agreementFacts({ termsVersion })));
    expect(said(1)).not.toContain("take the place");
    expect(said(2)).toContain("take the place");
  });
});

describeWith(pdfPrograms, "an agreement as PDF", () => {
  test("has all that was agreed, and when both consented, in both languages", async () => {
    const pages = await linesOf(agreementModel(agreementFacts()));
    const first = pages.findIndex((lines) => lines.includes("Borç anlaşması"));
    const [english, turkish] = [pages.slice(0, first).flat(), pages.slice(first).flat()];
    for (const line of [
      ...["Agreement on a debt", "Lender | Ayşe Yılmaz", "Mail address | bora@example.org"],
      ...["Amount | 1,250.50 EUR", "For | Deposit of the flat", "Interest, late fee | None"],
      "In words | one thousand two hundred fifty euros and fifty cents",
      ...["1 20 Dec 2026 | 625.25", "2 20 Jan 2027 | 625.25", "Total | 1,250.50"],
      "Offered by the lender | 22 November 2026, 12:30:00 GMT+3",
      "Accepted by the borrower | 23 November 2026, 00:30:12 GMT+3",
      "Accepted by the borrower, in UTC | 2026-11-22T21:30:12.345Z",
      ...["Entries of the log | 7", `Hash of the last one (SHA-256) | ${"5f".repeat(32)}`],
      `Signing key (SHA-256) | ${"0a".repeat(32)}`,
    ])
      expect(english).toContain(line);
    expect(inOneLine([english])).toContain("There is no interest and no late fee.");
    for (const line of [
      ...[
        "Tutar | 1.250,50 EUR",
        "Yazıyla | bin iki yüz elli Euro elli sent",
        "Faiz, gecikme ücreti | Yok",
      ],
      ...["1 20 Ara 2026 | 625,25", "Toplam | 1.250,50"],
      "Kabul edildi borçlu tarafından, UTC | 2026-11-22T21:30:12.345Z",
    ])
      expect(turkish).toContain(line);
    for (const [at, lines] of pages.entries())
      expect(lines.findLast((line) => line !== "")).toEndWith(`Page ${at + 1} of ${pages.length}`);
  });

  test("has room for long names, other scripts and 120 instalments", async () => {
    const part = money("1000.00", "TRY");
    const names = [
      "محمد العربي",
      "Иван Достоевский-Чернышевский",
      "Şükrü Öğütçüoğlu",
      "W".repeat(100),
    ];
    for (const [at, displayName] of names.entries()) {
      const parts = agreementModel(
        agreementFacts({
          parties: {
            lender: { displayName, address: `${"a".repeat(60)}@${"long-name.".repeat(15)}example` },
            borrower: {
              displayName: names[(at + 1) % names.length] ?? "",
              address: "b@example.org",
            },
          },
          terms: {
            ...agreementFacts().terms,
            amount: money("120000.00", "TRY"),
            description: "ﷺ word ".repeat(70).trim(),
            instalments: Array.from({ length: 120 }, (_, index) => ({
              amount: part,
              dueOn: parseLocalDate(
                `${2027 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}-28`,
              ),
            })),
          },
        }),
      );
      const { path } = await renderFile("pdf", parts);
      await checkPdf(path);
      const pages = await pdfPages(path);
      for (const page of pages) expect(wordsOutside(page)).toEqual([]);
      const text = await pdfText(path, "-layout");
      expect(text.match(/^ *120 /gm)).toHaveLength(2);
    }
  });

  test("is read from left to right whatever direction a name has", async () => {
    const parties = {
      lender: { displayName: "محمد العربي", address: "m@example.org" },
      borrower: { displayName: "שלום עולם", address: "s@example.org" },
    };
    const pages = await linesOf(agreementModel(agreementFacts({ parties, languages: ["en-US"] })));
    expect(pages.flat()).toContainEqual(
      expect.stringMatching(/^The borrower, .*, owes the lender, /),
    );
  });
});

describeWith(pdfPrograms, "a receipt as PDF", () => {
  test("lists all confirmed payments and their sum", async () => {
    const lines = (await linesOf(receiptModel(receiptFacts()))).flat();
    for (const line of [
      ...["Receipt for a settled debt", "Paid in all | 1,250.50 EUR"],
      "19 Dec 2026 | 1,000.00 SEPA 1 | 20 Dec 2026, 11:00:00 GMT+3",
      ...["Total | 1,250.50", "Settled, in UTC | 2027-01-21T08:00:00.000Z", "Toplam | 1.250,50"],
    ])
      expect(lines.map((each) => each.replace(/(1,000\.00) \| (SEPA)/, "$1 $2"))).toContain(line);
    expect(inOneLine([lines])).toContain("nothing of it is owed any more.");
  });

  test("says when there are more than it lists", () => {
    const said = (hasMore: boolean) => JSON.stringify(receiptModel(receiptFacts({ hasMore })));
    expect(said(true)).toContain("There are more payments");
    expect(said(false)).not.toContain("There are more payments");
  });

  test("keeps references on its pages, whatever they are", async () => {
    const payments = Array.from({ length: 300 }, (_, index) => ({
      paidOn: parseLocalDate("2027-01-20"),
      amount: money("1.00", "EUR"),
      reference: index % 2 === 0 ? "=cmd|' /C calc'!A0 \u202e" : "فاتورة ".repeat(14).trim(),
      confirmedAt: parseInstant("2027-01-21T08:00:00Z"),
    }));
    const { path } = await renderFile("pdf", receiptModel(receiptFacts({ payments })));
    await checkPdf(path);
    for (const page of await pdfPages(path)) expect(wordsOutside(page)).toEqual([]);
  });
});

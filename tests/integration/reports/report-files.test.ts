import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { marked, type Tokens } from "marked";
import type { Report, ReportLanguage } from "#modules/reports/contract";
import { textsOf } from "#modules/reports/domain/texts/texts-of";
import { xmlSchemaPath } from "#platform/documents/xml-schema";
import {
  compareDecimals,
  type DecimalString,
  negate,
  parseDecimal,
  roundDecimal,
} from "#platform/kernel/decimal";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import { describeWithHledger, differencesOf, type Sums } from "../../support/hledger.ts";
import { bookSums } from "../../support/journal-of-a-book.ts";
import {
  checkPdf,
  pdfFonts,
  pdfPages,
  pdfPrograms,
  pdfText,
  wordsOutside,
  wordsOverOthers,
} from "../../support/pdf-files.ts";
import { describeWith, outputOf } from "../../support/programs.ts";
import {
  importRandomRates,
  type PlayedLedger,
  playLedger,
  type RandomLedger,
  randomLedger,
} from "../../support/random-ledger.ts";
import { type ReadBooking, readExtf } from "../../support/read-extf.ts";
import { openReportsApp, reporterOf } from "../../support/reports.ts";
import {
  readCsvFiles,
  readSheetFiles,
  recalculated,
  type SheetFile,
} from "../../support/sheet-files.ts";
import type { TestApp } from "../../support/test-app.ts";
import { amountOf, digitsOf, unitsOf } from "../../support/transaction-arbitraries.ts";
import { python, readWordFiles } from "../../support/word-files.ts";

let api: TestApp;
const directory = mkdtempSync(join(tmpdir(), "fintrack-report-files-"));
beforeAll(async () => {
  api = await openReportsApp({ environment: { READS_PER_MINUTE: "1000000" } });
  await importRandomRates(api);
});
afterAll(async () => {
  await api.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Every currency has a rate on these days. */
const days = { from: "2026-03-15", to: "2026-04-25" };
const range = `from=${days.from}&to=${days.to}`;
const bankOfEuros = "1800";

/** Worth at least a cent each, so that none is too small for a booking. */
const worthBooking = (plan: RandomLedger): RandomLedger => ({
  ...plan,
  steps: plan.steps.map((step) => ({
    ...{ ...step, units: step.units.map((units) => units + 1_000_000) },
    // Most of them on days of the report.
    day: step.day % 4 === 3 ? step.day : 60 + (step.day % 30),
  })),
});

async function withCodes({ user, accounts }: PlayedLedger): Promise<ReadonlyMap<string, string>> {
  for (const [index, { id }] of accounts.entries())
    await api.sql`update ledger.accounts set external_code = ${String(1800 + index)} where id = ${id}`;
  const rows = await api.sql<{ id: string; code: string }[]>`
    update ledger.categories c set external_code = (4000 + n.n)::text
    from (select id, row_number() over (order by id) as n from ledger.categories where book_id = ${user.bookId}) n
    where c.id = n.id returning c.id, external_code as code`;
  return new Map([
    ...accounts.map(({ id }, index) => [id as string, String(1800 + index)] as const),
    ...rows.map(({ id, code }) => [id, code] as const),
  ]);
}

type Totals = Readonly<Record<string, readonly string[]>>;
type Made = { readonly language: ReportLanguage; path(format: string): string };

/** All of a report's files, on the disk. */
async function made(played: PlayedLedger, language: ReportLanguage) {
  const user = reporterOf(api, played.user);
  const report: Report = await user.make({
    ...{ ...days, language, formats: ["pdf", "docx", "xlsx", "xml", "md", "csv", "datev"] },
    datev: {
      ...{ consultantNumber: "29098", clientNumber: "55003", fiscalYearStart: "2026-01-01" },
      ...{ accountLength: 4, transitAccount: "1460" },
    },
  });
  expect(report.state).toBe("ready");
  const path = (format: string) => join(directory, `${report.id}.${format}`);
  for (const { format, state, warning } of report.files) {
    if (format === "datev" && state === "failed") continue;
    expect([format, state]).toEqual([format, "ready"]);
    expect(warning?.detail ?? "").not.toContain("not in the file");
    writeFileSync(path(format), (await user.file(report, `files/${format}`)).bytes);
  }
  const isBooked = report.files.some((file) => file.format === "datev" && file.state === "ready");
  return { language, path, isBooked };
}

/** "-1.234,50 EUR" of its language, as a decimal. */
function decimalOf(text: string, language: ReportLanguage): DecimalString {
  const [number = ""] = text.trim().split(" ");
  const plain =
    language === "en-US"
      ? number.replaceAll(",", "")
      : number.replaceAll(".", "").replace(",", ".");
  return parseDecimal(plain);
}
/** Amounts with all decimals of their currency, and no more. */
function inFull(amount: DecimalString, currency: string): DecimalString {
  const full = roundDecimal(amount, digitsOf[currency] ?? 0);
  if (compareDecimals(full, amount) !== 0) throw new Error(`${amount} ${currency}`);
  return full;
}
const entry = (currency: string, sums: readonly DecimalString[]) =>
  [currency, sums.map((sum) => inFull(sum, currency))] as const;
/** A table without rows says so in one of them. */
const fromTexts = (rows: readonly (readonly string[])[], language: ReportLanguage): Totals =>
  Object.fromEntries(
    rows
      .filter(([, ...cells]) => cells.some((cell) => cell !== ""))
      .map(([currency = "", ...cells]) =>
        entry(
          currency,
          cells.map((cell) => decimalOf(cell, language)),
        ),
      ),
  );

const titleOf = ({ language }: Made): string => textsOf(language).tables.totals;

async function csvTotals(one: Made): Promise<Totals> {
  const separator = one.language === "en-US" ? "," : ";";
  const [lines = []] = await readCsvFiles(separator, [one.path("csv")]);
  const at = lines.findIndex(([first, ...rest]) => first === titleOf(one) && rest.length === 0);
  const end = lines.findIndex((line, index) => index > at && line.length === 0);
  const rows = lines.slice(at + 2, end < 0 ? undefined : end);
  // Without separators of thousands: programs read it.
  return Object.fromEntries(
    rows.map(([currency = "", income, , expense, , result]) =>
      entry(
        currency,
        [income, expense, result].map((text = "") => parseDecimal(text.replace(",", "."))),
      ),
    ),
  );
}

function sheetTotals(file: SheetFile | undefined, one: Made): Totals {
  const cells = file?.sheets.find(({ name }) => name === titleOf(one))?.cells ?? {};
  return Object.fromEntries(
    Object.entries(cells).flatMap(([place, { value }]) => {
      const row = /^A(\d+)$/.exec(place)?.[1];
      if (row === undefined || typeof value !== "string" || !(value in digitsOf)) return [];
      const sums = Object.entries(cells).filter(
        ([other, { type }]) => type === "n" && other.replace(/^[A-Z]+/, "") === row,
      );
      const digits = digitsOf[value];
      return [
        entry(
          value,
          sums.map(([, sum]) => parseDecimal(Number(sum.value).toFixed(digits))),
        ),
      ];
    }),
  );
}

async function wordTotals(one: Made): Promise<Totals> {
  const [file] = await readWordFiles([one.path("docx")]);
  const blocks = file?.blocks ?? [];
  const at = blocks.findIndex((block) => "text" in block && block.text === titleOf(one));
  const table = blocks[at + 1];
  if (!table || !("rows" in table)) throw new Error("no table of totals");
  const rows = table.rows.map(({ cells }) => cells.map(({ text }) => text));
  return fromTexts(rows.slice(1), one.language);
}

async function markdownTotals(one: Made): Promise<Totals> {
  const tokens = marked.lexer(await Bun.file(one.path("md")).text());
  const heads = textsOf(one.language).columns;
  const table = tokens.find(
    (token): token is Tokens.Table =>
      token.type === "table" &&
      token.header[1].text === heads.income &&
      token.header[0].text === heads.currency,
  );
  return fromTexts(table?.rows.map((row) => row.map(({ text }) => text)) ?? [], one.language);
}

async function xmlTotals(one: Made): Promise<Totals> {
  const parser = new XMLParser({
    ...{ ignoreAttributes: false, attributeNamePrefix: "@", parseTagValue: false },
    isArray: (name) => ["table", "row", "money"].includes(name),
  });
  const { document } = parser.parse(await Bun.file(one.path("xml")).text());
  // biome-ignore lint/suspicious/noExplicitAny: the parser's tree has no type of its own
  const table = document.body.table.find((found: any) => found["@id"] === "totals");
  return Object.fromEntries(
    // biome-ignore lint/suspicious/noExplicitAny: the parser's tree has no type of its own
    (table.rows.row ?? []).map((row: any) =>
      entry(
        row.money[0]["@currency"],
        ["income", "expense", "result"].map((column) =>
          // biome-ignore lint/suspicious/noExplicitAny: the parser's tree has no type of its own
          parseDecimal(row.money.find((money: any) => money["@column"] === column)["#text"]),
        ),
      ),
    ),
  );
}

async function pdfTotals(one: Made): Promise<Totals> {
  await checkPdf(one.path("pdf"));
  for (const { embedded } of await pdfFonts(one.path("pdf"))) expect(embedded).toBe("yes");
  for (const page of await pdfPages(one.path("pdf"))) {
    expect(wordsOutside(page)).toEqual([]);
    expect(wordsOverOthers(page)).toEqual([]);
  }
  const text = await pdfText(one.path("pdf"), "-layout");
  const section = text.slice(text.indexOf(`\n${titleOf(one)}\n`) + 1);
  const line = /^ *([A-Z]{3}) +(-?[\d.,]+) \1 +(-?[\d.,]+) \1 +(-?[\d.,]+) \1$/gm;
  return fromTexts(
    Array.from(section.matchAll(line), ([, ...cells]) => cells),
    one.language,
  );
}

/** What each number got, each in its own currency, but for money in transit. */
function bookedSums(bookings: readonly ReadBooking[]): Sums {
  const sums = new Map<string, bigint>();
  const add = (number: string, { amount, currency }: Money, sign: 1n | -1n) => {
    if (number === "1460") return;
    const key = `${number} ${currency}`;
    sums.set(
      key,
      (sums.get(key) ?? 0n) + sign * unitsOf({ amount: inFull(amount, currency), currency }),
    );
  };
  for (const { amount, currency, base, account, contra, information } of bookings) {
    const [text = amount, code = currency] = information["Betrag"]?.split(" ") ?? [];
    const moved = { amount: parseDecimal(text), currency: code as CurrencyCode };
    const worth = { amount: base?.amount ?? amount, currency: "EUR" as CurrencyCode };
    add(account, account === bankOfEuros ? worth : moved, 1n);
    add(contra, contra === bankOfEuros ? worth : moved, -1n);
  }
  return new Map(
    [...sums]
      .filter(([, units]) => units !== 0n)
      .map(([key, units]) => [key, amountOf(units, key.slice(key.lastIndexOf(" ") + 1))]),
  );
}

type ApiTotals = { totals: { currency: string; income: Money; expense: Money; net: Money }[] };

describeWith([python, "soffice", "xmllint", ...pdfPrograms], "files of a random book", () => {
  describeWithHledger("in five currencies", () => {
    test("say in every format, and where LibreOffice calculates, what the API and hledger say", async () => {
      let [currencies, files] = [0, 0];
      await fc.assert(
        fc.asyncProperty(
          randomLedger.filter(({ steps }) => steps.length >= 8).map(worthBooking),
          fc.constantFrom<ReportLanguage>("en-US", "de-DE", "tr-TR"),
          async (plan, language) => {
            const played = await playLedger(api, plan);
            const codes = await withCodes(played);
            const one = await made(played, language);
            const journal = await bookSums(api, played.user, range);
            const { body } = await played.user.get<ApiTotals>(`/v1/transactions/totals?${range}`);
            const expected: Totals = Object.fromEntries(
              body.totals.map(({ currency, income, expense, net }) =>
                entry(currency, [income.amount, negate(expense.amount), net.amount]),
              ),
            );

            currencies += body.totals.length;
            // hledger: what categories got, no account has any more.
            const accountIds = new Set<string>(played.accounts.map(({ id }) => id));
            const nets = new Map<string, bigint>();
            for (const [key, sum] of journal) {
              const [id = "", currency = ""] = key.split(" ");
              if (accountIds.has(id)) continue;
              const units = unitsOf({
                amount: parseDecimal(sum),
                currency: currency as CurrencyCode,
              });
              nets.set(currency, (nets.get(currency) ?? 0n) - units);
            }
            for (const [currency, [, , net = "0"]] of Object.entries(expected))
              expect([currency, amountOf(nets.get(currency) ?? 0n, currency)]).toEqual([
                currency,
                net,
              ]);

            const [written] = await readSheetFiles([one.path("xlsx")]);
            const [calculated] = await recalculated([one.path("xlsx")]);
            await outputOf([
              "xmllint",
              "--nonet",
              "--noout",
              "--schema",
              xmlSchemaPath,
              one.path("xml"),
            ]);
            const found = {
              ...{ csv: await csvTotals(one), xlsx: sheetTotals(written, one) },
              ...{ libreOffice: sheetTotals(calculated, one), docx: await wordTotals(one) },
              ...{
                md: await markdownTotals(one),
                xml: await xmlTotals(one),
                pdf: await pdfTotals(one),
              },
            };
            for (const [format, totals] of Object.entries(found))
              expect([format, totals]).toEqual([format, expected]);

            // Every account and category by itself, as the bookkeeping's numbers have them.
            if (!one.isBooked) return;
            files += 1;
            const { bookings } = readExtf(await Bun.file(one.path("datev")).bytes());
            const byCode = new Map(
              [...journal].map(([key, sum]) => {
                const [id = "", currency = ""] = key.split(" ");
                return [`${codes.get(id)} ${currency}`, sum];
              }),
            );
            expect(differencesOf(byCode, bookedSums(bookings))).toEqual([]);
          },
        ),
        // A run takes seconds: the first failure is enough.
        { numRuns: 4, endOnFailure: true },
      );
      expect([currencies > 0, files > 0]).toEqual([true, true]);
    }, 600_000);
  });
});

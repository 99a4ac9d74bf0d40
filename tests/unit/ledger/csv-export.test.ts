import { describe, expect, test } from "bun:test";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import type { Transaction } from "#modules/ledger/contract";
import { csvColumns, csvHead, csvLines } from "#modules/ledger/domain/csv-export";
import { categoryPaths } from "#modules/ledger/domain/export-names";
import { csvDialectOf } from "#platform/kernel/csv";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";

const idOf = (number: number) =>
  `01936f2e-7b3c-7a11-9d55-${String(number).padStart(12, "0")}` as Id;
const at = "2026-11-22T09:30:00.000Z" as Instant;
const money = (amount: string, currency = "EUR") => ({
  amount: amount as DecimalString,
  currency: currency as CurrencyCode,
});
const split = (category: number, amount: string, note: string | null = null) => ({
  ...{ categoryId: idOf(category), amount: money(amount), note },
});

const categories = categoryPaths([
  { id: idOf(12), parentId: idOf(11), name: "Groceries" },
  { id: idOf(11), parentId: null, name: "Food" },
]);
const names = {
  accounts: new Map([
    [idOf(1), "Giro"],
    [idOf(2), "Cüzdan"],
  ]),
  categories,
};
const english = csvDialectOf("en-GB");
const german = csvDialectOf("de-AT");

const expense: Transaction = {
  ...{ id: idOf(100), bookId: idOf(0), kind: "expense", date: "2026-01-02" as LocalDate },
  ...{ accountId: idOf(1), amount: money("12.30") },
  splits: [split(12, "10.00", "Cheese"), split(11, "2.30")],
  ...{ transfer: null, payee: "Migros", note: "For the week", tags: ["a", "b"] },
  ...{ documentNumber: "RE-1", taxRate: "7.5" as DecimalString, cleared: true },
  ...{ externalId: "bank-1", importId: null, createdBy: idOf(9), createdAt: at },
  ...{ updatedAt: at, voidedAt: null, version: 1 },
};
const transfer: Transaction = {
  ...expense,
  ...{ kind: "transfer", splits: [] },
  transfer: { accountId: idOf(2), amount: money("500.00", "TRY"), rate: "40.65" as DecimalString },
};

const rowsOf = (transaction: Transaction, dialect = english) =>
  parse(csvHead(dialect) + csvLines(transaction, names, dialect), {
    ...{ columns: true, bom: true, delimiter: dialect.separator },
  }) as Record<(typeof csvColumns)[number], string>[];

describe("the CSV of a book", () => {
  test("has a line for each part, signed as the account sees it", () => {
    expect(csvLines(expense, names, english)).toBe(
      [
        `2026-01-02,Giro,EUR,-10.00,Food > Groceries,Migros,For the week,"a, b",RE-1,7.5,true,bank-1,${idOf(100)},expense,Cheese,${idOf(1)}\r\n`,
        `2026-01-02,Giro,EUR,-2.30,Food,Migros,For the week,"a, b",RE-1,7.5,true,bank-1,${idOf(100)},expense,,${idOf(1)}\r\n`,
      ].join(""),
    );
    expect(rowsOf({ ...expense, kind: "income" }).map(({ amount }) => amount)).toEqual([
      ...["10.00", "2.30"],
    ]);
  });

  test("has two lines for a transfer and one for an opening balance, whatever its sign", () => {
    expect(
      rowsOf(transfer).map(({ account, amount, currency }) => [account, amount, currency]),
    ).toEqual([
      ["Giro", "-12.30", "EUR"],
      ["Cüzdan", "500.00", "TRY"],
    ]);
    const opening = { ...expense, kind: "opening" as const, splits: [], amount: money("-5.00") };
    expect(rowsOf(opening).map(({ amount }) => amount)).toEqual(["-5.00"]);
  });

  test("begins with a byte order mark and has semicolons and decimal commas in German and Turkish books", () => {
    for (const locale of ["de", "de-CH", "tr-TR", "TR"])
      expect(csvDialectOf(locale)).toEqual({
        ...{ separator: ";", decimalMark: ",", byteOrderMark: true },
      });
    for (const locale of ["en", "en-GB", "den", "fr-FR"])
      expect(csvDialectOf(locale).separator).toBe(",");
    expect(csvHead(german)).toBe(`\uFEFF${csvColumns.join(";")}\r\n`);
    expect(csvHead(english)).toBe(`${csvColumns.join(",")}\r\n`);
    expect(rowsOf(expense, german)[0]).toMatchObject({ amount: "-10,00", tax_rate: "7,5" });
  });

  test("keeps what a spreadsheet would take for a formula as text, and numbers as numbers", () => {
    for (const formula of ["=1+1", "+49 30 1", "-x", "@SUM(A1)", "\tx", "\rx"])
      for (const dialect of [english, german]) {
        const text = { payee: formula, note: formula, tags: [formula], documentNumber: formula };
        const [row] = rowsOf({ ...expense, ...text, externalId: formula }, dialect);
        for (const column of ["payee", "note", "tags", "document_number", "external_id"] as const)
          expect(row?.[column]).toBe(`'${formula}`);
        expect(row?.amount).toMatch(/^-10[.,]00$/);
      }
  });

  test("can be read back, whatever somebody wrote", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom(english, german),
        (text, dialect) => {
          const rows = rowsOf({ ...expense, payee: text, note: text }, dialect);
          expect(rows).toHaveLength(2);
          for (const { payee, note, kind } of rows) {
            expect([text, `'${text}`]).toContain(payee);
            expect(payee).not.toMatch(/^[=+\-@\t\r]/);
            expect([note, kind]).toEqual([payee, "expense"]);
          }
        },
      ),
    );
  });

  test("finds the path of a category even in a tree that bites its tail", () => {
    const paths = categoryPaths([
      { id: idOf(1), parentId: idOf(2), name: "a" },
      { id: idOf(2), parentId: idOf(1), name: "b" },
    ]);
    expect(paths.get(idOf(1))).toHaveLength(2);
  });
});

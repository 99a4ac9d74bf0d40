import { describe, expect, test } from "bun:test";
import { type AccountInput, changeAccount, readAccount } from "#modules/ledger/domain/account";
import { AppError } from "#platform/kernel/errors";
import type { Scales } from "#platform/kernel/money";

const digits: Readonly<Record<string, number>> = { EUR: 2, JPY: 0, BTC: 8 };
const scales: Scales = { digitsOf: (currency) => digits[currency] };
const input: AccountInput = {
  ...{ kind: "checking", name: "Main", currency: "EUR", openingDate: "2026-01-01" },
  openingBalance: { amount: "1.5", currency: "EUR" },
};

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.fields.map(({ path }) => path).toSorted();
  }
}

describe("an account as it is read", () => {
  test("has one spelling, all decimals, and an opening balance of zero unless said otherwise", () => {
    const { openingBalance: _, ...plain } = input;
    expect<unknown>(
      readAccount({ ...plain, name: " A\u0308  b ", externalCode: " " }, scales),
    ).toEqual({
      ...plain,
      ...{ name: "\u00c4 b", externalCode: null },
      openingBalance: { amount: "0.00", currency: "EUR" },
    });
  });

  test("is told all that is wrong with it", () => {
    const wrong = { ...input, name: " ", currency: "ZZZ", openingDate: "2026-02-30" };
    expect(faultsOf(() => readAccount(wrong, scales))).toEqual([
      "/currency",
      "/name",
      "/openingDate",
    ]);
    const fine = { ...input, openingBalance: { amount: "1.005", currency: "EUR" } };
    expect(faultsOf(() => readAccount(fine, scales))).toEqual(["/openingBalance/amount"]);
    const foreign = { ...input, openingBalance: { amount: "1", currency: "JPY" } };
    expect(faultsOf(() => readAccount(foreign, scales))).toEqual(["/openingBalance/currency"]);
  });
});

describe("an account as it is changed", () => {
  const before = readAccount({ ...input, externalCode: "1" }, scales);

  test("keeps what is absent, and loses a code that is null", () => {
    expect(changeAccount(before, {}, scales)).toEqual(before);
    expect(changeAccount(before, { name: undefined }, scales)).toEqual(before);
    expect(changeAccount(before, { externalCode: null }, scales).externalCode).toBeNull();
  });

  test("takes another currency that its opening balance fits into", () => {
    const bitcoin = changeAccount(before, { currency: "BTC" }, scales);
    expect<unknown>(bitcoin.openingBalance).toEqual({ amount: "1.50000000", currency: "BTC" });
    const change = { currency: "JPY" };
    expect(faultsOf(() => changeAccount(before, change, scales))).toEqual([
      "/openingBalance/amount",
    ]);
    const empty = readAccount(
      { ...input, openingBalance: { amount: "0", currency: "EUR" } },
      scales,
    );
    expect<unknown>(changeAccount(empty, change, scales).openingBalance).toEqual({
      ...{ amount: "0", currency: "JPY" },
    });
    const both = { ...change, openingBalance: { amount: "7", currency: "JPY" } };
    expect<unknown>(changeAccount(before, both, scales).openingBalance).toEqual(
      both.openingBalance,
    );
  });

  test("takes an opening balance in the currency that it is to have, and in no other", () => {
    const openingBalance = { amount: "1", currency: "EUR" };
    expect<unknown>(changeAccount(before, { openingBalance }, scales).openingBalance).toEqual({
      ...{ amount: "1.00", currency: "EUR" },
    });
    for (const change of [
      { openingBalance: { amount: "1", currency: "JPY" } },
      { currency: "JPY", openingBalance },
      { currency: "JPY", openingBalance: { amount: "0", currency: "EUR" } },
    ])
      expect(faultsOf(() => changeAccount(before, change, scales))).toEqual([
        "/openingBalance/currency",
      ]);
  });
});

import { describe, expect, test } from "bun:test";
import {
  fingerprintOf,
  parseTransactionFilter,
  type TransactionFilterInput,
} from "#modules/ledger/domain/transaction-filter";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";

const bookId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id;

function faultsOf(input: TransactionFilterInput, path?: string): string[] {
  try {
    parseTransactionFilter(input, path);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.fields.map((field) => field.path);
  }
}

describe("a filter", () => {
  test("that asks for nothing is what is active", () => {
    expect(parseTransactionFilter({})).toEqual({ state: "active" });
    expect(parseTransactionFilter({ uncategorised: false, search: undefined })).toEqual({
      state: "active",
    });
  });

  test("has payees and tags as they are stored: composed and without spaces around", () => {
    expect(parseTransactionFilter({ payee: " Café ", tag: "ş ".normalize("NFD") })).toEqual({
      ...{ state: "active", payee: "Café", tag: "ş" },
    });
  });

  test("takes a day or an amount as both ends", () => {
    expect(
      faultsOf({ from: "2026-01-01", to: "2026-01-01", minAmount: "10", maxAmount: "10.0" }),
    ).toEqual([]);
  });

  test("compares amounts as numbers and not as text", () => {
    expect(faultsOf({ minAmount: "9", maxAmount: "10" })).toEqual([]);
    expect(faultsOf({ minAmount: "10", maxAmount: "9" })).toEqual(["maxAmount"]);
  });

  test("is told of all its faults at once, where they stand", () => {
    expect(faultsOf({ from: "x", minAmount: "y", accountId: "z" }, "/filter")).toEqual([
      "/filter/from",
      "/filter/minAmount",
      "/filter/accountId",
    ]);
    expect(
      faultsOf({ from: "2026-01-02", to: "2026-01-01", search: "!", payee: " " }, "/filter"),
    ).toEqual(["/filter/to", "/filter/payee", "/filter/search"]);
  });
});

describe("a fingerprint", () => {
  const of = (input: TransactionFilterInput, book = bookId) =>
    fingerprintOf(book, parseTransactionFilter(input));

  test("is the same for the same filter, however it was written", () => {
    expect(of({ search: "Mül shop", kind: "income" })).toBe(
      of({ kind: "income", search: "MÜL  Shop!", state: "active" }),
    );
  });

  test("is another for another filter or another book", () => {
    const all = [
      of({}),
      of({}, bookId.replace("0193", "0194") as Id),
      of({ kind: "income" }),
      of({ kind: "expense" }),
      of({ payee: "a" }),
      of({ tag: "a" }),
      of({ search: "a" }),
      of({ search: "a b" }),
      of({ search: "ab" }),
      of({ from: "2026-01-01" }),
      of({ to: "2026-01-01" }),
      of({ cleared: true }),
      of({ cleared: false }),
      of({ uncategorised: true }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

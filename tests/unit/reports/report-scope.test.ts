import { describe, expect, test } from "bun:test";
import {
  readPeriod,
  readScope,
  requireAccountsOf,
  type ScopeInput,
} from "#modules/reports/domain/report-scope";
import { AppError } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import { parseCurrencyCode } from "#platform/kernel/money";

const [first, second] = [
  "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21",
  "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e22",
].map((id) => parseId(id));
if (!first || !second) throw new Error("there are two ids");
const defaults = {
  bookId: first,
  currency: parseCurrencyCode("TRY"),
  language: "tr-TR" as const,
  timeZone: "Europe/Istanbul",
};
const scales = { digitsOf: (code: string) => (["EUR", "TRY"].includes(code) ? 2 : undefined) };
const datev = {
  ...{ consultantNumber: "29098", clientNumber: "55003" },
  ...{ fiscalYearStart: "2026-01-01", accountLength: 4 },
};
const read = (asked: Partial<ScopeInput> = {}) =>
  readScope({ type: "transactions", formats: ["csv"], ...asked }, defaults, scales);

/** The paths that a 422 names. */
function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError && error.kind === "invalid")
      return error.fields.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe("what a report is asked for with", () => {
  test("comes from the book and its user where it is left out", () => {
    expect(read()).toEqual({
      ...{ bookId: first, type: "transactions", accountIds: null, currency: defaults.currency },
      ...{ rateSource: "market", language: "tr-TR", timeZone: "Europe/Istanbul" },
      ...{ formats: ["csv"], datev: null },
    });
    expect(
      read({ currency: "EUR", rateSource: "ecb", language: "de-DE", timeZone: "UTC" }),
    ).toMatchObject({ currency: "EUR", rateSource: "ecb", language: "de-DE", timeZone: "UTC" });
  });

  test("names accounts in one order, however they were asked for", () => {
    expect(read({ accountIds: [second, first.toUpperCase()] }).accountIds).toEqual([first, second]);
  });

  test.each<[string, Partial<ScopeInput>, readonly string[]]>([
    ["a currency that is none", { currency: "XXQ" }, ["/currency"]],
    ["a zone that is none", { timeZone: "Mars/Olympus" }, ["/timeZone"]],
    ["a format twice", { formats: ["csv", "csv"] }, ["/formats"]],
    ["no format", { formats: [] }, ["/formats"]],
    ["an account twice", { accountIds: [first, first] }, ["/accountIds"]],
    ["an account that is no id", { accountIds: [first, "x"] }, ["/accountIds/1"]],
    ["no account", { accountIds: [] }, ["/accountIds"]],
    ["a statement of all accounts", { type: "account_statement" }, ["/accountIds"]],
    [
      "a statement of two accounts",
      { type: "account_statement", accountIds: [first, second] },
      ["/accountIds"],
    ],
    ["budgets of one account", { type: "budgets", accountIds: [first] }, ["/accountIds"]],
    ["DATEV without its settings", { formats: ["datev"] }, ["/datev"]],
    ["settings without DATEV", { datev }, ["/datev"]],
    [
      "DATEV of something else than transactions",
      { type: "cash_flow", formats: ["datev"], datev },
      ["/formats"],
    ],
    [
      "settings that DATEV would not take",
      {
        formats: ["datev"],
        datev: {
          consultantNumber: "1000",
          clientNumber: "0",
          fiscalYearStart: "2026-01-02",
          accountLength: 9,
        },
      },
      [
        "/datev/consultantNumber",
        "/datev/clientNumber",
        "/datev/fiscalYearStart",
        "/datev/accountLength",
      ],
    ],
    [
      "account numbers of DATEV that are not of the client's length, or none at all",
      {
        formats: ["datev"],
        datev: { ...datev, openingBalanceAccount: "90000", transitAccount: "0000" },
      },
      ["/datev/openingBalanceAccount", "/datev/transitAccount"],
    ],
    [
      "several things at once",
      { currency: "?", timeZone: "", formats: [] },
      ["/currency", "/timeZone", "/formats"],
    ],
  ])("%s is refused, and named", (_what, asked, paths) => {
    expect(faultsOf(() => read(asked))).toEqual(paths);
  });

  test("may name DATEV's accounts for what the book has none for, or not", () => {
    const accounts = { openingBalanceAccount: "9000", transitAccount: "1360" };
    const asked = (more: object) =>
      read({ formats: ["datev"], datev: { ...datev, ...more } }).datev;
    expect<unknown>(asked(accounts)).toEqual({ ...datev, ...accounts });
    const neither = { openingBalanceAccount: null, transitAccount: null };
    expect<unknown>(asked({})).toEqual({ ...datev, ...neither });
    expect<unknown>(asked(neither)).toEqual({ ...datev, ...neither });
  });

  test("is of accounts of the book alone; of others it says nothing", () => {
    const scope = read({ accountIds: [first, second] });
    expect(faultsOf(() => requireAccountsOf(scope, [{ id: first }, { id: second }]))).toEqual([]);
    expect(faultsOf(() => requireAccountsOf(scope, [{ id: first }]))).toEqual(["/accountIds"]);
  });
});

describe("the days of a report", () => {
  const period = (from: string, to: string, type: ScopeInput["type"] = "transactions") =>
    faultsOf(() => readPeriod(type, { from, to }));

  test("may be one, and five years", () => {
    expect(period("2026-09-15", "2026-09-15")).toEqual([]);
    expect(period("2021-09-15", "2026-09-14")).toEqual([]);
    expect(period("2020-02-29", "2025-02-28")).toEqual([]);
  });
  test.each([
    ["2026-09-15", "2026-09-14", ["/from"]],
    ["2021-09-15", "2026-09-15", ["/to"]],
    ["2020-02-29", "2025-03-01", ["/to"]],
    ["2020-01-31", "2025-01-31", ["/to"]],
    ["1969-12-31", "2200-01-01", ["/from", "/to"]],
    ["2026-02-30", "x", ["/from", "/to"]],
  ])("from %s to %s is refused at %j", (from, to, paths) => {
    expect(period(from, to)).toEqual(paths);
  });

  test("of a year are twelve whole months, of a calendar or a company", () => {
    expect(period("2026-01-01", "2026-12-31", "year")).toEqual([]);
    expect(period("2025-07-01", "2026-06-30", "year")).toEqual([]);
    expect(period("2026-01-02", "2027-01-01", "year")).toEqual(["/from", "/to"]);
    expect(period("2026-01-01", "2026-11-30", "year")).toEqual(["/from", "/to"]);
  });
});

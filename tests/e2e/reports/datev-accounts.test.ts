import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Account } from "#modules/ledger/contract";
import type { Report } from "#modules/reports/contract";
import { type AccountBody, accountBody, importRates } from "../../support/accounts.ts";
import { balancesOf, type ReadBooking, readExtf } from "../../support/read-extf.ts";
import { openReportsApp, type Reporter, reporter } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

const settings = {
  ...{ consultantNumber: "29098", clientNumber: "55003" },
  ...{ fiscalYearStart: "2026-01-01", accountLength: 4 },
};
const accounts = { openingBalanceAccount: "9000", transitAccount: "1460" };
const asked = (more: object) => ({
  ...{ from: "2026-01-01", formats: ["md", "datev"] },
  datev: { ...settings, ...more },
});

let api: TestApp;
let user: Reporter;
let ids: readonly string[];

/** Euros, dollars and liras: 400 € at first, 110 $ that became 4,840 ₺, of which 40 ₺ were spent. */
beforeAll(async () => {
  api = await openReportsApp();
  user = await reporter(api);
  await importRates(api, { "2026-01-01": { EUR: "0.8", TRY: "40" } });
  const open = async (body: AccountBody) =>
    (await user.post<Account>("/v1/accounts", accountBody(body))).body.id;
  ids = [
    await open({ externalCode: "1800", openingBalance: { amount: "400.00", currency: "EUR" } }),
    await open({ externalCode: "1810", currency: "USD", name: "Dollars" }),
    await open({ externalCode: "1820", currency: "TRY", name: "Liras" }),
  ];
  const [, dollars = "", liras = ""] = ids;
  const { body: food } = await user.post<{ id: string }>("/v1/categories", {
    ...{ kind: "expense", name: "Food", externalCode: "6640" },
  });
  await user.record({
    ...{ kind: "transfer", date: "2026-09-03", accountId: dollars, toAccountId: liras },
    amount: { amount: "110.00", currency: "USD" },
    toAmount: { amount: "4840.00", currency: "TRY" },
  });
  await user.record({
    ...{ kind: "expense", date: "2026-09-04", accountId: liras, categoryId: food.id },
    amount: { amount: "40.00", currency: "TRY" },
  });
});
afterAll(() => api.close());

const bookingsOf = async (made: Report): Promise<readonly ReadBooking[]> =>
  readExtf((await user.file(made, "files/datev")).bytes).bookings;

test("opening balances and transfers between two other currencies are booked against the accounts that were stated", async () => {
  const made = await user.make(asked(accounts));
  expect(made).toMatchObject({ state: "ready", datev: { ...settings, ...accounts } });
  expect(made.files.map(({ warning }) => warning)).toEqual([null, null]);
  const bookings = await bookingsOf(made);
  expect(bookings.map(({ account, contra }) => `${account} ${contra}`)).toEqual([
    ...["1800 9000", "1460 1810", "1820 1460", "6640 1820"],
  ]);
  // In euros at the rates of those days: 88.00 for 110 $, 96.80 for 4,840 ₺; the difference waits to be booked.
  expect<unknown>(Object.fromEntries(balancesOf(bookings))).toEqual({
    ...{ "1800": "400", "9000": "-400", "1810": "-88", "1820": "96", "6640": "0.8" },
    "1460": "-8.8",
  });
  const { bytes } = await user.file(made, "files/md");
  expect(Buffer.from(bytes).toString()).toContain("DATEV: left in transit");
});

test("without them both are listed and left out, never guessed", async () => {
  const made = await user.make(asked({ openingBalanceAccount: null }));
  expect<unknown>(made.datev).toEqual({
    ...{ ...settings, openingBalanceAccount: null, transitAccount: null },
  });
  expect((await bookingsOf(made)).map(({ account }) => account)).toEqual(["6640"]);
  const warning = made.files.find(({ format }) => format === "datev")?.warning;
  expect(warning?.detail).toStartWith("2 transactions are not in the file");
  const text = Buffer.from((await user.file(made, "files/md")).bytes).toString();
  for (const name of ["Account for opening balances", "Account for money in transit"])
    expect(text).toContain(name);
});

test("numbers that are not of the stated length are refused, and named", async () => {
  const { status, body } = await user.request(
    asked({ openingBalanceAccount: "90000", transitAccount: "0000" }),
  );
  expect([status, body.errors?.map(({ path }) => path)]).toEqual([
    422,
    ["/datev/openingBalanceAccount", "/datev/transitAccount"],
  ]);
});

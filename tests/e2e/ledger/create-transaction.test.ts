import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Transaction } from "#modules/ledger/contract";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { faultsOf, type LedgerUser, ledgerUser, type RecordedBody } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/transactions";
const nobodysId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let api: TestApp;
let user: LedgerUser;
let account: string;
let food: string;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  account = await user.addAccount("EUR");
  food = await user.addCategory("expense", "Food");
});
afterAll(() => api.close());

const eur = (amount: string) => ({ amount, currency: "EUR" });
const expense = (more: object = {}) => ({
  ...{ kind: "expense", date: "2026-09-01", accountId: account, amount: eur("12.5") },
  ...{ categoryId: food, ...more },
});
const post = (body: unknown, headers?: Record<string, string>) =>
  user.post<Transaction>(path, body, headers);

/** Everything of a book that a write could have changed. */
async function stateOf({ bookId }: LedgerUser) {
  const [state] = await api.sql`select
    (select revision from ledger.book_states where book_id = ${bookId}) as revision,
    (select count(*)::int from ledger.transactions where book_id = ${bookId}) as transactions,
    (select count(*)::int from ledger.postings where book_id = ${bookId}) as postings,
    (select json_agg(b order by b) from ledger.account_balances b where book_id = ${bookId}) as balances,
    (select json_agg(m order by m) from ledger.account_months m where book_id = ${bookId}) as months,
    (select json_agg(d order by d) from ledger.account_days d where book_id = ${bookId}) as days,
    (select count(*)::int from ledger.accounts where book_id = ${bookId}) as accounts,
    (select count(*)::int from platform.idempotency_keys) as keys`;
  return state;
}

/** The answer to a refused request, after a look that it left nothing behind. */
async function refused(body: unknown, headers?: Record<string, string>) {
  const before = await stateOf(user);
  const answer = await post(body, headers);
  expect(await stateOf(user)).toEqual(before);
  return answer;
}

describe("201", () => {
  test("answers with the whole transaction and its version", async () => {
    const before = await user.balance(account as Transaction["id"]);
    const answer = await post(
      expense({
        ...{ payee: "  Migros ", note: "For the party", tags: ["party", "party", "2026"] },
        ...{ documentNumber: "R-42", taxRate: "7.5", cleared: true, externalId: "bank-1" },
      }),
    );
    expect(answer.status).toBe(201);
    expect(answer.headers.get("etag")).toBe('"1"');
    expect(answer.body).toEqual({
      ...{ id: expect.any(String), bookId: user.bookId, kind: "expense", date: "2026-09-01" },
      ...{ accountId: account, amount: eur("12.50"), transfer: null },
      splits: [{ categoryId: food, amount: eur("12.50"), note: null }],
      ...{ payee: "Migros", note: "For the party", tags: ["party", "2026"] },
      ...{ documentNumber: "R-42", taxRate: "7.5", cleared: true, externalId: "bank-1" },
      ...{ importId: null, createdBy: user.user.id, createdAt: api.clock.now() },
      ...{ updatedAt: api.clock.now(), voidedAt: null, version: 1 },
    } as unknown as Transaction);
    expect(Number(await user.balance(account as Transaction["id"])) - Number(before)).toBe(-12.5);
    const read = await user.get<Transaction>(`${path}/${answer.body.id}`);
    expect(read.body).toEqual(answer.body);
  });

  test("an income adds to the account; without a category it is uncategorised", async () => {
    const own = await user.addAccount("EUR");
    const { splits } = await user.record({
      ...{ kind: "income", date: "2026-09-01", accountId: own, amount: eur("100.00") },
    });
    const categoryId = await user.uncategorised("income");
    expect(splits).toEqual([{ categoryId, amount: eur("100.00"), note: null }] as never);
    expect(await user.balance(own)).toBe("100.00");
  });

  test("a refund is an income with the category of the expense", async () => {
    const own = await user.addAccount("EUR");
    const { splits } = await user.record({
      ...{ kind: "income", date: "2026-09-01", accountId: own, amount: eur("5.00") },
      categoryId: food,
    });
    expect(splits.map(({ categoryId }) => categoryId)).toEqual([food as never]);
  });

  test("splits stand in the order they were given, with their notes", async () => {
    const other = await user.addCategory("expense", "Household");
    const splits = [
      { categoryId: other, amount: eur("3.00"), note: "soap" },
      { categoryId: food, amount: eur("9.5") },
      { categoryId: other, amount: eur("0.01") },
    ];
    const recorded = await post({
      ...expense({ categoryId: undefined, splits }),
      amount: eur("12.51"),
    });
    expect(recorded.status).toBe(201);
    expect(recorded.body.splits).toEqual([
      { categoryId: other, amount: eur("3.00"), note: "soap" },
      { categoryId: food, amount: eur("9.50"), note: null },
      { categoryId: other, amount: eur("0.01"), note: null },
    ] as never);
    const read = await user.get<Transaction>(`${path}/${recorded.body.id}`);
    expect(read.body.splits).toEqual(recorded.body.splits);
  });

  test("a transfer takes from one account and gives to the other", async () => {
    const [from, to] = [await user.addAccount("EUR"), await user.addAccount("EUR")];
    const made = await user.record({
      ...{ kind: "transfer", date: "2026-09-01", accountId: from, amount: eur("20.00") },
      toAccountId: to,
    });
    expect(made.transfer).toEqual({ accountId: to, amount: eur("20.00"), rate: "1" } as never);
    expect(made.splits).toEqual([]);
    expect([await user.balance(from), await user.balance(to)]).toEqual(["-20.00", "20.00"]);
  });

  test("a transfer between currencies keeps both amounts and the rate", async () => {
    const [from, to] = [await user.addAccount("EUR"), await user.addAccount("TRY")];
    const transfer: RecordedBody = {
      ...{ kind: "transfer", date: "2026-09-01", accountId: from, amount: eur("30.00") },
      ...{ toAccountId: to, toAmount: { amount: "1450.5", currency: "TRY" } },
    };
    for (let time = 0; time < 2; time += 1) {
      const made = await user.record(transfer);
      expect(made.transfer).toEqual({
        ...{ accountId: to, amount: { amount: "1450.50", currency: "TRY" }, rate: "48.35" },
      } as never);
    }
    expect([await user.balance(from), await user.balance(to)]).toEqual(["-60.00", "2901.00"]);
    const hidden = await api.sql`select system, currency from ledger.accounts
      where book_id = ${user.bookId} and system is not null order by currency`;
    expect(hidden.map((row) => ({ ...row }))).toEqual([
      { system: "exchange", currency: "EUR" },
      { system: "exchange", currency: "TRY" },
    ]);
    expect(await faultsOf(api, user.bookId)).toEqual([]);
  });

  test.each([
    ["JPY", "1500", "1500"],
    ["KWD", "1.2345".slice(0, 5), "1.234"],
    ["KWD", "1.5", "1.500"],
    ["BTC", "0.00000001", "0.00000001"],
    ["TRY", "999999999999999999.99", "999999999999999999.99"],
  ])("amounts of %s have its own decimals: %s", async (currency, amount, kept) => {
    const own = await user.addAccount(currency);
    const recorded = await user.record({
      ...{ kind: "income", date: "2026-09-01", accountId: own, amount: { amount, currency } },
    });
    expect<string>(recorded.amount.amount).toBe(kept);
    expect(await user.balance(own)).toBe(kept);
  });

  test.each(["0001-01-01", "2024-02-29", "9999-12-31"])(
    "any calendar day, without a zone: %s",
    async (date) => {
      const recorded = await user.record({
        ...{ kind: "expense", date, accountId: await user.addAccount("EUR"), amount: eur("1.00") },
      });
      expect<string>(recorded.date).toBe(date);
    },
  );

  test("the same Idempotency-Key records once", async () => {
    const own = await user.addAccount("EUR");
    const body = expense({ accountId: own });
    const headers = { "idempotency-key": `once-${own}` };
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(body, headers)));
    const ids = new Set(answers.map((answer) => answer.body.id));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(ids.size).toBe(1);
    expect((await post(body, headers)).body).toEqual(answers[0]?.body as Transaction);
    expect(await user.balance(own)).toBe("-12.50");
  });

  test("the same Idempotency-Key exchanges once", async () => {
    const [from, to] = [await user.addAccount("EUR"), await user.addAccount("TRY")];
    const body = {
      ...{ kind: "transfer", date: "2026-09-01", accountId: from, amount: eur("1.00") },
      ...{ toAccountId: to, toAmount: { amount: "48.00", currency: "TRY" } },
    };
    const headers = { "idempotency-key": `exchange-${from}` };
    const [first, second] = [await post(body, headers), await post(body, headers)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(await user.balance(to)).toBe("48.00");
  });

  test("editors of a shared book record in it", async () => {
    const editor = await ledgerUser(api);
    await user.share(editor, "editor");
    const answer = await editor.post<Transaction>(path, expense());
    expect(answer.status).toBe(201);
    expect([answer.body.bookId, answer.body.createdBy]).toEqual([user.bookId, editor.user.id]);
  });

  test("the day after the closed ones is open", async () => {
    await user.closeThrough("2026-08-31");
    expect((await post(expense())).status).toBe(201);
    await user.closeThrough(null);
  });
});

describe("401", () => {
  test("without a token", async () => {
    expectProblem(await api.post(path, expense()), 401, "auth.required");
  });
});

describe("403", () => {
  test("to those who may only read the book", async () => {
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    const before = await stateOf(user);
    expectProblem(await viewer.post(path, expense()), 403, "ledger.read_only");
    const to = await user.addAccount("TRY");
    const exchange = {
      ...{ kind: "transfer", date: "2026-09-01", accountId: account, amount: eur("1.00") },
      ...{ toAccountId: to, toAmount: { amount: "48.00", currency: "TRY" } },
    };
    expectProblem(await viewer.post(path, exchange), 403, "ledger.read_only");
    expect({ ...(await stateOf(user)), accounts: 0 }).toEqual({ ...before, accounts: 0 } as never);
  });
});

describe("404", () => {
  test.each(["accountId", "toAccountId", "categoryId", "split"] as const)(
    "somebody else's %s, or one that is not there: nothing is written",
    async (field) => {
      const stranger = await ledgerUser(api);
      const foreign = {
        accountId: await stranger.addAccount("EUR"),
        toAccountId: await stranger.addAccount("EUR"),
        categoryId: await stranger.addCategory("expense"),
        split: await stranger.addCategory("expense"),
      }[field];
      for (const id of [foreign, nobodysId]) {
        const body = {
          accountId: () => expense({ accountId: id }),
          toAccountId: () => expense({ kind: "transfer", categoryId: undefined, toAccountId: id }),
          categoryId: () => expense({ categoryId: id }),
          split: () =>
            expense({
              categoryId: undefined,
              splits: [
                { categoryId: food, amount: eur("12") },
                { categoryId: id, amount: eur("0.5") },
              ],
            }),
        }[field]();
        const isCategory = field === "categoryId" || field === "split";
        const problem = expectProblem(
          await refused(body),
          404,
          isCategory ? "ledger.category_not_found" : "ledger.account_not_found",
        );
        expect(problem.errors?.map((error) => error.path)).toEqual([
          field === "split" ? "/splits/1/categoryId" : `/${field}`,
        ]);
      }
      expect(await stateOf(stranger)).toMatchObject({ revision: "1", transactions: 0 });
    },
  );

  test("to an account of another book of one's own", async () => {
    const second = await user.post<{ id: string }>("/v1/books", {
      ...{ name: "Business", baseCurrency: "EUR", locale: "en" },
    });
    expect(second.status).toBe(201);
    const elsewhere = await user.addAccount("EUR", { bookId: second.body.id as never });
    const body = expense({ kind: "transfer", categoryId: undefined, toAccountId: elsewhere });
    expectProblem(await refused(body), 404, "ledger.account_not_found");
  });

  test("a hidden account cannot be named", async () => {
    const [hidden] = await api.sql<{ id: string }[]>`select id from ledger.accounts
      where book_id = ${user.bookId} and system = 'exchange' and currency = 'EUR'`;
    expect(hidden).toBeDefined();
    expectProblem(
      await refused(expense({ accountId: hidden?.id })),
      404,
      "ledger.account_not_found",
    );
    const body = expense({ kind: "transfer", categoryId: undefined, toAccountId: hidden?.id });
    expectProblem(await refused(body), 404, "ledger.account_not_found");
  });

  test("of an exchange between currencies, too", async () => {
    const stranger = await ledgerUser(api);
    const foreign = await stranger.addAccount("TRY");
    const body = {
      ...{ kind: "transfer", date: "2026-09-01", accountId: account, amount: eur("1.00") },
      ...{ toAccountId: foreign, toAmount: { amount: "48.00", currency: "TRY" } },
    };
    expectProblem(await refused(body), 404, "ledger.account_not_found");
  });
});

describe("409", () => {
  test("an archived account or category", async () => {
    const [oldAccount, oldCategory] = [
      await user.addAccount("EUR"),
      await user.addCategory("expense"),
    ];
    await user.archiveAccount(oldAccount);
    await user.archiveCategory(oldCategory);
    expectProblem(
      await refused(expense({ accountId: oldAccount })),
      409,
      "ledger.account_archived",
    );
    expectProblem(
      await refused(expense({ categoryId: oldCategory })),
      409,
      "ledger.category_archived",
    );
    const body = expense({ kind: "transfer", categoryId: undefined, toAccountId: oldAccount });
    expectProblem(await refused(body), 409, "ledger.account_archived");
  });

  test("a day of a closed period, and it says up to when", async () => {
    await user.closeThrough("2026-09-01");
    const problem = expectProblem(await refused(expense()), 409, "ledger.period_closed");
    expect(problem).toMatchObject({ meta: { closedThrough: "2026-09-01" } });
    const to = await user.addAccount("TRY");
    const exchange = {
      ...{ kind: "transfer", date: "2026-09-01", accountId: account, amount: eur("1.00") },
      ...{ toAccountId: to, toAmount: { amount: "48.00", currency: "TRY" } },
    };
    expectProblem(await refused(exchange), 409, "ledger.period_closed");
    await user.closeThrough(null);
  });

  test("an external id that the account has already; another account may have it", async () => {
    const [one, other] = [await user.addAccount("EUR"), await user.addAccount("EUR")];
    expect((await post(expense({ accountId: one, externalId: "b-7" }))).status).toBe(201);
    expectProblem(
      await refused(expense({ accountId: one, externalId: " b-7" })),
      409,
      "ledger.external_id_taken",
    );
    expect((await post(expense({ accountId: other, externalId: "b-7" }))).status).toBe(201);
  });

  test("one of many that race for an external id is recorded", async () => {
    const own = await user.addAccount("EUR");
    const body = expense({ accountId: own, externalId: "race" });
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(body)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)]);
    expect(await user.balance(own)).toBe("-12.50");
  });
});

describe("422", () => {
  test.each(["-5.00", "0", "0.00", "-0.00"])("an amount of %s", async (amount) => {
    expectFaults(await refused(expense({ amount: eur(amount) })), ["/amount/amount"]);
  });

  test("more decimals than the currency has", async () => {
    const yen = await user.addAccount("JPY");
    for (const [accountId, amount, currency] of [
      [account, "1.001", "EUR"],
      [yen, "1.5", "JPY"],
    ])
      expectFaults(await refused(expense({ accountId, amount: { amount, currency } })), [
        "/amount/amount",
      ]);
  });

  test("more digits than sums could hold", async () => {
    const amount = eur(`1${"0".repeat(18)}`);
    expectFaults(await refused(expense({ amount })), ["/amount/amount"]);
  });

  test("the currency of another account, or of no catalogue", async () => {
    const lira = { amount: "1.00", currency: "TRY" };
    expectFaults(await refused(expense({ amount: lira })), ["/amount/currency"]);
    const unknown = { amount: "1.00", currency: "QQQQ" };
    expectFaults(await refused(expense({ amount: unknown })), ["/amount/currency"]);
  });

  test("a transfer to another currency that does not say what arrived", async () => {
    const to = await user.addAccount("TRY");
    const body = expense({ kind: "transfer", categoryId: undefined, toAccountId: to });
    expectFaults(await refused(body), ["/toAmount/currency"]);
  });

  test("a transfer within a currency that arrives as another amount", async () => {
    const to = await user.addAccount("EUR");
    const body = expense({ kind: "transfer", categoryId: undefined, toAccountId: to });
    expectFaults(await refused({ ...body, toAmount: eur("12.49") }), ["/toAmount/amount"]);
    expect((await post({ ...body, toAmount: eur("12.50") })).status).toBe(201);
  });

  test("a transfer without or to its own account, with a category, or with splits", async () => {
    const transfer = expense({ kind: "transfer", categoryId: undefined });
    expectFaults(await refused(transfer), ["/toAccountId"]);
    expectFaults(await refused({ ...transfer, toAccountId: account }), ["/toAccountId"]);
    const to = await user.addAccount("EUR");
    expectFaults(await refused({ ...transfer, toAccountId: to, categoryId: food }), [
      "/categoryId",
    ]);
    const splits = [{ categoryId: food, amount: eur("12.50") }];
    expectFaults(await refused({ ...transfer, toAccountId: to, splits }), ["/splits"]);
  });

  test("an expense with the fields of a transfer", async () => {
    const to = await user.addAccount("EUR");
    expectFaults(await refused(expense({ toAccountId: to })), ["/toAccountId"]);
    expectFaults(await refused(expense({ toAmount: eur("12.50") })), ["/toAmount"]);
  });

  test("splits that do not add up, are not positive, or stand beside a category", async () => {
    const part = (amount: string) => ({ categoryId: food, amount: eur(amount) });
    const split = (splits: unknown, more = {}) =>
      refused(expense({ categoryId: undefined, splits, ...more }));
    expectFaults(await split([part("12.00"), part("0.49")]), ["/splits"]);
    expectFaults(await split([part("13.00"), part("-0.50")]), ["/splits/1/amount/amount"]);
    expectFaults(await split([part("12.50"), part("0")]), ["/splits/1/amount/amount"]);
    expectFaults(await split([part("12.499"), part("0.001")]), ["/splits/0/amount/amount"]);
    const dollars = { categoryId: food, amount: { amount: "12.50", currency: "USD" } };
    expectFaults(await split([dollars]), ["/splits/0/amount/currency"]);
    expectFaults(await split([]), ["/splits"]);
    expectFaults(await split(Array.from({ length: 101 }, () => part("0.1"))), ["/splits"]);
    expectFaults(await split([part("12.50")], { categoryId: food }), ["/categoryId"]);
  });

  test.each([
    ["kind", "opening", "/kind"],
    ["date", "2026-02-30", "/date"],
    ["date", "2026-09-01T00:00:00Z", "/date"],
    ["date", "2026-09-01T00:00:00", "/date"],
    ["accountId", "7", "/accountId"],
    ["tags", Array.from({ length: 21 }, (_, index) => `t${index}`), "/tags"],
    ["tags", ["x".repeat(51)], "/tags/0"],
    ["payee", "a\u0000b", "/payee"],
    ["taxRate", "-1", "/taxRate"],
    ["taxRate", "1000.1", "/taxRate"],
    ["taxRate", "7.00001", "/taxRate"],
    ["externalId", "x".repeat(201), "/externalId"],
    ["bookId", "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21", "/"],
    ["balance", "5", "/"],
  ])("%s of %p", async (field, value, fault) => {
    expectFaults(await refused(expense({ [field]: value })), [fault]);
  });

  test("names all faults of a form at once", async () => {
    const body = expense({ amount: eur("-1"), taxRate: "-1" });
    expectFaults(await refused(body), ["/amount/amount", "/taxRate"]);
  });
});

test("405: other methods", () => expectOnlyMethods(api, path, ["GET", "HEAD", "POST"]));

test("50 posts at once lose no update, and leave sums that agree", async () => {
  const own = await user.addAccount("EUR");
  const revision = Number((await stateOf(user))?.["revision"]);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      post(expense({ accountId: own, amount: eur(`${index + 1}.01`) })),
    ),
  );
  expect(answers.every(({ status }) => status === 201)).toBe(true);
  expect(await user.balance(own)).toBe("-1275.50");
  expect(Number((await stateOf(user))?.["revision"])).toBe(revision + 50);
  expect(await faultsOf(api, user.bookId)).toEqual([]);
});

test("strangers see nothing of it", async () => {
  const recorded = await user.record(expense() as never);
  const stranger = await signedInUser(api);
  expectProblem(await stranger.get(`${path}/${recorded.id}`), 404, "ledger.transaction_not_found");
});

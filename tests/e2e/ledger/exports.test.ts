import { afterAll, describe, expect, test } from "bun:test";
import type { Account, Transaction } from "#modules/ledger/contract";
import { systemIds } from "#platform/system";
import { ifMatch, ledgerUser } from "../../support/ledger.ts";
import { openTestApp } from "../../support/test-app.ts";

const api = await openTestApp();
afterAll(() => api.close());

const user = await ledgerUser(api);
const account = await user.addAccount("EUR", { name: "Giro" });
const wallet = await user.addAccount("EUR", { name: "Wallet" });
const euro = (amount: string) => ({ amount, currency: "EUR" });
const spent = (date: string, amount: string, payee: string) =>
  user.record({ kind: "expense", date, accountId: account, amount: euro(amount), payee });
const first = await spent("2026-01-05", "10.00", "=cmd|' /C calc'!A0");
const second = await spent("2026-02-05", "20.00", "Bakery");
const moved = await user.record({
  ...{ kind: "transfer", date: "2026-03-01", accountId: account, toAccountId: wallet },
  amount: euro("5.00"),
});
const voided = await spent("2026-02-06", "99.00", "Mistake");
await user.post(`/v1/transactions/${voided.id}/void`, {}, ifMatch(voided.version));

const paths = ["transactions.csv", "transactions.json", "journal"] as const;

async function download(path: string, of = user) {
  const response = await fetch(`${api.url}/v1/exports/${path}`, {
    headers: { authorization: `Bearer ${of.tokens.accessToken}` },
  });
  const bytes = await response.arrayBuffer();
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { status: response.status, headers: response.headers, text };
}
const problem = ({ status, text }: Awaited<ReturnType<typeof download>>) => ({
  status,
  code: JSON.parse(text).code as string,
});

describe("200", () => {
  test("is a file that nobody keeps, under a name of ours", async () => {
    const types = ["text/csv; charset=utf-8", "application/json", "text/plain; charset=utf-8"];
    const names = ["transactions-2026-09-18.csv", "transactions-2026-09-18.json"];
    for (const [index, path] of paths.entries()) {
      const { status, headers } = await download(path);
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe(types[index] ?? "");
      expect(headers.get("content-disposition")).toBe(
        `attachment; filename="${names[index] ?? "ledger-2026-09-18.journal"}"`,
      );
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("as JSON is what the list shows, the oldest first, void ones left out", async () => {
    const { text } = await download("transactions.json");
    const items = JSON.parse(text) as Transaction[];
    expect(items.map(({ id }) => id)).toEqual([first.id, second.id, moved.id]);
    const { body } = await user.get<{ items: Transaction[] }>("/v1/transactions");
    expect(items.toReversed()).toEqual(body.items);
  });

  test("as CSV keeps formulas as text, and leaves void ones out", async () => {
    const { text } = await download("transactions.csv");
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(1 + 1 + 1 + 2);
    expect(lines[1]).toContain(",'=cmd|' /C calc'!A0,");
    expect(lines[1]).toStartWith("2026-01-05,Giro,EUR,-10.00,");
    expect(text).not.toContain("Mistake");
  });

  test("as a journal has every account, and what happened in between two days", async () => {
    const { text } = await download("journal?from=2026-02-01&to=2026-02-28");
    expect(text).toContain(`account assets:Giro  ; id:${account}\n`);
    expect(text).toContain("    assets:Giro  -20.00 EUR\n");
    expect(text).not.toContain("10.00 EUR");
    expect(text).not.toContain("Mistake");
  });

  test("takes the filter of the list", async () => {
    const ids = async (query: string) => {
      const { text } = await download(`transactions.json?${query}`);
      return (JSON.parse(text) as Transaction[]).map(({ id }) => id);
    };
    expect(await ids("search=bak")).toEqual([second.id]);
    expect(await ids(`accountId=${wallet}`)).toEqual([moved.id]);
    expect(await ids("minAmount=6&to=2026-01-31")).toEqual([first.id]);
    expect(await ids("search=nothing")).toEqual([]);
    const { text } = await download("transactions.csv?kind=transfer");
    expect(text.trimEnd().split("\r\n")).toHaveLength(3);
  });

  test("of a book without anything is an empty array, a head, and accounts", async () => {
    const other = await ledgerUser(api, { locale: "tr" });
    expect((await download("transactions.json", other)).text).toBe("[]\n");
    expect((await download("transactions.csv", other)).text).toMatch(/^\uFEFFdate;account;/);
    expect((await download("journal", other)).text).toContain("account equity:opening\n");
  });

  test("is for whoever may read the book", async () => {
    const viewer = await ledgerUser(api);
    await user.share(viewer, "viewer");
    const { text } = await download(`transactions.json?bookId=${user.bookId}`, viewer);
    expect(JSON.parse(text)).toHaveLength(3);
  });

  test("has its pages of one state, more than fit into memory at once", async () => {
    const many = await ledgerUser(api);
    const { body } = await many.post<Account>("/v1/accounts", {
      ...{ kind: "checking", name: "Big", currency: "EUR", openingDate: "2025-12-31" },
      openingBalance: { amount: "1.00", currency: "EUR" },
    });
    const rows = 2_500;
    await api.sql`
      with t as (
        insert into ledger.transactions (id, book_id, kind, date, account_id, amount, currency, tags,
          cleared, search_text, created_by, created_at, updated_at, version)
        select gen_random_uuid(), ${many.bookId}, 'income', '2026-01-01'::date + (n % 30), ${body.id}, n, 'EUR',
          '{}', false, '', ${many.user.id}, now(), now(), 1 from generate_series(1, ${rows}::int) n
        returning id, date, amount
      )
      insert into ledger.postings (transaction_id, line, book_id, account_id, category_id, amount, currency, date)
      select id, line, ${many.bookId}, case line when 0 then ${body.id}::uuid end,
        case line when 1 then ${await many.uncategorised("income")}::uuid end,
        case line when 0 then amount else -amount end, 'EUR', date
      from t, generate_series(0, 1) line`;
    const items = JSON.parse((await download("transactions.json", many)).text) as Transaction[];
    expect(items).toHaveLength(rows + 1);
    expect(new Set(items.map(({ id }) => id)).size).toBe(rows + 1);
    expect(items.map(({ date }) => date)).toEqual(items.map(({ date }) => date).toSorted());
    const lines = (await download("transactions.csv", many)).text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(rows + 2);
  });
});

describe("401", () => {
  test("without a token", async () => {
    for (const path of paths) {
      const { status } = await api.get(`/v1/exports/${path}`);
      expect(status).toBe(401);
    }
  });
});

describe("404", () => {
  test("for a book that is not there, and for another user's", async () => {
    const other = await ledgerUser(api);
    for (const path of paths)
      for (const bookId of [systemIds.next(), other.bookId])
        expect(problem(await download(`${path}?bookId=${bookId}`))).toEqual({
          ...{ status: 404, code: "ledger.book_not_found" },
        });
  });

  test("for another user's account or category in the filter", async () => {
    const other = await ledgerUser(api);
    const [accountId, categoryId] = [
      await other.addAccount("EUR"),
      await other.addCategory("expense"),
    ];
    for (const path of ["transactions.csv", "transactions.json"]) {
      expect(problem(await download(`${path}?accountId=${accountId}`)).code).toBe(
        "ledger.account_not_found",
      );
      expect(problem(await download(`${path}?categoryId=${categoryId}`)).code).toBe(
        "ledger.category_not_found",
      );
    }
  });
});

describe("422", () => {
  test("names the fault", async () => {
    for (const path of paths) {
      expect(problem(await download(`${path}?from=2026-02-30`)).status).toBe(422);
      expect(problem(await download(`${path}?from=2026-02-02&to=2026-02-01`)).status).toBe(422);
      expect(problem(await download(`${path}?state=void`)).status).toBe(422);
    }
  });
});

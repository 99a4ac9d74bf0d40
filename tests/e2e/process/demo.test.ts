import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import type { DebtEvidence, Debt as DebtOfApi } from "#modules/gbs/contract";
import type { Account, Book, Transaction } from "#modules/ledger/contract";
import { variableNames } from "#platform/config";
import { compareDecimals, type DecimalString, subtractDecimals } from "#platform/kernel/decimal";
import {
  accounts,
  amountOf,
  type Household,
  householdBetween,
  monthAfter,
  type Purse,
} from "../../../scripts/demo/household.ts";
import {
  endServerProcesses,
  freshDataDir,
  runMain,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";

const root = join(import.meta.dir, "../../..");
const dataDir = freshDataDir();
let server: ServerProcess;
let first: Run;
let token: string;

type Run = { readonly code: number; readonly output: string; readonly seconds: number };
type Money = { readonly amount: string; readonly currency: string };

beforeAll(async () => {
  server = await startServerProcess({ DATA_DIR: dataDir });
  first = await demo(server.url);
}, 600_000);
afterAll(async () => {
  await endServerProcesses();
  rmSync(dataDir, { recursive: true, force: true });
});

/** `script/demo`, as somebody runs it beside the server. */
async function demo(url: string): Promise<Run> {
  const inherited = Object.entries(process.env).filter(([name]) => !variableNames.includes(name));
  const began = performance.now();
  const child = Bun.spawn(["script/demo", url], {
    ...{ cwd: root, stdout: "pipe", stderr: "pipe" },
    env: { ...Object.fromEntries(inherited), DATA_DIR: dataDir, RATES_REFRESH: "off" },
  });
  const output = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const code = await child.exited;
  return { code, output: output.join("\n"), seconds: (performance.now() - began) / 1000 };
}

/** As whom somebody opens the page of operators, and what his authenticator app is given. */
function toldOperator(output: string) {
  const [, operatorEmail = "", secret = ""] =
    /Sign in as (\S+) with the same password[\s\S]*? that was given ([A-Z2-7]+)/.exec(output) ?? [];
  return { operatorEmail, secret };
}

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${server.url}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as T;
}
const allAccounts = async () => (await get<{ items: Account[] }>("/v1/accounts")).items;
const defaultBook = async () => (await get<{ items: Book[] }>("/v1/books")).items[0];

/** What the household should have and spend, from its own figures. */
async function expected(): Promise<Household & { readonly first: string; readonly last: string }> {
  const [{ openingDate } = { openingDate: "" }] = await allAccounts();
  const { to: last } = await get<{ to: string }>("/v1/insights/net-worth");
  const began = openingDate.slice(0, 7);
  return { ...householdBetween(began, last), first: began, last };
}
const sum = (cents: readonly number[]) => cents.reduce((total, one) => total + one, 0);

describe("the first run", () => {
  test("ends within minutes, though the server limits writes", () => {
    expect([first.code, first.output]).toEqual([0, expect.stringContaining("A new user")]);
    // Half a minute where nothing else runs; what waits for the limit at every write takes far longer.
    expect(first.seconds).toBeLessThan(480);
  });

  test("tells how to sign in", async () => {
    const [, email, password] =
      /sign in as (\S+) with the password "([^"]+)"/.exec(first.output) ?? [];
    const answer = await fetch(`${server.url}/v1/auth/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    expect(answer.status).toBe(201);
    token = ((await answer.json()) as { accessToken: string }).accessToken;
    for (const path of ["/v1/insights/net-worth", "/v1/budgets/progress", "/v1/insights/cash-flow"])
      expect(first.output).toContain(`${server.url}${path}`);
  });

  test("has filled accounts in three currencies with what the household earned and spent", async () => {
    const { lines, entries } = await expected();
    const held = (purse: Purse) =>
      sum([
        accounts[purse].opening,
        ...lines.filter((line) => line.purse === purse).map(({ cents }) => cents),
        ...entries.filter(({ from }) => from === purse).map(({ cents }) => -cents),
        ...entries.map((entry) => ("to" in entry && entry.to === purse ? entry.arrived : 0)),
      ]);
    const found = await allAccounts();
    expect(new Set(found.map(({ currency }) => currency))).toEqual(
      new Set(["EUR", "TRY", "USD"]) as never,
    );
    expect(found.map(({ name, balance }) => [name, balance] as const)).toEqual(
      (Object.keys(accounts) as Purse[]).map((purse) => {
        const { name, currency } = accounts[purse];
        return [name, { amount: amountOf(held(purse)), currency }];
      }) as never,
    );
    expect((await runMain(["ledger:verify"], { DATA_DIR: dataDir })).code).toBe(0);
  }, 600_000);

  test("has given every line of a statement its category", async () => {
    const { count } = await get<{ count: number }>("/v1/transactions/totals?uncategorised=true");
    expect(count).toBe(0);
    const { lines, entries } = await expected();
    const openings = Object.keys(accounts).length;
    expect(await get("/v1/transactions/totals")).toMatchObject({
      count: lines.length + entries.length + openings,
    });
  });

  test("leaves a net worth of all currencies, with the debt of the card", async () => {
    type Point = Record<"assets" | "liabilities" | "net", Money> & {
      readonly unconverted: readonly Money[];
      readonly rates: readonly { readonly currency: string }[];
    };
    const { items } = await get<{ items: Point[] }>("/v1/insights/net-worth");
    const today = items.at(-1);
    if (!today) throw new Error("no net worth");
    const { assets, liabilities, net } = today;
    expect(today.unconverted).toEqual([]);
    expect(today.rates.map(({ currency }) => currency).toSorted()).toEqual(["TRY", "USD"]);
    const card = (await allAccounts()).find(({ kind }) => kind === "credit_card");
    expect(`-${liabilities.amount}`).toBe(String(card?.balance.amount));
    const difference = subtractDecimals(
      assets.amount as DecimalString,
      liabilities.amount as DecimalString,
    );
    expect(compareDecimals(difference, net.amount as DecimalString)).toBe(0);
  });

  test("leaves budgets that know what was spent", async () => {
    const { first: began, lines, last } = await expected();
    const month = monthAfter(last.slice(0, 7), -1);
    expect(month > began).toBe(true);
    type Progress = { readonly name: string; readonly spent: Money };
    const { items } = await get<{ items: Progress[] }>(`/v1/budgets/progress?on=${month}-28`);
    const spentOn = (text: string) =>
      -sum(
        lines
          .filter((line) => line.text.includes(text) && line.date.startsWith(month))
          .map(({ cents }) => cents),
      );
    expect(items.map(({ name, spent }) => [name, spent])).toEqual([
      ["Groceries", { amount: amountOf(spentOn("Supermarkt")), currency: "EUR" }],
      ["Eating out", { amount: amountOf(spentOn("Restaurant")), currency: "EUR" }],
      ["Travel", { amount: expect.any(String), currency: "EUR" }],
    ]);
  });

  test("leaves a cash flow of fourteen months", async () => {
    const { first: began, lines, last } = await expected();
    type Flow = { readonly month: string; readonly income: Money; readonly expense: Money };
    const { items } = await get<{ items: Flow[] }>(`/v1/insights/cash-flow?from=${began}-01`);
    expect(items).toHaveLength(14);
    const ended = items.filter(({ month }) => month.slice(0, 7) < last.slice(0, 7));
    expect(ended).toHaveLength(13);
    for (const { month, income, expense } of ended) {
      const own = lines.filter(({ date }) => date.startsWith(month.slice(0, 7)));
      const salary = own.find(({ text }) => text.startsWith("Gehalt"));
      const rent = own.find(({ text }) => text.startsWith("Miete"));
      expect(isAtLeast(expense, -(rent?.cents ?? 0))).toBe(true);
      expect(isAtLeast(income, salary?.cents ?? 0)).toBe(true);
      if (own.every(({ purse }) => purse !== "dollars"))
        expect(income).toEqual({ amount: amountOf(salary?.cents ?? 0), currency: "EUR" });
    }
  });
});

const isAtLeast = ({ amount }: Money, cents: number) =>
  compareDecimals(amount as DecimalString, amountOf(cents) as DecimalString) >= 0;

describe("the debts of the household", () => {
  type Debt = Pick<DebtOfApi, "id" | "role" | "state" | "paid" | "outstanding" | "openPayments">;
  const debts = async () => (await get<{ items: Debt[] }>("/v1/debts")).items;

  test("are one that waits for an answer, one for an operator, one that is paid back, and one that is paid", async () => {
    const told = (await debts()).map(({ role, state, paid, outstanding }) =>
      [role, state, paid.amount, outstanding.amount].join(" "),
    );
    expect(told.toSorted()).toEqual([
      "borrower settled 129.80 0.00",
      "lender active 200.00 1000.00",
      "lender evidence_submitted 0.00 640.00",
      "lender offered 0.00 850.00",
    ]);
  });

  test("were recorded: one recording is sealed, and one waits for its lender to ask for a key", async () => {
    const all = (await debts()).filter(({ state }) => state !== "offered");
    const told = await Promise.all(
      all.map(async ({ id, role }) => {
        const { items } = await get<DebtEvidence>(`/v1/debts/${id}/evidence`);
        return [role, ...items.map(({ state, access }) => `${state} ${access}`)].join(" ");
      }),
    );
    expect(told.toSorted()).toEqual([
      "borrower approved sealed",
      "lender approved review",
      "lender submitted review",
    ]);
    expect(first.output).toMatch(/^ {2}[0-9A-Z]{5}(-[0-9A-Z]{5}){3}$/m);
  });

  test("let whoever was told how be the operator, who finds what waits", async () => {
    const { operatorEmail, secret } = toldOperator(first.output);
    expect(first.output).toContain(`${server.url}/admin/evidence`);
    const password = /with the password "([^"]+)"/.exec(first.output)?.[1];
    // The code of this half minute may be used.
    const timestamp = Date.now() + 30_000;
    const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp });
    const answer = await fetch(`${server.url}/v1/auth/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: operatorEmail, password, code }),
    });
    expect(answer.status).toBe(201);
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const queue = await fetch(`${server.url}/v1/admin/evidence`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(((await queue.json()) as { items: object[] }).items).toHaveLength(1);
  });

  test("are told to both by mail, and each has its log", async () => {
    for (const { id } of await debts()) {
      const { items } = await get<{ items: { kind: string }[] }>(`/v1/debts/${id}/custody`);
      expect(items.map(({ kind }) => kind).slice(0, 2)).toEqual(["offered", "delivered"]);
    }
    const mails = await fetch(`${server.url}/dev/mailbox.json?to=mert@example.org`);
    expect(((await mails.json()) as unknown[]).length).toBeGreaterThan(3);
  });
});

describe("a run after it", () => {
  test("says that the household is there, and changes nothing", async () => {
    const before = [await defaultBook(), await get("/v1/debts")];
    const { code, output } = await demo(server.url);
    expect([code, output]).toEqual([0, expect.stringContaining("is there already")]);
    expect(output).toContain("sign in as");
    expect(toldOperator(output)).toEqual(toldOperator(first.output));
    expect([await defaultBook(), await get("/v1/debts")]).toEqual(before);
  }, 600_000);

  test("completes what is missing", async () => {
    const { items } = await get<{ items: Transaction[] }>("/v1/transactions?kind=transfer");
    const [transfer] = items;
    if (!transfer) throw new Error("no transfer");
    const voided = () =>
      fetch(`${server.url}/v1/transactions/${transfer.id}/void`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "if-match": '"1"' },
      });
    let answer = await voided();
    // The runs before have used up what this user may write in a minute.
    while (answer.status === 429) {
      await Bun.sleep(Number(answer.headers.get("retry-after")) * 1000);
      answer = await voided();
    }
    expect(answer.status).toBe(200);
    const { output } = await demo(server.url);
    expect(output).toContain("1 transfers and receipts recorded");
    const after = await get<{ items: Transaction[] }>("/v1/transactions?kind=transfer");
    expect(after.items).toHaveLength(items.length);
  }, 600_000);
});

test("without a server it says which command starts one", async () => {
  const { code, output } = await demo("http://127.0.0.1:9");
  expect([code, output]).toEqual([1, expect.stringContaining("script/server")]);
});

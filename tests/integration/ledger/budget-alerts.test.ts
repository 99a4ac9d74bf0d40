import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  type Budget,
  type BudgetBody,
  eur,
  makeBudget,
  monthlyBudget,
  spender,
} from "../../support/budgets.ts";
import { authorized, type NewUser, signIn } from "../../support/identity.ts";
import { ifMatch, type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { createTestClock, openTestApp, type TestApp } from "../../support/test-app.ts";
import { openTwoNodes } from "../../support/two-nodes.ts";

const job = "ledger.check_budgets";
const clock = createTestClock();
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ clock });
});
beforeEach(() => clock.set("2026-09-18T12:00:00.000Z"));
afterAll(() => api.close());

/** An owner with a budget of 100 EUR a month. */
async function household(more: Partial<BudgetBody> = {}, asked: NewUser = {}, node = api) {
  const user = await ledgerUser(node, asked);
  const food = await user.addCategory("expense", "Food");
  const accountId = await user.addAccount("EUR");
  const body = monthlyBudget([food], { amount: eur("100.00"), ...more });
  const budget = await makeBudget(user, body);
  /** Signed in anew: the test's time flies. A negative amount is a refund. */
  async function spend(date: string, amount: string): Promise<void> {
    const { accessToken } = await signIn(node, user.user);
    const { status } = await authorized(node, accessToken).post("/v1/transactions", {
      kind: amount.startsWith("-") ? "income" : "expense",
      ...{ date, accountId, categoryId: food, amount: eur(amount.replace("-", "")) },
    });
    expect(status).toBe(201);
  }
  return { user, food, budget, spend };
}
const check = () => api.runJob(job);
const alertsOf = async ({ id }: Budget) =>
  api.sql`select threshold, period_start::text from ledger.budget_alerts where budget_id = ${id} order by 1`;
/** The percentages that somebody was told of, the oldest mail first. */
async function told(by: Pick<LedgerUser, "user">, node = api): Promise<string[]> {
  const mails = await node.mails.to(by.user.address);
  return mails.flatMap(({ subject }) => /(\d+)%/.exec(subject)?.slice(1) ?? []);
}
/** What was told at once comes in no order. */
const toldInAll = async (by: Pick<LedgerUser, "user">, node = api): Promise<number[]> =>
  (await told(by, node)).map(Number).toSorted((a, b) => a - b);

describe("a threshold that is crossed", () => {
  test("is told once, however often it is looked for", async () => {
    const { user, spend } = await household();
    await spend("2026-09-10", "79.99");
    await check();
    expect(await told(user)).toEqual([]);
    await spend("2026-09-11", "0.01");
    await check();
    expect(await told(user)).toEqual(["80"]);
    await check();
    await spend("2026-09-12", "5.00");
    for (const _ of [1, 2]) await check();
    expect(await told(user)).toEqual(["80"]);
    await spend("2026-09-12", "15.00");
    await check();
    expect(await told(user)).toEqual(["80", "100"]);
  });

  test("says what was spent of what, in which period, in the reader's language", async () => {
    const { user, spend } = await household(
      { name: "Lebensmittel", amount: eur("1500.00"), rollover: "both", startsOn: "2026-08-15" },
      { locale: "de-AT" },
    );
    await spend("2026-08-20", "500.00");
    await spend("2026-09-16", "2345.60");
    await check();
    const mail = await api.mails.newest(user.user.address);
    expect(mail.subject).toBe("Ein Budget hat 80 % erreicht");
    expect(mail.text).toContain("„Lebensmittel“");
    expect(mail.text).toContain(
      "Ausgegeben: 2.345,60 EUR von 2.500,00 EUR. Zeitraum: 15. September – 14. Oktober 2026.",
    );
  });

  test("together with others, by one purchase, is told as each of them is, once", async () => {
    const { user, budget, spend } = await household({ thresholds: [50, 80, 100] });
    await spend("2026-09-10", "120.00");
    await check();
    expect(await toldInAll(user)).toEqual([50, 80, 100]);
    await spend("2026-09-10", "1.00");
    await check();
    expect(await toldInAll(user)).toEqual([50, 80, 100]);
    expect(await alertsOf(budget)).toHaveLength(3);
  });

  test("and uncrossed, by a refund, and crossed anew is not told again", async () => {
    const { user, spend } = await household();
    for (const amount of ["90.00", "-50.00", "50.00"]) {
      await spend("2026-09-10", amount);
      await check();
    }
    expect(await told(user)).toEqual(["80"]);
  });

  test("is told again in the next period", async () => {
    const { user, spend } = await household();
    await spend("2026-09-10", "85.00");
    await check();
    expect(await told(user)).toEqual(["80"]);
    clock.set("2026-10-05T12:00:00.000Z");
    await spend("2026-10-02", "85.00");
    await check();
    expect(await told(user)).toEqual(["80", "80"]);
  });

  test("by what was written down ahead is told when the period begins, though nobody writes", async () => {
    const { user, spend } = await household();
    await spend("2026-10-01", "85.00");
    await check();
    expect(await told(user)).toEqual([]);
    clock.set("2026-10-01T00:00:30.000Z");
    await check();
    expect(await told(user)).toEqual(["80"]);
  });

  test("because the budget was made smaller, or given another threshold, is told", async () => {
    const { user, budget, spend } = await household();
    await spend("2026-09-10", "50.00");
    await check();
    const path = `/v1/budgets/${budget.id}`;
    await user.patch<Budget>(path, { amount: eur("60.00") }, ifMatch(1));
    await check();
    expect(await told(user)).toEqual(["80"]);
    await user.patch<Budget>(path, { thresholds: [50, 80, 83] }, ifMatch(2));
    await check();
    expect(await toldInAll(user)).toEqual([50, 80, 83]);
  });
});

describe("the past", () => {
  test("a receipt for the period before is told, one for an older period is not", async () => {
    const { user, spend } = await household();
    clock.set("2026-11-20T12:00:00.000Z");
    await spend("2026-09-10", "500.00");
    await check();
    expect(await told(user)).toEqual([]);
    await spend("2026-10-10", "500.00");
    await check();
    expect(await toldInAll(user)).toEqual([80, 100]);
  });

  test("nothing is told of periods that had ended when the budget was made", async () => {
    const user = await ledgerUser(api);
    const food = await user.addCategory("expense", "Food");
    const spend = await spender(user);
    for (const month of ["07", "08"]) await spend(`2026-${month}-10`, "500.00", food);
    await makeBudget(user, monthlyBudget([food]));
    await check();
    expect(await told(user)).toEqual([]);
  });

  test("a custom period that has ended is told of for as long as it lasted", async () => {
    const trip = { period: "custom", startsOn: "2026-09-15", endsOn: "2026-09-24" } as const;
    const { user, spend } = await household(trip);
    clock.set("2026-10-04T12:00:00.000Z");
    await spend("2026-09-16", "85.00");
    await check();
    expect(await told(user)).toEqual(["80"]);
    clock.set("2026-10-05T12:00:00.000Z");
    await spend("2026-09-16", "85.00");
    await check();
    expect(await told(user)).toEqual(["80"]);
  });

  test("an archived budget tells nothing", async () => {
    const { user, budget, spend } = await household();
    await user.post(`/v1/budgets/${budget.id}/archival`, undefined, ifMatch(1));
    await spend("2026-09-10", "85.00");
    await check();
    expect(await told(user)).toEqual([]);
    await user.delete(`/v1/budgets/${budget.id}/archival`, undefined, ifMatch(2));
    await check();
    expect(await told(user)).toEqual(["80"]);
  });
});

describe("who is told", () => {
  test("are the owners and editors of the book, not who may only look, nor anybody else", async () => {
    const { user, spend } = await household();
    const [editor, viewer, stranger] = await Promise.all([1, 2, 3].map(() => ledgerUser(api)));
    if (!editor || !viewer || !stranger) throw new Error("three were asked for");
    await user.share(editor, "editor");
    await user.share(viewer, "viewer");
    await spend("2026-09-10", "85.00");
    await check();
    const heard: string[][] = [];
    for (const one of [user, editor, viewer, stranger]) heard.push(await told(one));
    expect(heard).toEqual([["80"], ["80"], [], []]);
  });

  test("is nobody who has switched these mails off", async () => {
    const { user, spend } = await household();
    const editor = await ledgerUser(api);
    await user.share(editor, "editor");
    await user.patch("/v1/users/me", { notifications: { budgets: false } });
    await spend("2026-09-10", "85.00");
    await check();
    expect([await told(user), await told(editor)]).toEqual([[], ["80"]]);
    await user.patch("/v1/users/me", { notifications: { budgets: true } });
    await spend("2026-09-10", "20.00");
    await check();
    expect(await told(user)).toEqual(["100"]);
  });
});

describe("the look behind the writes", () => {
  test("is at books that have changed, and at no other", async () => {
    const { user, spend } = await household();
    const { user: quiet } = await household();
    await check();
    const checks = async ({ bookId }: LedgerUser) => {
      const [row] = await api.sql<{ xmin: string; behind: string }[]>`
        select c.xmin::text, (s.revision - c.revision)::text as behind
        from ledger.budget_checks c join ledger.book_states s using (book_id) where book_id = ${bookId}`;
      return row;
    };
    const [before, quietBefore] = [await checks(user), await checks(quiet)];
    expect([before?.behind, quietBefore?.behind]).toEqual(["0", "0"]);
    await spend("2026-09-10", "1.00");
    await check();
    expect((await checks(user))?.xmin).not.toBe(before?.xmin);
    expect(await checks(quiet)).toEqual(quietBefore);
  });

  test("keeps what it told with the mail, or neither", async () => {
    const { user, budget, spend } = await household();
    await spend("2026-09-10", "85.00");
    await api.sql`create function pgboss.refuse() returns trigger language plpgsql
      as 'begin raise exception $$no mail today$$; end'`;
    await api.sql`create trigger refuse before insert on pgboss.job
      for each row when (new.name = 'notify.send') execute function pgboss.refuse()`;
    try {
      await expect(check()).rejects.toThrow("1 of");
      expect([...(await alertsOf(budget))]).toEqual([]);
    } finally {
      await api.sql`drop function pgboss.refuse cascade`;
    }
    await check();
    expect([...(await alertsOf(budget))]).toEqual([{ threshold: 80, period_start: "2026-09-01" }]);
    expect(await told(user)).toEqual(["80"]);
  });

  test("does not stop at a book that makes trouble", async () => {
    const houses = [await household(), await household(), await household()];
    for (const { spend } of houses) await spend("2026-09-10", "85.00");
    const [first, poor, last] = houses;
    await api.sql`create function ledger.refuse() returns trigger language plpgsql
      as 'begin raise exception $$trouble$$; end'`;
    await api.sql.unsafe(`create trigger refuse before update on ledger.budget_checks
      for each row when (new.book_id = '${poor?.user.bookId}') execute function ledger.refuse()`);
    try {
      await expect(check()).rejects.toThrow("1 of");
    } finally {
      await api.sql`drop function ledger.refuse cascade`;
    }
    expect(first && (await told(first.user))).toEqual(["80"]);
    expect(poor && (await told(poor.user))).toEqual([]);
    expect(last && (await told(last.user))).toEqual(["80"]);
    await check();
    expect(poor && (await told(poor.user))).toEqual(["80"]);
  });

  test("many looks at the same moment tell once", async () => {
    const { user, spend } = await household();
    await spend("2026-09-10", "120.00");
    await Promise.all(Array.from({ length: 6 }, check));
    expect(await toldInAll(user)).toEqual([80, 100]);
  });

  test("a look at what is written meanwhile is not lost", async () => {
    const { user, spend } = await household();
    await Promise.all([
      ...["30.00", "30.00", "30.00"].map((amount) => spend("2026-09-10", amount)),
      ...Array.from({ length: 4 }, check),
    ]);
    await check();
    expect(await told(user)).toEqual(["80"]);
  });

  test("a budget in a currency without a rate tells of what could be converted, and of no more", async () => {
    const { user, food } = await household();
    const dollars = await spender(user, "USD");
    await dollars("2026-09-01", "5000.00", food); // no rate on that day
    await check();
    expect(await told(user)).toEqual([]);
  });
});

test("two nodes that look at the same moment tell once", async () => {
  const nodes = await openTwoNodes();
  try {
    const { here, there } = nodes;
    const { user, spend } = await household({ thresholds: [50, 80, 100] }, {}, here);
    await spend("2026-09-10", "85.00");
    await Promise.all([here, there, here, there].map((node) => node.runJob(job)));
    expect(await toldInAll(user, here)).toEqual([50, 80]);
  } finally {
    await nodes.close();
  }
});

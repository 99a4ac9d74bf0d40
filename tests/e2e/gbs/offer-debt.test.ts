import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { maxInvitationsPerDay, maxOffersPerDay, maxOpenOffers } from "#modules/gbs/bounds";
import type { Debt } from "#modules/gbs/contract";
import {
  type DebtPair,
  debtPair,
  debtUser,
  expected,
  loggedOf,
  offerTo,
  openDebtsApp,
  putBlock,
} from "../../support/gbs.ts";
import { createTestClock, openTestApp, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const nobody = (name: string) => ({ user: { address: `${name}@example.com` } });
/** What is told of an offer, but for what every one has of its own. */
const likeness = ({ id: _, counterparty, custody, ...debt }: Debt) => ({
  ...debt,
  displayName: counterparty.displayName,
  length: custody.length,
});

describe("201", () => {
  test("offers the terms to the address, and says what the lender can do", async () => {
    const answer = await pair.lender.offer(offerTo(pair.borrower));
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/v1/debts/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      ...{ role: "lender", state: "offered", termsVersion: 1, version: 1 },
      counterparty: { displayName: null, address: pair.borrower.user.address },
      terms: { amount: { amount: "300.00", currency: "EUR" }, timeZone: "Europe/Istanbul" },
      paid: { amount: "0.00", currency: "EUR" },
      outstanding: { amount: "300.00", currency: "EUR" },
      offerExpiresAt: "2026-10-02T12:00:00.000Z",
      possible: ["withdraw"],
      custody: { length: 1 },
    });
    expect(answer.body.instalments.map(({ dueOn, amount }) => `${dueOn} ${amount.amount}`)).toEqual(
      [...["2026-10-01 100.00", "2026-11-01 100.00", "2026-12-01 100.00"]],
    );
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const lender = await debtUser(api);
    const repeated = () =>
      lender.post<Debt>("/v1/debts", offerTo(pair.borrower), { "idempotency-key": "offer-1" });
    const [first, second] = [await repeated(), await repeated()];
    expect(second.body).toEqual(first.body);
    const { body } = await lender.get<{ items: Debt[] }>("/v1/debts");
    expect(body.items).toHaveLength(1);
  });

  test("alike to a member, to nobody, and to somebody who wants nothing of the lender", async () => {
    const { lender, borrower } = await debtPair(api);
    const blocker = await debtUser(api);
    await putBlock(api, blocker, lender);
    const asked = [borrower, nobody("alike"), blocker] as const;
    const offered: Debt[] = [];
    for (const whom of asked) offered.push(expected(201, await lender.offer(offerTo(whom))));
    await api.mails.run();
    const later = await Promise.all(offered.map(({ id }) => lender.debt(id)));
    for (const seen of [offered, later]) {
      const [first, ...others] = seen.map(likeness);
      expect(others).toEqual([first, first].flatMap((one) => one ?? []));
    }
    for (const debt of later) expect(await loggedOf(api, debt)).toEqual(["offered", "delivered"]);
    // Only the blocked one reaches nobody.
    expect(await api.mails.to(blocker.user.address)).toHaveLength(0);
    expect(await api.mails.to(borrower.user.address)).toHaveLength(1);
    expect((await blocker.get<{ items: Debt[] }>("/v1/debts")).body.items).toHaveLength(0);
    const suppressed = offered[2];
    expect((await blocker.get(`/v1/debts/${suppressed?.id}`)).status).toBe(404);
  });
});

describe("what is mailed", () => {
  test("tells a member by whom, how much and until when, with the end of the log", async () => {
    const { lender, borrower } = await debtPair(api);
    const { id } = expected(201, await lender.offer(offerTo(borrower)));
    const mail = await api.mails.newest(borrower.user.address);
    const { custody } = await lender.debt(id);
    expect(mail.subject).toBe("Leyla Aydın offers you an agreement on a debt");
    expect(mail.text).toMatch(/300\.00\sEUR/u);
    expect(mail.text).toContain(`/v1/debts/${id}`);
    expect(mail.text).toContain(`${custody.length}:${custody.hash}`);
    expect(custody.length).toBe(2);
  });

  test("holds no word of the lender's where nobody has an account, and no debt's address", async () => {
    const { lender } = await debtPair(api);
    const { id } = expected(
      201,
      await lender.offer(offerTo(nobody("invited"), { description: "Buy my pills" })),
    );
    const mail = await api.mails.newest("invited@example.com");
    expect(mail.subject).toContain("Leyla Aydın invites you");
    expect(mail.text).not.toContain("pills");
    expect(mail.text).not.toContain(id);
  });

  test("is five invitations a day to one address, whoever offers, and the offers stand", async () => {
    const lenders = await Promise.all(Array.from({ length: 2 }, () => debtUser(api)));
    for (let offer = 0; offer <= maxInvitationsPerDay; offer += 1)
      for (const lender of lenders)
        expected(201, await lender.offer(offerTo(nobody("often-invited"))));
    expect(await api.mails.to("often-invited@example.com")).toHaveLength(maxInvitationsPerDay);
  });
});

test("402 without a plan that includes it, also on repeats", async () => {
  const free = await openTestApp();
  try {
    const lender = await debtUser(free);
    const answer = await lender.offer(offerTo(nobody("anybody")));
    expect([answer.status, answer.body.code]).toEqual([402, "gbs.plan_limit_reached"]);
    expect((await lender.offer(offerTo(nobody("anybody")))).status).toBe(402);
    // Before it looks at the terms: a plan is not what is wrong with them.
    const faulty = offerTo(nobody("anybody"), { amount: { amount: "0", currency: "EUR" } });
    expect((await lender.offer(faulty)).status).toBe(402);
    expect((await free.sql`select from gbs.debts`).length).toBe(0);
  } finally {
    await free.close();
  }
});

describe("422", () => {
  const refused: readonly [string, object, readonly string[]][] = [
    ["an address that is none", { borrowerAddress: "no address" }, ["/borrowerAddress"]],
    ["no amount", { amount: { amount: "0", currency: "EUR" } }, ["/amount/amount"]],
    ["cents of yen", { amount: { amount: "1.50", currency: "JPY" } }, ["/amount/amount"]],
    ["two ways to say when", { dueOn: "2026-10-01" }, ["/dueOn"]],
    ["no way to say when", { plan: undefined }, ["/dueOn"]],
    ["a day that is today", { plan: undefined, dueOn: "2026-09-18" }, ["/dueOn"]],
    ["a blank description", { description: "   " }, ["/description"]],
    [
      "several faults at once",
      { borrowerAddress: "no address", amount: { amount: "-1", currency: "EUR" } },
      ["/borrowerAddress", "/amount/amount"],
    ],
  ];
  test.each(refused)("for %s, naming it", async (_what, asked, paths) => {
    const answer = await pair.lender.offer(offerTo(pair.borrower, asked));
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map(({ path }) => path)).toEqual([...paths]);
  });

  test("for one's own address, however it is written", async () => {
    const address = pair.lender.user.address;
    const asked = { borrowerAddress: ` ${address.replace("user-", "USER-")} ` };
    const answer = await pair.lender.offer(offerTo(pair.borrower, asked));
    expect(answer.body.errors).toMatchObject([{ path: "/borrowerAddress" }]);
  });
});

describe("429", () => {
  test("for one offer too many that waits for its answer, until one is withdrawn", async () => {
    const lender = await debtUser(api);
    const all: Debt[] = [];
    for (let offer = 0; offer < maxOpenOffers; offer += 1)
      all.push(expected(201, await lender.offer(offerTo(nobody(`open-${offer}`)))));
    clock.advance(86_400);
    const refused = await lender.offer(offerTo(nobody("one-more")));
    expect([refused.status, refused.body.code]).toEqual([429, "gbs.too_many_open_offers"]);
    expect(refused.body.meta).toEqual({ open: maxOpenOffers, limit: maxOpenOffers });
    await lender.done(all[0]?.id ?? "", "withdrawal");
    expect((await lender.offer(offerTo(nobody("one-more")))).status).toBe(201);
  });

  test("for one offer too many in a day, withdrawn or not", async () => {
    const lender = await debtUser(api);
    for (let offer = 0; offer < maxOffersPerDay; offer += 1) {
      const { id } = expected(201, await lender.offer(offerTo(nobody("daily"))));
      await lender.done(id, "withdrawal");
    }
    const refused = await lender.offer(offerTo(nobody("daily")));
    expect([refused.status, refused.body.code]).toEqual([429, "limit.exceeded"]);
    expect(refused.body).toMatchObject({ detail: "You may make 20 offers a day." });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3_600);
  });
});

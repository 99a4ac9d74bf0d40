import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { euros } from "../../support/debt-refusals.ts";
import {
  type DebtPair,
  debtPair,
  debtStates,
  debtUser,
  loggedOf,
  openDebtsApp,
  putInState,
  wake,
} from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
const began = "2026-09-18T12:00:00.000Z";
beforeAll(async () => {
  api = await openDebtsApp({ clock: createTestClock(began) });
  pair = await debtPair(api);
});
afterAll(() => api.close());

const claimOf = (amount: string) => ({
  ...{ amount: euros(amount), paidOn: api.clock.now().slice(0, 10), reference: "cash" },
});
const atHome = async (run: () => Promise<void>) => run().finally(() => api.clock.set(began));
const subjectsTo = async (address: string) =>
  (await api.mails.to(address)).map(({ subject }) => subject);

describe("who decides over a debt", () => {
  test("no borrower confirms what he says to have paid, nor contests it", async () => {
    const { id } = await pair.active();
    const { openPayments } = await pair.borrower.done(id, "payments", claimOf("300.00"));
    for (const [what, body] of [["confirmation"], ["contest", { reason: "Mine" }]] as const) {
      const answer = await pair.borrower.act(id, `payments/${openPayments[0]?.id}/${what}`, body);
      expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
    }
    expect(await pair.lender.debt(id)).toMatchObject({ state: "active", paid: euros("0.00") });
  });

  test("nobody agrees to terms, or to an end, that he has proposed himself", async () => {
    const { id } = await pair.active();
    const less = {
      amount: euros("1.00"),
      description: "Less",
      dueOn: "2027-01-01",
      reason: "Less",
    };
    const { openAmendment } = await pair.borrower.done(id, "amendments", less);
    const { openCancellation } = await pair.borrower.done(id, "cancellations", { reason: "Over" });
    for (const what of [`amendments/${openAmendment?.id}`, `cancellations/${openCancellation?.id}`])
      expect((await pair.borrower.act(id, `${what}/acceptance`)).status).toBe(409);
    expect(await pair.lender.debt(id)).toMatchObject({ state: "active", termsVersion: 1 });
  });

  test.each(["stranger", "admin", "operator", "support"] as const)(
    "a %s sees nothing of it, neither of its parties nor their addresses",
    async (who) => {
      const reader =
        who === "stranger" ? pair.stranger : await debtUser(api, { roles: [who as "admin"] });
      const { id } = await pair.active();
      const paths = ["", "/payments", "/amendments", "/custody", "/documents", "/posting-links"];
      for (const path of paths) {
        const { status, body } = await reader.get(`/v1/debts/${id}${path}`);
        expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
        for (const hidden of [pair.lender.user.address, pair.borrower.user.address, "300.00"])
          expect(JSON.stringify(body)).not.toContain(hidden);
      }
      expect((await reader.get<{ items: object[] }>("/v1/debts")).body.items).toEqual([]);
    },
  );
});

describe("how a debt begins to bind, and ends", () => {
  test.each(debtStates.filter((state) => state !== "offered"))(
    "one that is %s is not accepted into life again",
    async (state) => {
      const own = await debtPair(api);
      const debt = await own.active();
      await putInState(api, debt, state);
      for (const party of ["lender", "borrower"] as const)
        expect((await own.as(party).act(debt.id, "acceptance")).status).toBe(409);
      expect((await loggedOf(api, debt)).filter((kind) => kind === "activated")).toHaveLength(1);
    },
  );

  test("nothing but its borrower's acceptance makes an offer bind", async () => {
    const { id } = await pair.offered();
    expect((await pair.lender.act(id, "acceptance")).status).toBe(409);
    for (const what of ["payments", "amendments", "cancellations", "disputes", "default"]) {
      const body = what === "payments" ? claimOf("1.00") : { reason: "Because" };
      const terms = { amount: euros("1.00"), description: "x", dueOn: "2027-01-01", reason: "x" };
      for (const party of ["lender", "borrower"] as const) {
        const answer = await pair
          .as(party)
          .act(id, what, what === "default" ? undefined : what === "amendments" ? terms : body);
        expect([answer.status, answer.body.code]).toEqual([409, "gbs.not_possible_now"]);
      }
    }
    expect((await pair.borrower.debt(id)).state).toBe("offered");
  });

  test("a debt that is paid in parts, as agreed, is settled and never in default", () =>
    atHome(async () => {
      const own = await debtPair(api);
      const { id, terms } = await own.active();
      for (const { dueOn, amount } of terms.instalments) {
        api.clock.set(`${dueOn}T09:00:00.000Z`);
        await wake(api);
        const { openPayments } = await own.borrower.done(id, "payments", claimOf(amount.amount));
        await own.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
      }
      expect(await own.lender.debt(id)).toMatchObject({ state: "settled", paid: euros("300.00") });
      expect(await loggedOf(api, { id })).not.toContain("overdue");
    }));
});

describe("days", () => {
  test.each(["2020-01-01", "2026-09-17", "2026-09-18"])(
    "nothing that would be due on %s is offered on 18 September",
    async (dueOn) => {
      const { lender, borrower } = pair;
      const answer = await lender.offer({
        ...{ borrowerAddress: borrower.user.address, amount: euros("1.00") },
        ...{ description: "Late", dueOn },
      });
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.map(({ path }) => path)).toEqual(["/dueOn"]);
    },
  );

  test("a due day stays the day that was agreed, and is over at midnight of its own zone", () =>
    atHome(async () => {
      const { id } = await pair.active({ plan: undefined, dueOn: "2026-10-25" });
      expect((await pair.borrower.debt(id)).terms.instalments[0]?.dueOn as string).toBe(
        "2026-10-25",
      );
      for (const at of ["2026-10-25T00:00:00.000Z", "2026-10-25T20:59:59.999Z"]) {
        api.clock.set(at);
        expect((await pair.lender.debt(id)).state).toBe("active");
        expect((await pair.lender.act(id, "default")).status).toBe(409);
      }
      api.clock.set("2026-10-25T21:00:00.000Z");
      expect(await pair.lender.debt(id)).toMatchObject({ state: "overdue" });
      expect((await pair.lender.act(id, "default")).status).toBe(409);
    }));
});

describe("mails", () => {
  test("of a missed day say to each party what is his: to the borrower his payment, to the lender the other's", () =>
    atHome(async () => {
      const own = await debtPair(api);
      await own.overdue();
      api.clock.set("2026-10-02T06:00:00.000Z");
      await wake(api);
      const lenders = await subjectsTo(own.lender.user.address);
      const borrowers = await subjectsTo(own.borrower.user.address);
      expect(lenders.filter((one) => one.includes("overdue"))).toEqual([
        "The payment of Mehmet Demir is overdue",
      ]);
      expect(borrowers.filter((one) => one.includes("overdue"))).toEqual([
        "Your payment to Leyla Aydın is overdue",
      ]);
    }));

  test("that one mailbox refuses keep no other debt from becoming overdue, and nobody is mailed twice", () =>
    atHome(async () => {
      const [broken, whole] = [await debtPair(api), await debtPair(api)];
      const [first, second] = [await broken.active(), await whole.active()];
      api.mails.server.refuse(broken.borrower.user.address, 550);
      for (const at of ["2026-10-02T06:00:00.000Z", "2026-10-02T07:00:00.000Z"]) {
        api.clock.set(at);
        await wake(api);
      }
      for (const [user, { id }] of [
        [broken.lender, first],
        [whole.lender, second],
      ] as const)
        expect((await user.debt(id)).state).toBe("overdue");
      const overdue = (await subjectsTo(whole.borrower.user.address)).filter((one) =>
        one.includes("overdue"),
      );
      expect(overdue).toHaveLength(1);
    }));

  test("show what people wrote as words: no markup, no link, no image of theirs", async () => {
    const own = await debtPair(api);
    const evil = '<img src="https://evil.example/x"><a href="https://evil.example">Pay here</a>';
    const { id } = await own.active({ description: evil });
    await own.borrower.done(id, "payments", { ...claimOf("1.00"), reference: evil });
    await own.borrower.done(id, "disputes", { reason: evil });
    await own.lender.done(id, "cancellations", { reason: evil });
    for (const party of ["lender", "borrower"] as const)
      for (const { html } of await api.mails.to(own.as(party).user.address))
        expect(html).not.toMatch(/<(img|a)[^>]*evil\.example/);
  });
});

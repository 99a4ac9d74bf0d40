import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import ICAL from "ical.js";
import type { Debt } from "#modules/gbs/contract";
import {
  type DebtPair,
  type DebtUser,
  debtPair,
  debtStates,
  openDebtsApp,
  putInState,
} from "../../support/gbs.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let pair: DebtPair;
let debt: Debt;
beforeAll(async () => {
  api = await openDebtsApp();
  pair = await debtPair(api);
  debt = await pair.active();
}, 180_000);
afterAll(() => api.close());

const path = (id = debt.id) => `/v1/debts/${id}/calendar`;
async function fetched(user: DebtUser, id = debt.id) {
  const headers = { authorization: `Bearer ${await user.token()}` };
  const answer = await fetch(`${api.url}${path(id)}`, { headers });
  return { answer, text: await answer.text() };
}
const daysIn = (text: string) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((component) => {
    const { uid, sequence, summary, startDate } = new ICAL.Event(component);
    return { uid, sequence, summary, day: startDate.toString() };
  });

describe("200", () => {
  test("to each party: the due days, as it sees them", async () => {
    const { answer, text } = await fetched(pair.borrower);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toContain(`debt-${debt.id}.ics`);
    expect(daysIn(text)).toEqual(
      ["2026-10-01", "2026-11-01", "2026-12-01"].map((day, index) => ({
        ...{ uid: `${debt.id}-${index + 1}@fintrack`, sequence: 1, day },
        summary: "Pay 100.00 EUR to Leyla Aydın",
      })),
    );
    const lenders = daysIn((await fetched(pair.lender)).text);
    expect(lenders[0]?.summary).toBe("Mehmet Demir owes you 100.00 EUR");
  });

  test("without what is covered, and of the terms in force", async () => {
    const { id, acceptedAt } = await pair.active();
    const amount = { amount: "150.00", currency: "EUR" };
    const claim = { amount, paidOn: acceptedAt?.slice(0, 10), reference: "cash" };
    const { openPayments } = await pair.borrower.done(id, "payments", claim);
    await pair.lender.done(id, `payments/${openPayments[0]?.id}/confirmation`);
    expect(daysIn((await fetched(pair.borrower, id)).text).map(({ summary }) => summary)).toEqual([
      ...["Pay 50.00 EUR to Leyla Aydın", "Pay 100.00 EUR to Leyla Aydın"],
    ]);
    const terms = { amount: { amount: "200.00", currency: "EUR" }, description: "Less" };
    const asked = { ...terms, dueOn: "2027-03-01", reason: "As we said" };
    const { openAmendment } = await pair.lender.done(id, "amendments", asked);
    await pair.borrower.done(id, `amendments/${openAmendment?.id}/acceptance`);
    expect(daysIn((await fetched(pair.borrower, id)).text)).toEqual([
      {
        ...{ uid: `${id}-1@fintrack`, sequence: 2, day: "2027-03-01" },
        summary: "Pay 50.00 EUR to Leyla Aydın",
      },
    ]);
  });
});

describe("401", () => {
  test("without a token", async () => {
    expect((await api.get(path())).status).toBe(401);
  });
});

describe("404", () => {
  test("to everybody else", async () => {
    const { status, body } = await pair.stranger.get(path());
    expect([status, body.code]).toEqual([404, "gbs.debt_not_found"]);
  });
});

describe("409", () => {
  test("in every state that does not bind, with what is possible now", async () => {
    const { id } = await pair.active();
    for (const state of debtStates) {
      await putInState(api, { id }, state);
      const binds = ["active", "overdue", "defaulted"].includes(state);
      for (const party of ["lender", "borrower"] as const) {
        const { answer, text } = await fetched(pair.as(party), id);
        expect([state, answer.status]).toEqual([state, binds ? 200 : 409]);
        if (binds) continue;
        expect(JSON.parse(text)).toMatchObject({
          ...{ code: "gbs.not_possible_now", meta: { state, possible: expect.any(String) } },
        });
      }
    }
  });
});

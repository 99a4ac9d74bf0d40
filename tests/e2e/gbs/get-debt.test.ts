import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DebtPair, debtPair, openDebtsApp, putInState, wake } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  pair = await debtPair(api);
});
afterAll(() => api.close());

describe("200", () => {
  test("shows both the same debt, each from its own side, with its version as ETag", async () => {
    const { id } = await pair.active();
    const answer = await pair.lender.get(`/v1/debts/${id}`);
    expect(answer.headers.get("etag")).toBe('"4"');
    const [lent, owed] = [await pair.lender.debt(id), await pair.borrower.debt(id)];
    const common = ({ role: _r, counterparty: _c, possible: _p, ...rest }: typeof lent) => rest;
    expect(common(owed)).toEqual(common(lent));
    expect([lent.role, owed.role]).toEqual(["lender", "borrower"]);
    expect(owed.counterparty.displayName).toBe("Leyla Aydın");
  });

  test("shows an expired offer as expired before any job has come to it, and after", async () => {
    const { id, offeredAt, offerExpiresAt, version } = await pair.offered();
    clock.set(offerExpiresAt);
    const before = await pair.lender.debt(id);
    expect(before).toMatchObject({ state: "expired", possible: [], version });
    await wake(api);
    const after = await pair.lender.debt(id);
    expect(after).toMatchObject({ state: "expired", endedAt: offerExpiresAt, possible: [] });
    clock.set(offeredAt);
  });

  test("shows a debt as overdue from the end of its due day in its zone on, and until when it may be defaulted", async () => {
    const { id, offeredAt } = await pair.active();
    clock.set("2026-10-01T20:59:59.999Z");
    expect(await pair.lender.debt(id)).toMatchObject({ state: "active", defaultPossibleAt: null });
    clock.set("2026-10-01T21:00:00.000Z");
    expect(await pair.lender.debt(id)).toMatchObject({
      state: "overdue",
      defaultPossibleAt: "2026-10-02T21:00:00.000Z",
      instalments: [{ state: "overdue" }, { state: "upcoming" }, { state: "upcoming" }],
    });
    clock.set(offeredAt);
  });

  test("hides the description that an administrator has hidden", async () => {
    const { id } = await pair.offered({ description: "Something nobody should read" });
    await api.sql`update gbs.debts set text_hidden = true where id = ${id}`;
    for (const party of [pair.lender, pair.borrower])
      expect(await party.debt(id)).toMatchObject({ textHidden: true, terms: { description: "" } });
  });
});

describe("404", () => {
  test("for a stranger in every state, and for a debt that is not there, alike", async () => {
    const { id } = await pair.active();
    const ask = async (asked: string) => {
      const { status, body } = await pair.stranger.get(`/v1/debts/${asked}`);
      const { requestId: _, ...told } = body as Record<string, unknown>;
      return { status, told };
    };
    const missing = await ask("01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21");
    expect(missing.status).toBe(404);
    for (const state of ["offered", "active", "settled"] as const) {
      await putInState(api, { id }, state);
      expect(await ask(id)).toEqual(missing);
    }
  });

  test("for an invited person's own offer, until it was brought to him", async () => {
    const { lender, borrower } = await debtPair(api);
    const { body } = await lender.offer({
      borrowerAddress: borrower.user.address,
      amount: { amount: "1", currency: "EUR" },
      ...{ description: "Coffee", dueOn: "2026-10-01" },
    });
    expect((await borrower.get(`/v1/debts/${body.id}`)).status).toBe(404);
    await api.mails.run();
    expect((await borrower.get(`/v1/debts/${body.id}`)).status).toBe(200);
  });
});

test("422 for what is no id", async () => {
  expect((await pair.lender.get("/v1/debts/none")).status).toBe(422);
});

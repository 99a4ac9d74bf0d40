import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Debt } from "#modules/gbs/contract";
import {
  type DebtPair,
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

type Listed = {
  readonly items: readonly { readonly [name: string]: string | number }[];
  readonly nextCursor: string | null;
};
const path = (id: string = debt.id, query = "") => `/v1/debts/${id}/documents${query}`;

describe("200", () => {
  test("to both parties: what the documents are, and no more", async () => {
    for (const party of ["lender", "borrower"] as const) {
      const { status, body } = await pair.as(party).get<Listed>(path());
      expect(status).toBe(200);
      expect<unknown>(body).toEqual({
        nextCursor: null,
        items: [
          {
            ...{ id: expect.any(String), kind: "agreement", termsVersion: 1 },
            fileName: `agreement-${debt.id}-1.pdf`,
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
            sizeBytes: expect.any(Number),
            madeAt: expect.any(String),
          },
        ],
      });
    }
  });

  test("none of an offer that nobody has answered", async () => {
    const { id } = await pair.offered();
    const { body } = await pair.lender.get<Listed>(path(id));
    expect<unknown>(body).toEqual({ items: [], nextCursor: null });
  });

  test("in every state of the debt: nobody loses his agreement", async () => {
    const { id } = await pair.active();
    for (const state of debtStates) {
      await putInState(api, { id }, state);
      for (const party of ["lender", "borrower"] as const)
        expect((await pair.as(party).get<Listed>(path(id))).body.items).toHaveLength(1);
    }
  });

  test("in pages", async () => {
    const { id } = await pair.active();
    const terms = { amount: { amount: "200.00", currency: "EUR" }, description: "Less" };
    const asked = { ...terms, dueOn: "2027-03-01", reason: "As we said" };
    const { openAmendment } = await pair.lender.done(id, "amendments", asked);
    await pair.borrower.done(id, `amendments/${openAmendment?.id}/acceptance`);
    await api.mails.run();
    const first = await pair.lender.get<Listed>(path(id, "?limit=1"));
    expect(first.body.items).toMatchObject([{ termsVersion: 1 }]);
    const rest = await pair.lender.get<Listed>(path(id, `?cursor=${first.body.nextCursor}`));
    expect(rest.body).toMatchObject({ items: [{ termsVersion: 2 }], nextCursor: null });
  });
});

describe("401", () => {
  test("without a token", async () => {
    expect((await api.get(path())).status).toBe(401);
  });
});

describe("404", () => {
  test("to everybody else, as of a debt that is not there", async () => {
    const [foreign, missing] = [
      await pair.stranger.get(path()),
      await pair.lender.get(path("01a2043b-44d9-7747-9bb1-fb12a1cb95e4")),
    ];
    for (const answer of [foreign, missing])
      expect([answer.status, answer.body.code]).toEqual([404, "gbs.debt_not_found"]);
  });
});

describe("422", () => {
  test.each(["?limit=0", "?limit=201", "?cursor=nonsense"])("for %s", async (query) => {
    expect((await pair.lender.get(path(debt.id, query))).status).toBe(422);
  });
});

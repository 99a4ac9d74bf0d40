import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Debt } from "#modules/gbs/contract";
import { type DebtUser, debtPair, openDebtsApp, putBlock } from "../../support/gbs.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
});
afterAll(() => api.close());

type Page = { readonly items: readonly Debt[]; readonly nextCursor: string | null };
const listed = async (user: DebtUser, query = ""): Promise<Page> =>
  (await user.get<Page>(`/v1/debts${query}`)).body;
const ids = ({ items }: Page) => items.map(({ id }) => id);

describe("200", () => {
  test("lists what somebody lends and owes, the newest offer first, as each debt itself says", async () => {
    const { lender, borrower, stranger, offered, active } = await debtPair(api);
    const first = await active();
    clock.advance(1);
    const second = await offered();
    const page = await listed(lender);
    expect(ids(page)).toEqual([second.id, first.id]);
    expect(page.items).toEqual([await lender.debt(second.id), await lender.debt(first.id)]);
    expect(ids(await listed(borrower))).toEqual([second.id, first.id]);
    expect(ids(await listed(stranger))).toEqual([]);
  });

  test("lists one side, or one state, alone", async () => {
    const { lender, borrower, offered, active } = await debtPair(api);
    const [open, agreed] = [await offered(), await active()];
    expect(ids(await listed(lender, "?role=lender"))).toHaveLength(2);
    expect(ids(await listed(lender, "?role=borrower"))).toEqual([]);
    expect(ids(await listed(borrower, "?role=borrower&state=active"))).toEqual([agreed.id]);
    expect(ids(await listed(borrower, "?state=offered"))).toEqual([open.id]);
    expect(ids(await listed(borrower, "?state=settled"))).toEqual([]);
  });

  test("goes on from page to page without a debt twice or none", async () => {
    const { lender, offered } = await debtPair(api);
    const made: string[] = [];
    for (let debt = 0; debt < 5; debt += 1) made.unshift((await offered()).id);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await listed(lender, `?limit=2${cursor}`);
      seen.push(...ids(page));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual(made);
  });

  test("leaves out, for the borrower alone, what a block keeps from him", async () => {
    const { lender, borrower } = await debtPair(api);
    await putBlock(api, borrower, lender);
    await lender.offer({
      borrowerAddress: borrower.user.address,
      amount: { amount: "1", currency: "EUR" },
      ...{ description: "Coffee", dueOn: "2026-10-01" },
    });
    await api.mails.run();
    expect(ids(await listed(lender))).toHaveLength(1);
    expect(ids(await listed(borrower))).toEqual([]);
  });
});

describe("422", () => {
  test.each(["?role=operator", "?state=new", "?limit=0", "?limit=201", "?cursor=eA"])(
    "for %s",
    async (query) => {
      const { lender } = await debtPair(api);
      expect((await lender.get(`/v1/debts${query}`)).status).toBe(422);
    },
  );
});

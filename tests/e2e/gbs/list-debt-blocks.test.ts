import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DebtPair, debtPair, debtUser, offerTo, openDebtsApp } from "../../support/gbs.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  pair = await debtPair(api);
});
afterAll(() => api.close());

type Block = { readonly id: string; readonly displayName: string };
type Blocks = { readonly items: readonly Block[]; readonly nextCursor: string | null };

describe("200", () => {
  test("names whom somebody has blocked, the latest first, page by page", async () => {
    const borrower = await debtUser(api);
    for (const displayName of ["One", "Two", "Three"]) {
      const lender = await debtUser(api, { displayName });
      const { id } = (await lender.offer(offerTo(borrower))).body;
      await api.mails.run();
      await borrower.done(id, "block");
      clock.advance(1);
    }
    const whole = (await borrower.get<Blocks>("/v1/debt-blocks")).body;
    expect(whole.items.map(({ displayName }) => displayName)).toEqual(["Three", "Two", "One"]);
    expect(whole.nextCursor).toBeNull();
    const first = (await borrower.get<Blocks>("/v1/debt-blocks?limit=2")).body;
    const rest = await borrower.get<Blocks>(`/v1/debt-blocks?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.body.items]).toEqual([...whole.items]);
  });

  test("is empty for the blocked, and for everybody else", async () => {
    const { id } = await pair.offered();
    await pair.borrower.done(id, "block");
    for (const user of [pair.lender, pair.stranger])
      expect((await user.get<Blocks>("/v1/debt-blocks")).body.items).toEqual([]);
  });
});

describe("401", () => {
  test("without a token", async () => {
    expectProblem(await api.request("/v1/debt-blocks"), 401, "auth.required");
  });
});

describe("405", () => {
  test("for everything but GET and HEAD", () =>
    expectOnlyMethods(api, "/v1/debt-blocks", ["GET", "HEAD"]));
});

describe("422", () => {
  test("for a cursor of another list", async () => {
    const { status, body } = await pair.borrower.get("/v1/debt-blocks?cursor=WyJhIl0");
    expect([status, body.errors?.map(({ path }) => path)]).toEqual([422, ["cursor"]]);
  });
});

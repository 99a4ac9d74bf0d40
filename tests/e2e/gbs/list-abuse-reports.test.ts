import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { adminVerbs, type DebtStaff, debtStaff, type Report } from "../../support/gbs-admin.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
const path = "/v1/admin/gbs/abuse-reports";
let api: TestApp;
let pair: DebtPair;
let staff: DebtStaff;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  pair = await debtPair(api);
  staff = await debtStaff(api);
});
afterAll(() => api.close());

type Reports = { readonly items: readonly Report[]; readonly nextCursor: string | null };
const list = async (query = "") => (await staff.admin.get<Reports>(`${path}${query}`)).body;
async function reported(reason: string): Promise<Report> {
  const { id } = await pair.offered();
  const { body } = await pair.borrower.post<Report>(`/v1/debts/${id}/abuse-reports`, { reason });
  clock.advance(1);
  return body;
}

describe("200", () => {
  test("shows what is reported with what it is about, the oldest first, by state and page by page", async () => {
    const [first, second, third] = [
      await reported("one"),
      await reported("two"),
      await reported("three"),
    ];
    await adminVerbs(staff.otherAdmin).resolve(second, "dismiss");
    const idsOf = ({ items }: Reports) => items.map(({ id }) => id);
    expect(idsOf(await list())).toEqual([first.id, second.id, third.id]);
    expect(idsOf(await list("?state=open"))).toEqual([first.id, third.id]);
    expect(idsOf(await list("?state=resolved"))).toEqual([second.id]);
    const begin = await list("?limit=2");
    const rest = await list(`?limit=2&cursor=${begin.nextCursor}`);
    expect([...idsOf(begin), ...idsOf(rest)]).toEqual([first.id, second.id, third.id]);
    expect(begin.items[0]).toEqual({
      ...{ id: first.id, debtId: first.debtId, reason: "one", state: "open", resolution: null },
      ...{ reportedBy: pair.borrower.user.id, reportedAt: expect.any(String) },
      offer: {
        ...{ lenderId: pair.lender.user.id, state: "offered", textHidden: false },
        description: "Deposit for the flat",
      },
    } as never);
  });
});

describe("401", () => {
  test("without a token", async () => {
    expectProblem(await api.request(path), 401, "auth.required");
  });
});

describe("403", () => {
  test.each(["user", "operator", "support", "newAdmin"] as const)(
    "for somebody who is: %s",
    async (who) => {
      expectProblem(await staff[who].get(path), 403, "auth.forbidden");
    },
  );
});

describe("405", () => {
  test("for everything but GET and HEAD", () => expectOnlyMethods(api, path, ["GET", "HEAD"]));
});

describe("422", () => {
  test.each([
    ["?state=closed", "state"],
    ["?cursor=WyJhIl0", "cursor"],
    ["?limit=0", "limit"],
  ])("for %s", async (query, name) => {
    const { status, body } = await staff.admin.get(`${path}${query}`);
    expect([status, body.errors?.map((fault) => fault.path)]).toEqual([422, [name]]);
  });
});

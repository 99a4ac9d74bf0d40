import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import { adminVerbs, type DebtStaff, debtStaff, type Hold } from "../../support/gbs-admin.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
let api: TestApp;
let pair: DebtPair;
let staff: DebtStaff;
beforeAll(async () => {
  api = await openDebtsApp({ clock });
  pair = await debtPair(api);
  staff = await debtStaff(api);
});
afterAll(() => api.close());

const path = "/v1/admin/gbs/legal-holds";
type Holds = { readonly items: readonly Hold[]; readonly nextCursor: string | null };
const list = async (query = "", who = staff.admin) =>
  (await who.get<Holds>(`${path}${query}`)).body;
const idsOf = ({ items }: Holds) => items.map(({ id }) => id);

describe("200", () => {
  test("the latest first, by state, page by page, each with what the reader can do", async () => {
    const [one, other] = [adminVerbs(staff.admin), adminVerbs(staff.otherAdmin)];
    const propose = async () => {
      clock.advance(1);
      return one.propose(await pair.offered());
    };
    const confirmed = async () => other.confirm(await propose());
    const made = {
      dropped: await one.release(await propose()),
      in_force: await confirmed(),
      release_proposed: await one.release(await confirmed()),
      released: await other.confirmRelease(await one.release(await confirmed())),
      proposed: await propose(),
    };
    const newestFirst = Object.values(made).toReversed();
    expect(idsOf(await list())).toEqual(newestFirst.map(({ id }) => id));
    for (const [state, hold] of Object.entries(made)) {
      expect(hold.state).toBe(state);
      expect(idsOf(await list(`?state=${state}`))).toEqual([hold.id]);
    }
    const begin = await list("?limit=3");
    const rest = await list(`?limit=3&cursor=${begin.nextCursor}`);
    expect([...idsOf(begin), ...idsOf(rest)]).toEqual(newestFirst.map(({ id }) => id));
    const possible = async (who: DebtStaff["admin"]) =>
      (await list("", who)).items.map((hold) => hold.possible.join());
    expect(await possible(staff.admin)).toEqual(["release", "", "", "release", ""]);
    expect(await possible(staff.otherAdmin)).toEqual([
      ...["confirm,release", "", "confirm_release", "release", ""],
    ]);
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
    ["?state=held", "state"],
    ["?cursor=WyJhIl0", "cursor"],
  ])("for %s", async (query, name) => {
    const { status, body } = await staff.admin.get(`${path}${query}`);
    expect([status, body.errors?.map((fault) => fault.path)]).toEqual([422, [name]]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type AccountAction,
  expectClosedToStrangers,
  expectForbidden,
  expectLimit,
  expectNobody,
  nobodysId,
  openStaff,
  readsPerMinute,
  type Staff,
} from "../../support/admin-api.ts";
import { type Page, type Problem, pathsOf, queryOf } from "../../support/currency-api.ts";
import { expectOnlyMethods } from "../../support/http-statuses.ts";

let staff: Staff;
let path: string;
beforeAll(async () => {
  staff = await openStaff();
  const { id } = staff.user.user;
  path = `/v1/admin/users/${id}/actions`;
  const act = async (verb: "suspension" | "restoration", reason: string) => {
    staff.api.clock.advance(1);
    const { status } = await staff.admin.post(`/v1/admin/users/${id}/${verb}`, { reason });
    expect(status).toBe(200);
  };
  await act("suspension", "First.");
  await act("restoration", "Second.");
  const roles = { roles: ["operator"], reason: "Third." };
  expect((await staff.otherAdmin.put(`/v1/admin/users/${id}/roles`, roles)).status).toBe(200);
});
afterAll(() => staff.api.close());
const call = (id: string) => ({ method: "get", path: `/v1/admin/users/${id}/actions` }) as const;
const list = async (parameters: Record<string, string> = {}) =>
  (await staff.support.get<Page<AccountAction>>(path + queryOf(parameters))).body;

describe("200", () => {
  test("what was done, by whom and why, the newest first", async () => {
    const { items, nextCursor } = await list();
    expect(nextCursor).toBeNull();
    const [admin, otherAdmin] = [staff.admin.user.id, staff.otherAdmin.user.id];
    const id = expect.any(String);
    const [user, operator] = [["user"], ["user", "operator"]];
    expect(items.map(({ at: _at, ...rest }) => rest)).toEqual([
      {
        id,
        action: "roles_changed",
        reason: "Third.",
        by: otherAdmin,
        rolesBefore: user,
        rolesAfter: operator,
      },
      { id, action: "restored", reason: "Second.", by: admin, rolesBefore: user, rolesAfter: user },
      { id, action: "suspended", reason: "First.", by: admin, rolesBefore: user, rolesAfter: user },
    ]);
    expect(items.map(({ at }) => at)).toEqual(
      items
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });

  test("a page at a time", async () => {
    const all = (await list()).items;
    const first = await list({ limit: "1" });
    const rest = await list({ limit: "2", cursor: first.nextCursor ?? "" });
    expect([...first.items, ...rest.items]).toEqual([...all]);
    expect(rest.nextCursor).toBeNull();
  });

  test("nothing for whom nothing was done to", async () => {
    const { body } = await staff.admin.get(`/v1/admin/users/${staff.support.user.id}/actions`);
    expect(body).toEqual({ items: [], nextCursor: null });
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call(nobodysId)));
});
describe("403", () => {
  test("to operators and administrators without a second factor", () =>
    expectForbidden(staff, call(nobodysId), ["operator", "newAdmin"]));
});
describe("404", () => {
  test("for an id that nobody has", () => expectNobody(staff, call(nobodysId)));
});
describe("405", () => {
  test("names what the list takes", () => expectOnlyMethods(staff.api, path, ["GET", "HEAD"]));
});
describe("422", () => {
  test.each([
    ["limit", "0"],
    ["cursor", "e30"],
  ])("names %s when it is %p", async (name, value) => {
    const answer = await staff.admin.get<Problem>(path + queryOf({ [name]: value }));
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [name]]);
  });

  test("for a parameter that it does not take", async () => {
    const answer = await staff.admin.get<Problem>(path + queryOf({ from: "2026-01-01" }));
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["(a parameter)"]]);
  });
});

describe("429", () => {
  test("after the reads of a minute, for that client alone", () =>
    expectLimit(staff, readsPerMinute, call(staff.user.user.id)));
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type AdminUser,
  expectClosedToStrangers,
  expectForbidden,
  expectLimit,
  expectNobody,
  expectStepUp,
  newestAction,
  nobodysId,
  openStaff,
  type Staff,
} from "../../support/admin-api.ts";
import { type Problem, pathsOf } from "../../support/currency-api.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { authorized, createUser, signedInUser, signIn } from "../../support/identity.ts";

const reason = "It was a mistake, ticket 4712.";
let staff: Staff;
beforeAll(async () => {
  staff = await openStaff();
});
afterAll(() => staff.api.close());
const pathOf = (id: string) => `/v1/admin/users/${id}/restoration`;
const call = (id: string) => ({ method: "post", path: pathOf(id), body: { reason } }) as const;
const restore = <T = AdminUser>(id: string, body: unknown = { reason }) =>
  staff.admin.post<T>(pathOf(id), body);
const suspended = () => createUser(staff.api, { status: "suspended" });

describe("200", () => {
  test("the user may sign in again; sessions that were ended stay ended", async () => {
    const client = await signedInUser(staff.api);
    const { id } = client.user;
    await staff.admin.post(`/v1/admin/users/${id}/suspension`, { reason });
    await expect(signIn(staff.api, client.user)).rejects.toMatchObject({ kind: "unauthenticated" });
    const { status, body } = await restore(id);
    expect([status, body.status]).toEqual([200, "active"]);
    expect((await client.get("/v1/users/me")).status).toBe(401);
    const again = authorized(staff.api, (await signIn(staff.api, client.user)).accessToken);
    expect((await again.get("/v1/users/me")).status).toBe(200);
  });

  test("who did it and why is kept, and the user is told", async () => {
    const user = await suspended();
    await restore(user.id);
    expect(await newestAction(staff, user.id)).toMatchObject({
      ...{ action: "restored", reason, by: staff.admin.user.id },
    });
    const mails = await staff.api.mails.to(user.address);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).not.toContain("4712");
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call(nobodysId)));
  test("asks for a fresh proof when the last one is too old", async () =>
    expectStepUp(staff, call((await suspended()).id)));
});
describe("403", () => {
  test("to users, operators, support, and administrators without a second factor", () =>
    expectForbidden(staff, call(nobodysId), ["user", "operator", "support", "newAdmin"]));
});
describe("404", () => {
  test("for an id that nobody has", () => expectNobody(staff, call(nobodysId)));
});
describe("405", () => {
  test("names what a restoration takes", () =>
    expectOnlyMethods(staff.api, pathOf(nobodysId), ["POST"]));
});
describe("409", () => {
  test("for an active user, and for oneself", async () => {
    const active = await restore<Problem>(staff.user.user.id);
    expectProblem(active, 409, "identity.wrong_state");
    expectProblem(await restore<Problem>(staff.admin.user.id), 409, "identity.own_account");
    expect(await staff.api.mails.to(staff.user.user.address)).toEqual([]);
  });
});
describe("422", () => {
  test.each([{}, { reason: " " }, { reason: "x".repeat(501) }, { reason: 1 }])(
    "names the reason of %j",
    async (body) => {
      const answer = await restore<Problem>((await suspended()).id, body);
      expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["/reason"]]);
    },
  );
});

describe("429", () => {
  test("after the writes of a minute, for that client alone", async () =>
    expectLimit(staff, 1, call((await suspended()).id)));
});

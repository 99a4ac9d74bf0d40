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

const reason = "Joins the review team.";
let staff: Staff;
beforeAll(async () => {
  staff = await openStaff();
});
afterAll(() => staff.api.close());
const pathOf = (id: string) => `/v1/admin/users/${id}/roles`;
const call = (id: string) =>
  ({ method: "put", path: pathOf(id), body: { roles: ["operator"], reason } }) as const;
const setRoles = <T = AdminUser>(id: string, roles: readonly string[]) =>
  staff.admin.put<T>(pathOf(id), { roles, reason });

describe("200", () => {
  test("the whole new set; everybody stays a user", async () => {
    const { id } = await createUser(staff.api, { roles: ["operator"] });
    expect((await setRoles(id, ["support"])).body.roles).toEqual(["user", "support"]);
    expect((await setRoles(id, ["admin", "support", "user"])).body.roles).toEqual([
      "user",
      "support",
      "admin",
    ]);
    expect((await setRoles(id, [])).body.roles).toEqual(["user"]);
  });

  test("counts at once: tokens of before are refused, a new one has the new permissions", async () => {
    const client = await signedInUser(staff.api, { secondFactor: true });
    expect((await client.get("/v1/admin/users")).status).toBe(403);
    await setRoles(client.user.id, ["support"]);
    expect((await client.get("/v1/admin/users")).status).toBe(401);
    const promoted = authorized(staff.api, (await signIn(staff.api, client.user)).accessToken);
    expect((await promoted.get("/v1/admin/users")).status).toBe(200);
    await setRoles(client.user.id, []);
    expect((await promoted.get("/v1/admin/users")).status).toBe(401);
    const demoted = authorized(staff.api, (await signIn(staff.api, client.user)).accessToken);
    expect((await demoted.get("/v1/admin/users")).status).toBe(403);
  });

  test("the session lives on: it is refreshed with the new roles", async () => {
    const { user, tokens } = await signedInUser(staff.api, { secondFactor: true });
    await setRoles(user.id, ["support"]);
    const refreshed = await staff.api.post<{ accessToken: string }>("/v1/auth/tokens", {
      refreshToken: tokens.refreshToken,
    });
    expect(refreshed.status).toBe(200);
    const { get } = authorized(staff.api, refreshed.body.accessToken);
    expect((await get("/v1/admin/users")).status).toBe(200);
  });

  test("a role gives nothing until its owner has a second factor", async () => {
    const client = await signedInUser(staff.api, { secondFactor: false });
    await setRoles(client.user.id, ["admin"]);
    const { get } = authorized(staff.api, (await signIn(staff.api, client.user)).accessToken);
    expect((await get("/v1/admin/users")).status).toBe(403);
    const me = await get<{ roles: string[]; effectiveRoles: string[]; secondFactor: object }>(
      "/v1/users/me",
    );
    expect(me.body).toMatchObject({
      roles: ["user", "admin"],
      effectiveRoles: ["user"],
      secondFactor: { enabled: false, required: true },
    });
  });

  test("an operator can be made, and reads no users", async () => {
    const client = await signedInUser(staff.api, { secondFactor: true });
    await setRoles(client.user.id, ["operator"]);
    const { get } = authorized(staff.api, (await signIn(staff.api, client.user)).accessToken);
    const me = await get<{ effectiveRoles: string[] }>("/v1/users/me");
    expect(me.body.effectiveRoles).toEqual(["user", "operator"]);
    expect((await get("/v1/admin/users")).status).toBe(403);
  });

  test("who did it, why, and what was before is kept; the user is told", async () => {
    const user = await createUser(staff.api, { roles: ["support"] });
    await setRoles(user.id, ["operator"]);
    expect(await newestAction(staff, user.id)).toMatchObject({
      ...{ action: "roles_changed", reason, by: staff.admin.user.id },
      ...{ rolesBefore: ["user", "support"], rolesAfter: ["user", "operator"] },
    });
    const mail = await staff.api.mails.newest(user.address);
    expect(mail.text).toContain("operator");
    expect(mail.text).not.toContain(reason);
  });

  test("the set that the user has already changes nothing, and ends no token", async () => {
    const client = await signedInUser(staff.api, { roles: ["support"] });
    const { status, body } = await setRoles(client.user.id, ["support", "user"]);
    expect([status, body.roles]).toEqual([200, ["user", "support"]]);
    expect((await client.get("/v1/admin/users")).status).toBe(200);
    const actions = await staff.admin.get(`/v1/admin/users/${client.user.id}/actions`);
    expect(actions.body).toEqual({ items: [], nextCursor: null });
    expect(await staff.api.mails.to(client.user.address)).toEqual([]);
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call(nobodysId)));
  test("asks for a fresh proof when the last one is too old", async () =>
    expectStepUp(staff, call((await createUser(staff.api)).id)));
});
describe("403", () => {
  test("to users, operators, support, and administrators without a second factor", () =>
    expectForbidden(staff, call(nobodysId), ["user", "operator", "support", "newAdmin"]));

  test("nobody promotes himself, whatever he sends", async () => {
    const { id } = staff.user.user;
    for (const body of [
      { roles: ["admin"], reason },
      { roles: ["user", "admin"], reason: "x" },
    ])
      expect((await staff.user.put(pathOf(id), body)).status).toBe(403);
    const { body } = await staff.admin.get<AdminUser>(`/v1/admin/users/${id}`);
    expect(body.roles).toEqual(["user"]);
  });
});
describe("404", () => {
  test("for an id that nobody has", () => expectNobody(staff, call(nobodysId)));
});
describe("405", () => {
  test("names what roles take", () => expectOnlyMethods(staff.api, pathOf(nobodysId), ["PUT"]));
});
describe("409", () => {
  test("for oneself", async () => {
    const answer = await setRoles<Problem>(staff.admin.user.id, ["admin", "support"]);
    expectProblem(answer, 409, "identity.own_account");
  });
});
describe("422", () => {
  test.each([
    ["no roles", { reason }, "/roles"],
    ["roles that are no list", { roles: "admin", reason }, "/roles"],
    ["a role that there is not", { roles: ["root"], reason }, "/roles/0"],
    ["too many", { roles: ["user", "user", "user", "user", "user"], reason }, "/roles"],
    ["no reason", { roles: [] }, "/reason"],
    ["a reason of spaces", { roles: [], reason: "  " }, "/reason"],
    ["a field that it does not take", { roles: [], reason, plan: "pro" }, "/"],
  ])("names %s", async (_what, body, path) => {
    const answer = await staff.admin.put<Problem>(pathOf(staff.user.user.id), body);
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [path]]);
  });
});

describe("429", () => {
  test("after the writes of a minute, for that client alone", async () =>
    expectLimit(staff, 1, call((await createUser(staff.api)).id)));
});

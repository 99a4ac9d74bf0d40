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

const reason = "Asked for by phone, ticket 4711.";
let staff: Staff;
beforeAll(async () => {
  staff = await openStaff();
});
afterAll(() => staff.api.close());
const pathOf = (id: string) => `/v1/admin/users/${id}/suspension`;
const call = (id: string) => ({ method: "post", path: pathOf(id), body: { reason } }) as const;
const suspend = <T = AdminUser>(id: string, body: unknown = { reason }) =>
  staff.admin.post<T>(pathOf(id), body);

describe("200", () => {
  test("the user is suspended: every session of his ends at once", async () => {
    const victim = await signedInUser(staff.api, { roles: ["support"] });
    const elsewhere = authorized(staff.api, (await signIn(staff.api, victim.user)).accessToken);
    for (const session of [victim, elsewhere])
      expect((await session.get("/v1/users/me")).status).toBe(200);
    const { status, body } = await suspend(victim.user.id);
    expect([status, body.status, body.id]).toEqual([200, "suspended", victim.user.id]);
    for (const session of [victim, elsewhere]) {
      expect((await session.get("/v1/users/me")).status).toBe(401);
      expect((await session.get("/v1/admin/users")).status).toBe(401);
    }
    const sessions = await staff.api.sql`
      select end_reason from identity.sessions where user_id = ${victim.user.id}`;
    expect(sessions.map((row) => row["end_reason"])).toEqual(["suspended", "suspended"]);
  });

  test("who did it and why is kept", async () => {
    const victim = await createUser(staff.api);
    await suspend(victim.id, { reason: `  ${reason} Ağ, שלום, 🙂  ` });
    expect(await newestAction(staff, victim.id)).toMatchObject({
      action: "suspended",
      reason: `${reason} Ağ, שלום, 🙂`,
      by: staff.admin.user.id,
      rolesBefore: ["user"],
      rolesAfter: ["user"],
    });
  });

  test("the user is told by mail, without the reason", async () => {
    const victim = await createUser(staff.api, { locale: "de" });
    await suspend(victim.id);
    const mail = await staff.api.mails.newest(victim.address);
    expect(mail.text).not.toContain("4711");
    expect(mail.html).not.toContain("4711");
  });

  test("a repeat with the same Idempotency-Key changes nothing more", async () => {
    const victim = await createUser(staff.api);
    const key = { "idempotency-key": `suspend-${victim.id}` };
    const first = await staff.admin.post(pathOf(victim.id), { reason }, key);
    const again = await staff.admin.post(pathOf(victim.id), { reason }, key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await staff.api.mails.to(victim.address)).toHaveLength(1);
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call(nobodysId)));
  test("asks for a fresh proof when the last one is too old", async () => {
    const victim = await createUser(staff.api);
    await expectStepUp(staff, call(victim.id));
  });
});

describe("403", () => {
  test("to users, operators, support, and administrators without a second factor", () =>
    expectForbidden(staff, call(nobodysId), ["user", "operator", "support", "newAdmin"]));
});

describe("404", () => {
  test("for an id that nobody has", () => expectNobody(staff, call(nobodysId)));
});

describe("405", () => {
  test("names what a suspension takes", () =>
    expectOnlyMethods(staff.api, pathOf(nobodysId), ["POST"]));
});

describe("409", () => {
  test("for oneself", async () => {
    const answer = await suspend<Problem>(staff.admin.user.id);
    expectProblem(answer, 409, "identity.own_account");
    expect((await staff.admin.get("/v1/users/me")).status).toBe(200);
  });

  test("for a suspended user; nothing is kept, and no mail sent", async () => {
    const victim = await createUser(staff.api, { status: "suspended" });
    expectProblem(await suspend<Problem>(victim.id), 409, "identity.wrong_state");
    const { body } = await staff.admin.get(`/v1/admin/users/${victim.id}/actions`);
    expect(body).toEqual({ items: [], nextCursor: null });
    expect(await staff.api.mails.to(victim.address)).toEqual([]);
  });
});

describe("422", () => {
  test.each([
    ["no reason", {}, "/reason"],
    ["an empty reason", { reason: "" }, "/reason"],
    ["a reason of spaces", { reason: "   " }, "/reason"],
    ["a reason of several lines", { reason: "a\nb" }, "/reason"],
    ["a reason that is too long", { reason: "x".repeat(501) }, "/reason"],
    ["a reason that is no text", { reason: ["x"] }, "/reason"],
    ["a field that it does not take", { reason, until: "2027-01-01" }, "/"],
  ])("names %s", async (_what, body, path) => {
    const answer = await suspend<Problem>(staff.user.user.id, body);
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [path]]);
  });

  test("names an id that is none", async () => {
    const answer = await suspend<Problem>("me");
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["id"]]);
  });
});

describe("429", () => {
  test("after the writes of a minute, for that client alone", async () =>
    expectLimit(staff, 1, call((await createUser(staff.api)).id)));
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { openStaff, type Staff } from "../../support/admin-api.ts";
import { authorized, createUser, signIn } from "../../support/identity.ts";

const reason = "Ticket 4711.";
let staff: Staff;
beforeAll(async () => {
  staff = await openStaff();
});
afterAll(() => staff.api.close());

test("no answer about a user, and no line of the log, holds a password, a hash, a secret or the whole address", async () => {
  const { admin, api } = staff;
  const victim = await createUser(api, { roles: ["support"], address: "very.secret@example.org" });
  const path = `/v1/admin/users/${victim.id}`;
  const answers = [
    await admin.get(`/v1/admin/users?search=${encodeURIComponent(victim.address)}`),
    await admin.get(path),
    await admin.put(`${path}/roles`, { roles: ["operator"], reason }),
    await admin.post(`${path}/suspension`, { reason }),
    await admin.post(`${path}/restoration`, { reason }),
    await admin.get(`${path}/actions`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  const seen = JSON.stringify([answers.map(({ body }) => body), api.logLines()]);
  for (const secret of [victim.password, victim.totpSecret ?? "-", "argon2", victim.address])
    expect(seen).not.toContain(secret);
});

test("a refused action is refused for the client, too: no 200 with an empty body", async () => {
  const { user, api } = staff;
  for (const answer of [
    await user.put(`/v1/admin/users/${staff.admin.user.id}/roles`, { roles: [], reason }),
    await user.post(`/v1/admin/users/${staff.admin.user.id}/suspension`, { reason }),
    await user.get("/v1/admin/users"),
  ]) {
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: "auth.forbidden", status: 403 });
  }
  const rows = await api.sql`select count(*)::int as actions from identity.account_actions
    where acted_by = ${user.user.id}`;
  expect(rows[0]?.["actions"]).toBe(0);
});

test("who reviews is made by an administrator's hand, from then on may, and has no other right", async () => {
  const { admin, api } = staff;
  const reviewer = await createUser(api, { secondFactor: true });
  await admin.put(`/v1/admin/users/${reviewer.id}/roles`, { roles: ["operator"], reason });
  const { accessToken } = await signIn(api, reviewer);
  const [, claims = ""] = accessToken.split(".");
  const { roles, permissions } = JSON.parse(Buffer.from(claims, "base64url").toString());
  expect(roles).toEqual(["user", "operator"]);
  expect(permissions).toContain("gbs:review");
  expect(permissions.filter((one: string) => one.startsWith("admin:"))).toEqual([]);
  expect((await authorized(api, accessToken).get("/v1/admin/users")).status).toBe(403);
});

test("nobody who is signed in as a plain user changes a role, a plan or an account, his own or another's", async () => {
  const { user, admin } = staff;
  for (const id of [user.user.id, admin.user.id]) {
    expect(
      (await user.put(`/v1/admin/users/${id}/roles`, { roles: ["admin"], reason })).status,
    ).toBe(403);
    for (const verb of ["suspension", "restoration"])
      expect((await user.post(`/v1/admin/users/${id}/${verb}`, { reason })).status).toBe(403);
  }
  for (const body of [{ roles: ["admin"] }, { plan: "pro" }, { status: "active" }])
    expect((await user.patch("/v1/users/me", body)).status).toBe(422);
});

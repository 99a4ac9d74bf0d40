import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Problem } from "../../support/currency-api.ts";
import { authorized, createUser, signIn, type TestUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const password = "violet tractor sings at noon";
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());
/** Answers that a command left over are nothing to the next one. */
afterEach(async () => {
  while ((await api.terminal.ask("left over")) !== null);
});

const create = (address: string, ...typed: readonly string[]) => {
  api.terminal.type(...typed);
  return api.runCommand("admin:create", address);
};
const usersAt = (address: string) => api.sql`
  select id, display_name, roles, status, has_second_factor from identity.users where address = ${address}`;

describe("a new administrator", () => {
  test("has the name and the password that were typed, and the roles user and admin", async () => {
    const address = "ada@example.org";
    const { code, lines } = await create(address, " Ada   Admin ", password, password);
    expect([code, lines]).toEqual([
      0,
      [
        "ada@example.org is an administrator.",
        "Sign in and set up a second factor: until then the role gives nothing.",
      ],
    ]);
    expect(await usersAt(address)).toMatchObject([
      { display_name: "Ada Admin", roles: ["user", "admin"], status: "active" },
    ]);
    const questions = api.terminal.questions().slice(-3);
    expect(questions).toEqual(["Display name: ", "*Password: ", "*The same password again: "]);
  });

  test("signs in with that password, and may do nothing until the second factor is set up", async () => {
    const address = "grace@example.org";
    await create(address, "Grace", password, password);
    const signedIn = await api.post<{ accessToken: string }>("/v1/auth/sessions", {
      email: address,
      password,
    });
    expect(signedIn.status).toBeWithin(200, 202);
    const { get } = authorized(api, signedIn.body.accessToken);
    expect((await get<Problem>("/v1/admin/users")).status).toBe(403);
    expect((await get("/v1/users/me")).body).toMatchObject({
      roles: ["user", "admin"],
      effectiveRoles: ["user"],
      secondFactor: { enabled: false, required: true },
    });
  });

  test("is noted as made on the server", async () => {
    const address = "noted@example.org";
    await create(address, "Noted", password, password);
    const [row] = await api.sql`
      select action, acted_by, roles_before, roles_after from identity.account_actions
      where user_id = (select id from identity.users where address = ${address})`;
    expect(row).toEqual({
      action: "admin_created",
      acted_by: "command:admin:create",
      roles_before: [],
      roles_after: ["user", "admin"],
    });
  });

  test("has three tries for each answer, and is told what was wrong", async () => {
    const typed = ["www.evil.example", "Emir", "short", password, "another password!", password];
    const { code, lines } = await create("tries@example.org", ...typed, password);
    expect(code).toBe(0);
    expect(lines.slice(0, 3)).toEqual([
      "Must not look like a link or a mail address; put a space after a dot.",
      "Must have at least 10 characters.",
      "These are two passwords.",
    ]);
  });

  test.each<[string, string[]]>([
    ["when nothing is typed", []],
    ["when no password is typed", ["Emir"]],
    ["when the password is not repeated", ["Emir", password]],
    ["after three weak passwords", ["Emir", "short", "1234567890", "Password123"]],
    ["when the password holds the mail name", Array<string>(4).fill("nobody-here-nobody-here")],
  ])("is not made %s", async (_when, typed) => {
    const { code, lines } = await create("nobody-here@example.org", ...typed);
    expect(code).toBe(1);
    expect(lines.length).toBeGreaterThan(0);
    expect(await usersAt("nobody-here@example.org")).toHaveLength(0);
  });

  test("is not made of what is no address, nor with a password among the arguments", async () => {
    expect((await create("no address", "Emir", password, password)).code).toBe(1);
    const refused = await api.runCommand("admin:create", "emir@example.org", password);
    expect([refused.code, refused.lines[1]]).toEqual([64, expect.stringContaining("usage:")]);
    expect((await api.runCommand("admin:create")).code).toBe(64);
    expect(await usersAt("emir@example.org")).toHaveLength(0);
  });
});

describe("somebody who has the address already", () => {
  const roleOf = async ({ address }: TestUser) => (await usersAt(address))[0]?.["roles"];

  test("becomes an administrator after a yes, and is told; no name or password is asked for", async () => {
    const user = await createUser(api, { displayName: "Ayşe", roles: ["support"] });
    const { accessToken } = await signIn(api, user);
    const { code, lines } = await create(user.address.toUpperCase(), "yes");
    expect([code, lines.length]).toEqual([0, 1]);
    expect(api.terminal.questions().at(-1)).toContain("Ayşe");
    expect(await roleOf(user)).toEqual(["user", "support", "admin"]);
    expect((await authorized(api, accessToken).get("/v1/users/me")).status).toBe(401);
    expect((await api.mails.newest(user.address)).text).toContain("admin");
    const action = await api.sql`
      select action, acted_by from identity.account_actions where user_id = ${user.id}`;
    expect([...action]).toEqual([{ action: "roles_changed", acted_by: "command:admin:create" }]);
  });

  test.each(["no", "", "y", "YES!", "password"])("stays what he is after %p", async (answer) => {
    const user = await createUser(api);
    const { code, lines } = await create(user.address, answer);
    expect([code, lines]).toEqual([1, ["Nothing was changed."]]);
    expect(await roleOf(user)).toEqual(["user"]);
  });

  test("is not asked when he is an administrator already, or suspended", async () => {
    const asked = api.terminal.questions().length;
    const admin = await createUser(api, { roles: ["admin"] });
    expect(await create(admin.address, "yes")).toMatchObject({ code: 1 });
    const suspended = await createUser(api, { status: "suspended" });
    expect(await create(suspended.address, "yes")).toMatchObject({ code: 1 });
    expect(await roleOf(suspended)).toEqual(["user"]);
    expect(api.terminal.questions().length).toBe(asked);
  });
});

test("neither password nor hash is in a log line or in the audit trail's tables", async () => {
  await create("quiet@example.org", "Quiet", password, password);
  expect(JSON.stringify(api.logLines())).not.toContain(password);
  for (const table of ["users", "account_actions"]) {
    const rows = await api.sql.unsafe(`select * from identity.${table}`);
    expect(JSON.stringify(rows)).not.toMatch(/argon2id|violet tractor/);
  }
});

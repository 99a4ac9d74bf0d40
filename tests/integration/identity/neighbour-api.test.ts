import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createUserDirectoryRepository } from "#modules/identity/storage/user-directory.repository";
import { findNotifiedUsers, usersById } from "#modules/identity/use-cases/find-users";
import type { ReadPool } from "#platform/db/database";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { notificationCategories } from "#platform/notify/notifications";
import { systemIds } from "#platform/system";
import { authorized, createUser, signIn, type TestUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:neighbour", "test");
const asked = 1_000;
let api: TestApp;
let emir: TestUser;
let ayse: TestUser;
beforeAll(async () => {
  api = await openTestApp();
  emir = await createUser(api, { address: "Emir@Örnek.com.tr", locale: "tr-TR" });
  ayse = await createUser(api, { displayName: "Ayşe", status: "suspended" });
});
afterAll(() => api.close());

/** The read pool, which counts the statements that go through it. */
function counting(read: ReadPool) {
  let statements = 0;
  const counted = new Proxy(read, {
    get(target, key) {
      if (key === "select" || key === "execute") statements += 1;
      const member: unknown = Reflect.get(target, key);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { read: counted, statements: () => statements };
}
const manyIds = (): Id[] => Array.from({ length: asked - 2 }, () => systemIds.next());

describe("users by id", () => {
  test("are found in one statement, whoever is not there is left out", async () => {
    const { read, statements } = counting(api.db.read);
    const deps = { db: { ...api.db, read }, userDirectory: createUserDirectoryRepository() };
    const userIds = [...manyIds(), emir.id, ayse.id, emir.id].slice(-asked);
    const found = await usersById(deps, ctx, { userIds });
    expect(statements()).toBe(1);
    const byId = new Map(found.map((user) => [user.id, user]));
    expect(byId.size).toBe(found.length);
    expect([...byId.keys()].toSorted()).toEqual([emir.id, ayse.id].toSorted());
    expect(byId.get(ayse.id)).toEqual({
      id: ayse.id,
      displayName: "Ayşe",
      status: "suspended",
      locale: "en",
      timeZone: "Europe/Istanbul",
      baseCurrency: "TRY" as never,
    });
  });

  test("are none for no ids, and refused beyond the bound", async () => {
    const { identity } = api.app.ports;
    expect(await identity.usersById(ctx, { userIds: [] })).toEqual([]);
    const tooMany = [...manyIds(), emir.id, ayse.id, systemIds.next()];
    await expect(identity.usersById(ctx, { userIds: tooMany })).rejects.toMatchObject({
      code: "input.invalid",
    });
    await expect(identity.expireClaims(ctx, { userIds: tooMany })).rejects.toMatchObject({
      code: "input.invalid",
    });
  });
});

describe("addresses of users", () => {
  test("are told with what is the same for every spelling, of users who are there", async () => {
    const { identity } = api.app.ports;
    const userIds = [emir.id, systemIds.next(), ayse.id];
    const found = await identity.addressesOf(ctx, { userIds });
    expect(found.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))).toEqual([
      { userId: emir.id, address: "Emir@örnek.com.tr", key: "emir@xn--rnek-4qa.com.tr" },
      { userId: ayse.id, address: ayse.address, key: ayse.address },
    ]);
    expect(await identity.addressesOf(ctx, { userIds: [] })).toEqual([]);
    const tooMany = [...manyIds(), emir.id, ayse.id, systemIds.next()];
    await expect(identity.addressesOf(ctx, { userIds: tooMany })).rejects.toMatchObject({
      code: "input.invalid",
    });
  });

  test("are read from how people write them, whoever has them, without a look at the database", async () => {
    const { identity } = api.app.ports;
    const read = async (address: string) => (await identity.mailboxOf(ctx, { address })).mailbox;
    const [known] = await identity.addressesOf(ctx, { userIds: [emir.id] });
    expect((await read(" EMIR@ÖRNEK.com.tr "))?.key).toBe(known?.key ?? "");
    expect(await read("nobody@example.org")).toEqual({
      ...{ address: "nobody@example.org", key: "nobody@example.org" },
    });
    for (const none of ["", "no address", "a@b,c@d"]) expect(await read(none)).toBeNull();
  });
});

describe("live sessions", () => {
  const sessionOf = async (user: TestUser) => {
    const { refreshToken } = await signIn(api, user);
    return refreshToken.slice(0, refreshToken.indexOf(".")) as Id;
  };
  const live = (sessionIds: readonly Id[]) =>
    api.app.ports.identity.liveSessions(ctx, { sessionIds });

  test("are told with their holders and what these may do now", async () => {
    const operator = await createUser(api, { roles: ["operator"] });
    const [first, second] = [await sessionOf(operator), await sessionOf(emir)];
    const found = new Map(
      (await live([second, systemIds.next(), first])).map((one) => [one.sessionId, one]),
    );
    expect(found.size).toBe(2);
    expect(found.get(first)).toMatchObject({ userId: operator.id });
    expect(found.get(first)?.permissions).toContain("gbs:review");
    expect(found.get(second)).toMatchObject({ userId: emir.id });
    expect(found.get(second)?.permissions).not.toContain("gbs:review");
    await api.sql`update identity.users set has_second_factor = false where id = ${operator.id}`;
    expect((await live([first]))[0]?.permissions).not.toContain("gbs:review");
  });

  test.each([
    [
      "is ended",
      (id: Id) => api.sql`update identity.sessions set ended_at = now() where id = ${id}`,
    ],
    [
      "lapses",
      (id: Id) =>
        api.sql`update identity.sessions set idle_expires_at = ${api.clock.now()} where id = ${id}`,
    ],
    [
      "is a suspended user's",
      (id: Id) => api.sql`update identity.users set status = 'suspended'
        where id = (select user_id from identity.sessions where id = ${id})`,
    ],
  ])("are without one that %s", async (_what, end) => {
    const id = await sessionOf(await createUser(api));
    expect(await live([id])).toHaveLength(1);
    await end(id);
    expect(await live([id])).toEqual([]);
  });

  test("are none for no ids, and refused beyond the bound", async () => {
    expect(await live([])).toEqual([]);
    await expect(live([...manyIds(), emir.id, ayse.id, systemIds.next()])).rejects.toMatchObject({
      code: "input.invalid",
    });
  });
});

describe("whom notify tells", () => {
  test("is found in one statement, with what is switched off", async () => {
    await api.sql`update identity.users set muted_categories = '{plan,gone}' where id = ${emir.id}`;
    const { read, statements } = counting(api.db.read);
    const deps = {
      ...{ db: { ...api.db, read }, notificationCategories },
      userDirectory: createUserDirectoryRepository(),
    };
    const found = await findNotifiedUsers(deps, ctx, { userIds: [...manyIds(), emir.id] });
    expect(statements()).toBe(1);
    expect(found).toEqual([
      {
        userId: emir.id,
        name: emir.displayName,
        address: "Emir@örnek.com.tr",
        locale: "tr-TR",
        timeZone: "Europe/Istanbul",
        muted: ["plan"],
      },
    ]);
  });
});

describe("a user by address", () => {
  test.each(["emir@örnek.com.tr", " EMIR@ÖRNEK.COM.TR ", "emir@xn--rnek-4qa.com.tr"])(
    "is found as %p",
    async (address) => {
      expect(await api.app.ports.identity.userIdByAddress(ctx, { address })).toEqual({
        userId: emir.id,
      });
    },
  );

  test.each(["emır@örnek.com.tr", "nobody@example.org", "no address", "", "a@b,c@d"])(
    "is nobody for %p",
    async (address) => {
      const { identity } = api.app.ports;
      expect(await identity.userIdByAddress(ctx, { address })).toEqual({ userId: null });
    },
  );
});

test("expired claims end access tokens, and no sessions", async () => {
  const user = await createUser(api);
  const { accessToken } = await signIn(api, user);
  const before = authorized(api, accessToken);
  expect((await before.get("/v1/users/me")).status).toBe(200);
  await api.app.ports.identity.expireClaims(ctx, { userIds: [user.id] });
  expect((await before.get("/v1/users/me")).status).toBe(401);
  const [sessions] = await api.sql`
    select count(*)::int as live from identity.sessions where user_id = ${user.id} and ended_at is null`;
  expect(sessions?.["live"]).toBe(1);
});

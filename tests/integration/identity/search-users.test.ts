import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AdminUser } from "#modules/identity/contract.admin";
import type { UserCriteria } from "#modules/identity/deps";
import { domainNames } from "#modules/identity/gateways/domain-names";
import { createAdministrationRepository } from "#modules/identity/storage/administration.repository";
import { searchUsers } from "#modules/identity/use-cases/search-users";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { createUser, type NewUser, type TestUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:search", "test");
/** Enough that reading them all would be seen. */
const crowd = 20_000;
let api: TestApp;
const found = new Map<string, TestUser>();

beforeAll(async () => {
  api = await openTestApp();
  await api.sql`
    insert into identity.users (id, address, address_key, display_name, display_name_key, status, roles, locale,
      time_zone, base_currency, muted_categories, terms_version, terms_accepted_at, has_second_factor, created_at, updated_at)
    select gen_random_uuid(), 'u' || n || '@example.org', 'u' || n || '@example.org', 'User ' || n, 'user ' || n, 'active',
      '{user}', 'en', 'UTC', 'EUR', '{}', '1', at, false, at, at
    from generate_series(1, ${crowd}) n, lateral (select timestamptz '2026-01-01Z' + n * interval '1 second' as at) t`;
  const people: Record<string, NewUser> = {
    ismail: { displayName: "İsmail Işık", address: "ismail@örnek.com.tr" },
    isil: { displayName: "Işıl", status: "suspended" },
    percent: { displayName: "100% Emir_", roles: ["operator"] },
    backslash: { displayName: "back\\slash", roles: ["admin"] },
    oezil: { displayName: "Özil", roles: ["support"], status: "suspended" },
  };
  for (const [name, person] of Object.entries(people)) {
    api.clock.advance(1);
    found.set(name, await createUser(api, person));
  }
  await api.sql`analyze identity.users`;
});
afterAll(() => api.close());

type Asked = Omit<Parameters<typeof searchUsers>[2], "limit"> & { limit?: number };
const search = (input: Asked) =>
  searchUsers({ db: api.db, domainNames, administration: createAdministrationRepository() }, ctx, {
    limit: 50,
    ...input,
  });
const names = async (input: Asked) =>
  (await search(input)).items.map(({ displayName }) => displayName);

describe("a search", () => {
  test.each([
    ["ISM", ["İsmail Işık"]],
    ["ism", ["İsmail Işık"]],
    ["İSM", ["İsmail Işık"]],
    ["ısm", ["İsmail Işık"]],
    ["isil", ["Işıl"]],
    ["IŞIL", ["Işıl"]],
    ["İS", ["Işıl", "İsmail Işık"]],
    ["ozil", ["Özil"]],
    ["100%", ["100% Emir_"]],
    ["100% Emir_", ["100% Emir_"]],
    ["%", []],
    ["_00", []],
    ["back\\s", ["back\\slash"]],
    ["\\", []],
    ["Emir", []],
    ["ismail@örnek.com.tr", ["İsmail Işık"]],
    [" ISMAIL@xn--rnek-4qa.com.tr ", ["İsmail Işık"]],
    ["ismail@", []],
    ["smail@örnek.com.tr", []],
  ])("for %p finds %p", async (term, wanted) => {
    expect(await names({ search: term })).toEqual(wanted);
  });

  test("for an id finds that user, in any case", async () => {
    const { id = "" } = found.get("isil") ?? {};
    expect(await names({ search: id })).toEqual(["Işıl"]);
    expect(await names({ search: id.toUpperCase() })).toEqual(["Işıl"]);
    expect(await names({ search: id, status: "active" })).toEqual([]);
  });

  test("by status and role narrows, alone and together", async () => {
    expect(await names({ status: "suspended" })).toEqual(["Özil", "Işıl"]);
    expect(await names({ role: "operator" })).toEqual(["100% Emir_"]);
    expect(await names({ role: "support", status: "suspended" })).toEqual(["Özil"]);
    expect(await names({ role: "support", status: "active" })).toEqual([]);
    expect(await names({ role: "user", search: "ozil" })).toEqual(["Özil"]);
  });

  test("shows no address", async () => {
    const page = await search({ search: "ism" });
    expect(page.items[0]?.maskedAddress).toBe("i***@örnek.com.tr");
    expect(JSON.stringify(page)).not.toContain("ismail@");
  });
});

describe("pages", () => {
  test("hold everybody once, the newest first, also those of one moment", async () => {
    await api.sql`update identity.users set created_at = '2026-01-01T01:00:00Z'
      where created_at between '2026-01-01T01:00:00Z' and '2026-01-01T01:05:00Z'`;
    const seen: AdminUser[] = [];
    let cursor: string | undefined;
    do {
      const page = await search({ limit: 200, cursor, search: "user 3" });
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const [counted] = await api.sql`
      select count(*)::int as users from identity.users where display_name like 'User 3%'`;
    expect(seen.length).toBe(counted?.["users"]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    const keys = seen.map(({ createdAt, id }) => `${createdAt} ${id}`);
    expect(keys).toEqual(keys.toSorted().toReversed());
  });

  test.each([
    "e30",
    "WyIyMDI2Il0",
    "not a cursor",
    btoa('["2026-01-01T00:00:00Z","x"]').replaceAll("=", ""),
  ])("refuse %p as a cursor", async (cursor) => {
    await expect(search({ cursor })).rejects.toMatchObject({ code: "input.invalid" });
  });
});

/** Rows that PostgreSQL looked at, and whether it read the whole table. */
async function costOf(criteria: UserCriteria, before?: { at: never; id: Id }) {
  const query = createAdministrationRepository().search(api.db.read, criteria, {
    before,
    limit: 51,
  }) as unknown as { toSQL(): { sql: string; params: string[] } };
  const { sql: text, params } = query.toSQL();
  const [row] = await api.sql.unsafe(`explain (analyze, format json) ${text}`, params);
  const nodes: Record<string, unknown>[] = [];
  const walk = (node: Record<string, unknown>) => {
    nodes.push(node);
    for (const child of (node["Plans"] as Record<string, unknown>[] | undefined) ?? []) walk(child);
  };
  walk(row?.["QUERY PLAN"][0].Plan);
  const rowsOf = (node: Record<string, unknown>) =>
    (Number(node["Actual Rows"]) + Number(node["Rows Removed by Filter"] ?? 0)) *
    Number(node["Actual Loops"]);
  return {
    isWholeTable: nodes.some((node) => node["Node Type"] === "Seq Scan"),
    rows: Math.max(...nodes.map(rowsOf)),
  };
}

describe("the work of a search is bounded", () => {
  test.each<[string, UserCriteria]>([
    ["everybody", {}],
    ["the active ones", { status: "active" }],
    ["the few suspended ones", { status: "suspended" }],
    ["the few administrators", { role: "admin" }],
    ["a role and a status", { role: "support", status: "suspended" }],
    ["an address", { addressKey: "u77@example.org" }],
    ["a rare name", { nameKeyPrefix: "isma" }],
    ["a name that nobody has", { nameKeyPrefix: "zzz" }],
    ["a name that everybody has", { nameKeyPrefix: "user" }],
    ["a rare name with a role", { nameKeyPrefix: "100", role: "operator" }],
    ["everybody's name with a rare status", { nameKeyPrefix: "user", status: "suspended" }],
  ])("for %s", async (_name, criteria) => {
    const { isWholeTable, rows } = await costOf(criteria);
    expect(isWholeTable).toBe(false);
    expect(rows).toBeLessThan(300);
  });

  test("on a late page, too", async () => {
    const before = { at: "2026-01-01T00:01:00.000Z" as never, id: found.get("isil")?.id as Id };
    const { isWholeTable, rows } = await costOf({ status: "active" }, before);
    expect(isWholeTable).toBe(false);
    expect(rows).toBeLessThan(300);
  });
});

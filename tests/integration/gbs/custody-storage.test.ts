import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { verifyChain } from "#modules/gbs/domain/verify-chain";
import { createCustodyRepository } from "#modules/gbs/storage/custody.repository";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { systemContext } from "#platform/kernel/context";
import { chainOf, createTestSeal } from "../../support/custody-chains.ts";
import { storeChain } from "../../support/custody-rows.ts";
import { openTestDatabase, type TestDatabase } from "../../support/test-database.ts";

const seal = createTestSeal();
const step = {
  kind: "offered",
  actor: { role: "lender", id: null },
  data: { amount: "10.00" },
  values: [{ name: "description", value: "Für \u{1f6b2} ‮das Rad", owner: "both" }],
} as const;
const chain = chainOf([[step, step], [step]], seal);
const custody = createCustodyRepository();
let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
  const ctx = systemContext("test", "request");
  await db.database.transact(ctx, (tx) => storeChain(tx, chain));
});
afterAll(() => db.close());

describe("a stored log", () => {
  test("is read as it was signed, page by page", async () => {
    const { read } = db.database;
    const pages = [
      await custody.entries(read, chain.debtId, { after: 0, limit: 2 }),
      await custody.entries(read, chain.debtId, { after: 2, limit: 2 }),
    ];
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    expect(pages.flat()).toEqual([...chain.entries]);
    expect(verifyChain({ ...chain, entries: pages.flat() }, seal)).toEqual([]);
    expect(await custody.values(read, chain.debtId, [1, 2, 3])).toEqual([...chain.values]);
  });

  const asRole = async (url: string, statement: string): Promise<string> => {
    const sql = postgres({ ...postgresJsOptions(parseConnection(url)), max: 1 });
    try {
      return (await sql.unsafe(statement)).count.toString();
    } catch (error) {
      return error instanceof postgres.PostgresError ? error.code : String(error);
    } finally {
      await sql.end();
    }
  };

  test.each([
    "update gbs.custody_entries set entry = entry || ' '",
    "update gbs.custody_entries set at = at where seq = 99",
    "delete from gbs.custody_entries where seq = 3",
    "delete from gbs.custody_entries where seq = 99",
    "insert into gbs.custody_entries select * from gbs.custody_entries on conflict (debt_id, seq) do update set hash = ''",
    "merge into gbs.custody_entries e using (select 1) s on e.seq = 3 when matched then delete",
    "truncate gbs.custody_entries",
    "alter table gbs.custody_entries disable trigger all",
    "drop trigger custody_entries_append_only on gbs.custody_entries",
    "create or replace function gbs.refuse_change() returns trigger language sql as 'select null'",
  ])("is not changed by the application: %s", async (statement) => {
    expect(await asRole(db.appUrl, statement)).toBe("42501");
    const { read } = db.database;
    expect(await custody.entries(read, chain.debtId, { after: 0, limit: 9 })).toHaveLength(3);
  });

  test("is not changed by the owner's slip either", async () => {
    for (const statement of ["update gbs.custody_entries set kid = ''", "delete from gbs.debts"])
      expect(await asRole(db.ownerUrl, statement)).not.toMatch(/^\d{1,4}$/);
    expect(await asRole(db.ownerUrl, "delete from gbs.custody_entries")).toBe("42501");
  });

  test("takes no entry twice", async () => {
    const again = db.database.transact(systemContext("test", "request"), (tx) =>
      custody.append(tx, chain.debtId, { entries: chain.entries.slice(2), values: [] }),
    );
    expect(again).rejects.toThrow();
  });
});

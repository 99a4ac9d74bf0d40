import { afterAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { readAuditContext } from "#platform/db/audit-context";
import { sqlStateOf } from "#platform/db/failures";
import { systemIds } from "#platform/system";
import { testKeyring } from "../../support/test-keyring.ts";
import { context, openTill, transfer } from "../../support/till.ts";
import { openWalMessages } from "../../support/wal-messages.ts";

const till = await openTill();
const wal = await openWalMessages(till);
const { database } = till;
afterAll(async () => {
  await wal.close();
  await till.close();
});

describe("writeOne", () => {
  test("writes everything in one statement and gives its row as plain JSON", async () => {
    const book = systemIds.next();
    const [from, to] = [await till.addAccount(book, "10"), await till.addAccount(book)];
    const ctx = context();
    const row = await database.writeOne(ctx, transfer(book, from, to, "2.50"));
    expect(row).toEqual({ postings: 2, balance: "2.50", at: "2026-01-02T03:04:05.6+00:00" });
    expect([await till.balanceOf(from), await till.balanceOf(to)]).toEqual(["7.50", "2.50"]);
    const messages = await wal.committed(ctx.requestId);
    expect(messages.map((message) => readAuditContext(message, testKeyring)?.operation)).toEqual([
      "postAmount",
    ]);
  });

  test("writes nothing, no context and no record when one of two accounts is unknown", async () => {
    const book = systemIds.next();
    const known = await till.addAccount(book, "10");
    const before = [await till.countPostings(), await till.countRecords()];
    for (const unknown of [systemIds.next(), await till.addAccount(systemIds.next())]) {
      const ctx = context({ key: systemIds.next() });
      expect(await database.writeOne(ctx, transfer(book, known, unknown, "1"))).toBeUndefined();
      expect(await wal.committed(ctx.requestId)).toEqual([]);
    }
    expect(await till.balanceOf(known)).toBe("10");
    expect([await till.countPostings(), await till.countRecords()]).toEqual(before);
  });

  test("writes nothing when its result has two rows", async () => {
    const before = await till.countPostings();
    const account = await till.addAccount();
    const twice = sql`posted as (
        insert into till.postings (id, account_id, amount, posted_at)
        select gen_random_uuid(), ${account}, 1, ${"2026-01-01T00:00:00.000Z"}::timestamptz
        from generate_series(1, 2) returning id
      ), result as (select id from posted)`;
    expect(await database.writeOne(context(), twice).catch(sqlStateOf)).toBe("21000");
    expect(await till.countPostings()).toBe(before);
  });

  test("is tried again after a serialization failure, and three times at most", async () => {
    await till.owner.unsafe(`create sequence till.tries;
      create function till.fail(until int) returns int language plpgsql as $$
      declare n int := nextval('till.tries');
      begin if n < until then raise exception 'again' using errcode = '40001'; end if; return n; end $$;
      grant usage on sequence till.tries to fintrack_app`);
    expect(await database.writeOne(context(), sql`result as (select till.fail(3) as n)`)).toEqual({
      n: 3,
    });
    const refused = database.writeOne(context(), sql`result as (select till.fail(100) as n)`);
    expect(await refused.catch(sqlStateOf)).toBe("40001");
    expect(await till.owner`select last_value::int as n from till.tries`).toMatchObject([
      { n: 3 + 4 },
    ]);
  });
});

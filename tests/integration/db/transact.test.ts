import { afterAll, describe, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { readAuditContext } from "#platform/db/audit-context";
import type { Tx } from "#platform/db/database";
import { sqlStateOf } from "#platform/db/failures";
import { isInsideTransaction } from "#platform/db/transact";
import { AppError } from "#platform/kernel/errors";
import { terminateSessions } from "../../support/terminate-sessions.ts";
import { testKeyring } from "../../support/test-keyring.ts";
import { accounts, context, openTill, post } from "../../support/till.ts";
import { openWalMessages } from "../../support/wal-messages.ts";

const till = await openTill();
const wal = await openWalMessages(till);
const { database } = till;
afterAll(async () => {
  await wal.close();
  await till.close();
});

describe("transact", () => {
  test("commits what the work wrote and gives its result", async () => {
    const account = await till.addAccount();
    const result = await database.transact(context(), async (tx) => {
      await post(tx, account, "12.50");
      return "done";
    });
    expect(result).toBe("done");
    expect(await till.balanceOf(account)).toBe("12.50");
  });

  test("undoes everything when the work throws, and passes its error on", async () => {
    const account = await till.addAccount();
    const postings = await till.countPostings();
    const failure = new Error("no");
    const work = database.transact(context(), async (tx) => {
      await post(tx, account, "1");
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await till.balanceOf(account)).toBe("0");
    expect(await till.countPostings()).toBe(postings);
  });

  test("ends as unavailable, and the process lives, when the server ends the connection under it", async () => {
    const account = await till.addAccount();
    for (const when of ["in a statement", "between statements"]) {
      const work = database.transact(context(), async (tx) => {
        await post(tx, account, "1");
        const end = terminateSessions(till, "fintrack write");
        if (when === "in a statement") await tx.execute(sql`select pg_sleep(5)`);
        await end;
        await Bun.sleep(50); // the server has closed it by now
        await post(tx, account, "1");
      });
      const failure = await work.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(AppError);
      expect((failure as AppError).kind).toBe("unavailable");
    }
    await Bun.sleep(50); // whatever the library does afterwards
    expect(await till.balanceOf(account)).toBe("0");
    await database.transact(context(), (tx) => post(tx, account, "2"));
    expect(await till.balanceOf(account)).toBe("2");
  });

  test("undoes everything when the work swallowed a failed statement", async () => {
    const account = await till.addAccount();
    const work = database.transact(context(), async (tx) => {
      await post(tx, account, "1");
      await tx.execute(sql`select 1 / 0`).catch(() => {});
    });
    await expect(work).rejects.toThrow();
    expect(await till.balanceOf(account)).toBe("0");
  });

  test("keeps a savepoint's failure inside the savepoint", async () => {
    const account = await till.addAccount();
    await database.transact(context(), async (tx) => {
      await post(tx, account, "1");
      await tx
        .transaction(async (inner) => {
          await post(inner as unknown as Tx, account, "10");
          throw new Error("only this");
        })
        .catch(() => {});
    });
    expect(await till.balanceOf(account)).toBe("1");
  });

  test("emits one signed audit context that says who, which request and what", async () => {
    const account = await till.addAccount();
    const ctx = context();
    await database.transact(ctx, (tx) => post(tx, account, "1"));
    const messages = await wal.committed(ctx.requestId);
    expect(messages).toHaveLength(1);
    expect(readAuditContext(messages[0] ?? "", testKeyring)).toMatchObject({
      process: expect.stringContaining("test-"),
      counter: expect.any(Number),
      actor: { type: "system", name: "test" },
      requestId: ctx.requestId,
      operation: "postAmount",
    });
  });

  test("leaves no context of what was undone", async () => {
    const ctx = context();
    await database
      .transact(ctx, async () => {
        throw new Error("no");
      })
      .catch(() => {});
    expect(await wal.committed(ctx.requestId)).toEqual([]);
  });

  test("refuses a transaction or a single write inside a transaction", async () => {
    for (const inner of [
      () => database.transact(context(), async () => 1),
      () => database.writeOne(context(), sql`result as (select 1 as one)`),
    ])
      await expect(database.transact(context(), inner)).rejects.toThrow("transaction");
  });

  test("tells whoever is called from the work that a transaction is open", async () => {
    const inside = await database.transact(context(), async (tx) => {
      await tx.execute(sql`select 1`);
      return isInsideTransaction();
    });
    expect([inside, isInsideTransaction()]).toEqual([true, false]);
  });

  test("refuses a statement that comes after its end instead of running it outside", async () => {
    const account = await till.addAccount();
    let late: Tx | undefined;
    await database.transact(context(), async (tx) => {
      late = tx;
    });
    await expect(post(late as Tx, account, "5")).rejects.toThrow();
    await Bun.sleep(20);
    expect(await till.balanceOf(account)).toBe("0");
  });

  test("runs the work again after a deadlock, as a transaction of its own", async () => {
    const [a, b] = [await till.addAccount(), await till.addAccount()];
    const { promise: bothHaveOne, resolve: go } = Promise.withResolvers<void>();
    let holding = 0;
    let runs = 0;
    const crossing = (first: typeof a, second: typeof a) =>
      database.transact(context(), async (tx) => {
        runs += 1;
        await post(tx, first, "1");
        holding += 1;
        if (holding === 2) go();
        await bothHaveOne;
        await post(tx, second, "1");
      });
    await Promise.all([crossing(a, b), crossing(b, a)]);
    expect(runs).toBe(3);
    expect([await till.balanceOf(a), await till.balanceOf(b)]).toEqual(["2", "2"]);
  });

  test("gives up on a conflict that does not go away after three retries", async () => {
    let runs = 0;
    const work = database.transact(context(), async (tx) => {
      runs += 1;
      await tx.execute(sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
    });
    expect(await work.catch(sqlStateOf)).toBe("40001");
    expect(runs).toBe(4);
  });

  test("answers 503 when a lock is not to be had in time", async () => {
    const account = await till.addAccount();
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = database.transact(context(), async (tx) => {
      await tx.select().from(accounts).where(eq(accounts.id, account)).for("update");
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const failure = await database
      .transact(context(), (tx) => post(tx, account, "1"))
      .catch((error) => error);
    held.resolve();
    await holder;
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "database.locked", kind: "unavailable" });
  });
});

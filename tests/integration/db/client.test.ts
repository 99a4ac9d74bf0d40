import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { type OpenDatabase, openDatabase } from "#platform/db/client";
import { parseConnection, socketFile } from "#platform/db/connection";
import { databaseFailure, sqlStateOf } from "#platform/db/failures";
import { preparedRead } from "#platform/db/prepared-read";
import { systemClock } from "#platform/kernel/clock";
import type { Id } from "#platform/kernel/ids";
import { systemIds } from "#platform/system";
import { eventually } from "../../support/eventually.ts";
import { openProxy } from "../../support/tcp-proxy.ts";
import { terminateSessions } from "../../support/terminate-sessions.ts";
import { testKeyring } from "../../support/test-keyring.ts";
import { accounts, context, openTill, post, postings } from "../../support/till.ts";

const till = await openTill();
const { database } = till;
afterAll(() => till.close());

const scalar = async (query: ReturnType<typeof sql>) =>
  Object.values((await database.read.execute(query))[0] ?? {})[0];

describe("the read pool", () => {
  test("refuses a stray write", async () => {
    const write = database.read
      .insert(accounts)
      .values({ id: systemIds.next(), bookId: systemIds.next(), balance: "0" as never });
    expect(await write.catch(sqlStateOf)).toBe("25006");
    expect(await write.catch(databaseFailure)).toBeUndefined();
  });

  test("reads exact decimals and instants", async () => {
    const account = await till.addAccount(undefined, "1234567890123456789.000000000000000001");
    expect(await till.balanceOf(account)).toBe("1234567890123456789.000000000000000001");
    await database.transact(context(), (tx) => post(tx, account, "0.10"));
    const [row] = await database.read
      .select()
      .from(postings)
      .where(eq(postings.accountId, account));
    expect(row).toMatchObject({ amount: "0.10", postedAt: "2026-01-02T03:04:05.600Z" });
  });

  test("bounds every statement, wait and forgotten transaction, speaks UTC and compiles nothing", async () => {
    const settings = await database.read.execute<{ name: string; setting: string }>(sql`
      select name, setting from pg_settings where source = 'client' order by name`);
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toMatchObject({
      TimeZone: "UTC",
      application_name: "fintrack read",
      default_transaction_read_only: "on",
      idle_in_transaction_session_timeout: "15000",
      jit: "off",
      lock_timeout: "3000",
      statement_timeout: "10000",
    });
  });

  test("runs as a role that owns nothing and makes nothing", async () => {
    for (const ddl of [
      "create table till.x ()",
      "create schema x",
      "create table public.x ()",
      "drop table till.accounts",
      "truncate till.accounts",
      "alter table till.accounts disable trigger all",
      "alter publication fintrack_audit drop table till.accounts",
      "set session_replication_role = replica",
    ]) {
      const work = database.transact(context(), (tx) => tx.execute(sql.raw(ddl)));
      expect([ddl, await work.catch(sqlStateOf)]).toEqual([ddl, "42501"]);
    }
  });
});

describe("a prepared read", () => {
  const balanceOf = preparedRead<{ id: Id }, { balance: string }[]>("balance_of", (read, name) =>
    read
      .select({ balance: accounts.balance })
      .from(accounts)
      .where(sql`${accounts.id} = ${sql.placeholder("id")}`)
      .prepare(name),
  );

  test("answers with what is committed, planned once per connection", async () => {
    const account = await till.addAccount(undefined, "7");
    for (let i = 0; i < 20; i += 1)
      expect(await balanceOf(database.read, { id: account })).toEqual([{ balance: "7" }]);
    const plans = await scalar(sql`
      select count(*)::int from pg_prepared_statements where statement like '%"balance"%$1'`);
    expect(plans).toBeLessThanOrEqual(1);
  });

  test("takes no transaction: there it would read beside it", async () => {
    await database.transact(context(), async (tx) => {
      // @ts-expect-error a Tx is no ReadPool
      () => balanceOf(tx, { id: systemIds.next() });
    });
  });
});

describe("broken connections", () => {
  let proxy: ReturnType<typeof openProxy>;
  let behind: OpenDatabase;
  const openBehind = () =>
    openDatabase({
      connection: { ...parseConnection(till.appUrl), host: "127.0.0.1", port: proxy.port },
      poolSize: 4,
      processId: "behind-proxy",
      keyring: testKeyring,
      clock: systemClock,
    });
  beforeAll(() => {
    const direct = parseConnection(till.appUrl);
    proxy = openProxy(socketFile(direct.host, direct.port));
    behind = openBehind();
  });
  afterEach(() => proxy.restore());
  afterAll(async () => {
    await behind.close();
    proxy.close();
  });
  const one = () => behind.read.execute<{ one: number }>(sql`select 1 as one`);

  test("are made again, and a read in flight is asked once more", async () => {
    await one();
    const slow = behind.read.execute<{ n: number }>(sql`select 1 as n, pg_sleep(0.3)`);
    const answer = slow.then((rows) => rows[0]?.n);
    await Bun.sleep(100);
    proxy.cut();
    expect(await answer).toBe(1);
  });

  test("ended by the server are made again", async () => {
    await one();
    await terminateSessions(till, "fintrack read");
    expect((await one())[0]?.one).toBe(1);
  });

  test("while the server is away are a 503 and never end the process; then all works again", async () => {
    await one();
    proxy.takeAway();
    const failure = await one().then(undefined, databaseFailure);
    expect(failure).toMatchObject({ code: "database.unavailable", kind: "unavailable" });
    const write = behind.transact(context(), async (tx) => tx.execute(sql`select 1`));
    expect(await write.catch((error) => error)).toMatchObject({ code: "database.unavailable" });
    expect(await behind.ping().catch((error) => error)).toMatchObject({ kind: "unavailable" });
    proxy.restore();
    await eventually("a read succeeds", () =>
      one().then(
        () => true,
        () => false,
      ),
    );
    await behind.ping();
  });

  test("answer every read that comes while they break, at whatever moment", async () => {
    for (let moment = 0; moment < 5; moment += 1) {
      await eventually("all connections are there", () =>
        Promise.all([one(), one()]).then(
          () => true,
          () => false,
        ),
      );
      proxy.takeAway();
      for (let turn = 0; turn < moment; turn += 1)
        await new Promise<void>((resolve) => void setImmediate(resolve));
      const answer = one().then(
        () => "answered",
        (error) => databaseFailure(error)?.code,
      );
      const settled = await Promise.race([answer, Bun.sleep(10_000).then(() => "waits for ever")]);
      expect([moment, settled]).toEqual([moment, "database.unavailable"]);
      proxy.restore();
    }
  }, 60_000);

  test("do not repeat a write: it may have been committed", async () => {
    const account = await till.addAccount();
    let runs = 0;
    const write = behind.transact(context(), async (tx) => {
      runs += 1;
      await post(tx, account, "1");
      proxy.cut();
      await tx.execute(sql`select 1`);
    });
    expect(await write.catch((error) => error)).toMatchObject({ code: "database.unavailable" });
    expect([runs, await till.balanceOf(account)]).toEqual([1, "0"]);
  });

  test("do not hold up closing, though a statement was under way when they broke", async () => {
    const closing = openBehind();
    const write = closing.transact(context(), async (tx) => {
      const slow = tx.execute(sql`select pg_sleep(1)`).then();
      await Bun.sleep(50);
      proxy.cut();
      await slow;
    });
    await write.catch(() => {});
    const start = performance.now();
    await closing.close();
    expect(performance.now() - start).toBeLessThan(4_000); // it would wait for five seconds
  });

  test("leave LISTEN working: it is begun again, and the listener is told", async () => {
    const heard: string[] = [];
    let listening = 0;
    const stop = await behind.listen(
      "rates",
      (payload) => heard.push(payload),
      () => (listening += 1),
    );
    expect(listening).toBe(1);
    const notify = (payload: string) => till.owner`select pg_notify('rates', ${payload})`;
    await notify("a");
    await eventually("the notification", () => Bun.deepEquals(heard, ["a"]));

    await terminateSessions(till, "fintrack listen");
    await eventually("listening again", () => listening > 1);
    await notify("b");
    await eventually("the notification", () => Bun.deepEquals(heard, ["a", "b"]));

    const before = listening;
    proxy.takeAway();
    await Bun.sleep(700);
    proxy.restore();
    await eventually("listening once more", () => listening > before);
    await notify("c");
    await eventually("the notification", () => Bun.deepEquals(heard, ["a", "b", "c"]));

    await stop();
    await notify("d");
    await Bun.sleep(50);
    expect(heard).toEqual(["a", "b", "c"]);
  });
});

describe("closing", () => {
  const open = () =>
    openDatabase({
      connection: parseConnection(till.appUrl),
      poolSize: 2,
      processId: "closing",
      keyring: testKeyring,
      clock: systemClock,
    });

  test("lets running statements and transactions finish, then refuses with a 503", async () => {
    const account = await till.addAccount();
    const closing = open();
    const read = closing.read.execute(sql`select 1 as n, pg_sleep(0.2)`).then((rows) => rows[0]);
    const write = closing.transact(context(), async (tx) => {
      await Bun.sleep(100);
      await post(tx, account, "1");
    });
    await Bun.sleep(30);
    await closing.close();
    expect(await read).toMatchObject({ n: 1 });
    await write;
    expect(await till.balanceOf(account)).toBe("1");
    const late = closing.read.execute(sql`select 1`).then(undefined, databaseFailure);
    expect(await late).toMatchObject({ code: "database.unavailable" });
  });
});

test("the pools tell how many connections are in use and how many callers wait", async () => {
  const idle = {
    read: { size: 4, inUse: 0, waiting: 0 },
    write: { size: 4, inUse: 0, waiting: 0 },
  };
  expect(database.poolStats()).toEqual(idle);
  const reads = Array.from({ length: 6 }, () =>
    database.read.execute(sql`select pg_sleep(0.1)`).then(),
  );
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const write = database.transact(context(), () => mayEnd);
  // All are sent, and no answer can have come: those need a turn of the event loop.
  for (let step = 0; step < 20; step += 1) await null;
  expect(database.poolStats()).toEqual({
    read: { size: 4, inUse: 4, waiting: 2 },
    write: { size: 4, inUse: 1, waiting: 0 },
  });
  end();
  await Promise.all([write, ...reads]);
  expect(database.poolStats()).toEqual(idle);
});

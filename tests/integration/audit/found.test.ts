import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { createOutcomeMessages, outcomeMessagePrefix } from "#platform/audit/messages";
import type { Relay } from "#platform/audit/relay";
import { createAuditContexts } from "#platform/db/audit-context";
import { postgresJsOptions } from "#platform/db/connection";
import { migrate } from "#platform/db/migrate";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { systemIds } from "#platform/system";
import {
  type AuditInstallation,
  auditedLayout,
  openAuditInstallation,
} from "../../support/audit-installation.ts";
import { eventually } from "../../support/eventually.ts";
import { testRoleNames } from "../../support/test-templates.ts";
import { accounts } from "../../support/till.ts";

let installation: AuditInstallation;
let relay: Relay;
let app: postgres.Sql;
let faults: readonly string[] = [];

beforeAll(async () => {
  installation = await openAuditInstallation();
  relay = installation.startRelay({
    observer: { stored() {}, checkpointAt() {}, drift: (drift) => (faults = drift.faults) },
  });
  await relay.settled(10_000);
  app = postgres({ ...postgresJsOptions(installation.at("app", "main")), max: 2 });
}, 60_000);
afterAll(async () => {
  await app.end();
  await installation.close();
}, 60_000);

const entry = (where: string) =>
  eventually(where, async () => (await installation.entries(where))[0]);
const insert = () =>
  `insert into till.accounts values ('${systemIds.next()}', '${systemIds.next()}', 1)`;
const emit = (sql: postgres.TransactionSql | postgres.Sql, content: string, prefix = "audit") =>
  sql`select pg_logical_emit_message(true, ${prefix}, ${content})`;

describe("a write", () => {
  test("by psql is unattributed", async () => {
    await installation.main.unsafe(insert());
    expect(await entry("attribution = 'unattributed'")).toMatchObject({ table: "till.accounts" });
  });

  test("under a context that nobody of ours signed is unverified", async () => {
    const id = systemIds.next();
    await app.begin(async (sql) => {
      await emit(sql, `{"process":"p","counter":1,"mac":"${"0".repeat(64)}"}`);
      await sql.unsafe(`insert into till.accounts values ('${id}', '${id}', 1)`);
    });
    expect(await entry(`targets @> array['${id}'] and attribution = 'unverified'`)).toMatchObject({
      data: { reason: "signature" },
    });
    expect(await entry("kind = 'unverified'")).toMatchObject({ data: { reason: "signature" } });
  });

  test("under a copied context, or under two, is unverified", async () => {
    const contexts = createAuditContexts({ processId: "copied", keyring: installation.keyring });
    const [first, second, third] = [1, 2, 3].map(() =>
      contexts.next(systemContext("job:t", "r-9")),
    );
    const ids = [1, 2, 3].map(() => systemIds.next());
    for (const [index, messages] of [[first], [first], [second, third]].entries())
      await app.begin(async (sql) => {
        for (const message of messages) await emit(sql, message ?? "");
        await sql.unsafe(`insert into till.accounts values ('${ids[index]}', '${ids[index]}', 1)`);
      });
    const [own, copied, twofold] = await Promise.all(
      ids.map((id) => entry(`targets @> array['${id}'] and kind = 'change'`)),
    );
    expect(
      [own, copied, twofold].map((found) => [found?.attribution, found?.data["reason"]]),
    ).toEqual([
      ["attributed", undefined],
      ["unverified", "repeated"],
      ["unverified", "several"],
    ]);
  });

  test("under a copied context is unverified after the relay began anew, too", async () => {
    const contexts = createAuditContexts({ processId: "kept", keyring: installation.keyring });
    const context = contexts.next(systemContext("job:t", "r-10"));
    const ids = [1, 2].map(() => systemIds.next());
    for (const id of ids) {
      await app.begin(async (sql) => {
        await emit(sql, context);
        await sql.unsafe(`insert into till.accounts values ('${id}', '${id}', 1)`);
      });
      await entry(`targets @> array['${id}']`);
      await relay.close();
      relay = installation.startRelay({
        observer: { stored() {}, checkpointAt() {}, drift: (drift) => (faults = drift.faults) },
      });
    }
    expect((await entry(`targets @> array['${ids[1]}']`)).attribution).toBe("unverified");
  });
});

describe("a request", () => {
  const context = (requestId: string) => systemContext("job:test", requestId);
  const outcome = (requestId: string) => ({
    ...{ requestId, clientRequestId: null, at: systemClock.now(), durationMs: 3, method: "POST" },
    ...{ route: "/v1/accounts", operation: "createAccount", targets: { bookId: "b-1" } },
    ...{ status: 201, code: null, actor: { type: "anonymous" as const }, client: "192.0.2.1" },
  });

  test("has one record, also when its outcome is sent twice", async () => {
    const messages = createOutcomeMessages({ processId: "api", keyring: installation.keyring });
    const content = messages.next([outcome("r-once")]);
    for (const _ of [1, 2]) await emit(app, content, outcomeMessagePrefix);
    await emit(app, messages.next([outcome("r-next")]), outcomeMessagePrefix);
    await entry("request_id = 'r-next'");
    const found = await installation.entries("request_id = 'r-once'");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ kind: "request", targets: ["b-1"], data: { durationMs: 3 } });
  });

  test("that was answered before its transaction came to its end is not recorded as unknown", async () => {
    const messages = createOutcomeMessages({ processId: "api3", keyring: installation.keyring });
    const [early, other] = [systemIds.next(), systemIds.next()];
    const { database } = installation;
    await database.transact(systemContext("createAccount", early), async (tx) => {
      await tx.insert(accounts).values({
        ...{ id: systemIds.next(), bookId: systemIds.next(), balance: "0" as never },
      });
      // Somebody waited too long, and was told that nobody knows; the commit follows.
      await emit(app, messages.next([{ ...outcome(early), status: 503 }]), outcomeMessagePrefix);
      await entry(`request_id = '${early}' and kind = 'request'`);
    });
    await entry(`request_id = '${early}' and kind = 'change'`);
    await relay.close();
    // A minute later; the relay has been away meanwhile, and knows only what it has stored.
    const waiting = await installation.log`
      update audit.unfinished set committed_at = committed_at - interval '61 s' returning request_id`;
    expect(waiting.map((row) => row["request_id"])).toContain(early);
    relay = installation.startRelay();
    const next = context(other);
    await database.transact(next, async (tx) => {
      await tx.insert(accounts).values({
        ...{ id: systemIds.next(), bookId: systemIds.next(), balance: "0" as never },
      });
    });
    await entry(`request_id = '${other}'`);
    await eventually("nobody waits for it any more", async () => {
      const rows = await installation.log`
        select 1 from audit.unfinished where request_id = ${early}`;
      return rows.length === 0;
    });
    const kinds = (await installation.entries(`request_id = '${early}'`)).map(({ kind }) => kind);
    expect(kinds).toEqual(["request", "change"]);
  });

  test("whose outcome does not come is recorded as unknown, and its late outcome as late", async () => {
    const [answered, silent] = [systemIds.next(), systemIds.next()];
    for (const requestId of [answered, silent])
      await installation.database.transact(
        { ...systemContext("createAccount", requestId) },
        async (tx) => {
          await tx.insert(accounts).values({
            ...{ id: systemIds.next(), bookId: systemIds.next(), balance: "0" as never },
          });
        },
      );
    const messages = createOutcomeMessages({ processId: "api2", keyring: installation.keyring });
    await emit(app, messages.next([outcome(answered)]), outcomeMessagePrefix);
    await entry(`request_id = '${answered}' and kind = 'request'`);
    await relay.close();
    // A minute later.
    const log = postgres(postgresJsOptions(installation.at("owner", "log")));
    const waiting =
      await log`update audit.unfinished set committed_at = committed_at - interval '61 s'
      returning request_id`;
    expect(waiting.map((row) => row["request_id"])).toEqual([silent]);
    await log.end();
    relay = installation.startRelay();
    expect(await entry(`request_id = '${silent}' and kind = 'request_unknown'`)).toMatchObject({
      operation: "createAccount",
    });
    await relay.close();
    relay = installation.startRelay();
    await emit(app, messages.next([outcome(silent)]), outcomeMessagePrefix);
    expect(await entry(`request_id = '${silent}' and kind = 'request'`)).toMatchObject({
      data: { late: true },
    });
    const all = await installation.entries(`request_id = '${silent}' and kind <> 'change'`);
    expect(all.map(({ kind }) => kind)).toEqual(["request_unknown", "request"]);
  });
});

describe("a change of the schema", () => {
  test("is told with who made it", async () => {
    await installation.main.unsafe("create table till.extra (id int primary key)");
    await installation.main.unsafe("drop table till.extra");
    expect(await entry(`kind = 'ddl' and content like '%till.extra%CREATE TABLE%'`)).toMatchObject({
      data: { tag: "CREATE TABLE", sessionUser: "fintrack_owner" },
    });
    expect(await entry(`kind = 'ddl' and content like '%till.extra%DROP TABLE%'`)).toBeDefined();
  });

  test("of the publication is told, and found by the comparison as long as it lasts", async () => {
    // At once: the relay that runs may be comparing at this moment.
    await installation.main.unsafe(`alter publication fintrack_audit drop table till.postings;
      alter table till.accounts replica identity default`);
    expect(await entry(`kind = 'ddl' and content like '%ALTER PUBLICATION%'`)).toMatchObject({
      data: { sessionUser: "fintrack_owner" },
    });
    // The comparison comes each minute, and at once when the relay begins.
    await relay.close();
    relay = installation.startRelay({
      observer: { stored() {}, checkpointAt() {}, drift: (drift) => (faults = drift.faults) },
    });
    expect(await entry("kind = 'drift'")).toMatchObject({
      data: {
        faults: [
          "till.accounts has replica identity d instead of f",
          "till.postings is not published",
        ],
      },
    });
    expect(faults).toHaveLength(2);
    await installation.main.unsafe(`alter publication fintrack_audit add table till.postings;
      alter table till.accounts replica identity full`);
  });

  test("that only narrows the publication is found with what it hides, and undone by migrating", async () => {
    await installation.main.unsafe(`
      alter publication fintrack_audit set table till.accounts where (false), till.postings (id, amount);
      alter publication fintrack_audit set (publish = 'insert')`);
    await relay.close();
    const observe = () =>
      installation.startRelay({
        observer: { stored() {}, checkpointAt() {}, drift: (drift) => (faults = drift.faults) },
      });
    relay = observe();
    const found = [
      "the publication tells only: insert",
      "till.accounts is published only where false",
      "till.postings is published only with id, amount",
    ];
    expect(await entry("kind = 'drift' and content like '%only%'")).toMatchObject({
      data: { faults: found.sort() },
    });
    expect(faults).toHaveLength(3);

    const connection = installation.at("owner", "main");
    await migrate({ connection, layout: auditedLayout, roles: testRoleNames });
    await relay.close();
    relay = observe();
    await eventually("nothing is hidden", () => faults.length === 0);
    const id = systemIds.next();
    await installation.main.unsafe(`insert into till.accounts values ('${id}', '${id}', 1)`);
    await installation.main.unsafe(`update till.accounts set balance = 7 where id = '${id}'`);
    expect(
      await entry(`targets @> array['${id}'] and content like '%"op":"update"%'`),
    ).toMatchObject({ data: { before: { balance: "1" } } });
  });
});

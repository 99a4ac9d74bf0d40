import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import type { CustodyEntry } from "#modules/gbs/domain/custody";
import { verifyChain } from "#modules/gbs/domain/verify-chain";
import { createCustodySigner } from "#modules/gbs/gateways/custody-signer";
import { publication } from "#platform/db/audited";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { type DatabaseLayout, logLayout, mainLayout } from "#platform/db/layout";
import { readManifest, type TableName } from "#platform/db/snapshot-manifest";
import type { Id } from "#platform/kernel/ids";
import type { Conversion } from "../../support/currency-api.ts";
import { authorized } from "../../support/identity.ts";
import { keptDumps } from "../../support/kept-dumps.ts";
import { moduleSchemas } from "../../support/module-schemas.ts";
import { totpAt } from "../../support/second-factor-users.ts";
import { blankDatabases, runSnapshotCommand } from "../../support/snapshot-installation.ts";
import {
  closeDatabases,
  createTestClock,
  openTestApp,
  type TestApp,
  type TestDatabases,
} from "../../support/test-app.ts";

type Tokens = { readonly accessToken: string; readonly refreshToken: string };

const maxSizeBytes = 300 * 1024;
const dumps = keptDumps();

test("there are dumps, and they are small", () => {
  expect(dumps.length).toBeGreaterThan(0);
  for (const { name, directory } of dumps) {
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
    const sizeBytes = files.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
    expect([name, sizeBytes < maxSizeBytes]).toEqual([name, true]);
  }
});

describe.each(dumps.map((dump) => [dump.name, dump] as const))(
  "%s, brought to the newest tables,",
  (_, { directory, keyringFile, facts }) => {
    const layouts = { main: mainLayout(moduleSchemas), log: logLayout };
    const keys = mkdtempSync(join(tmpdir(), "ft-kept-dump-"));
    let databases: TestDatabases;
    let app: TestApp;
    const sql = {} as Record<"main" | "log", Sql>;
    const counts: Record<string, Record<string, number>> = {};

    beforeAll(async () => {
      databases = await blankDatabases();
      const restored = await runSnapshotCommand(databases, "db:restore", directory);
      expect(restored.code).toBe(0);
      for (const kind of ["main", "log"] as const) {
        const owner = parseConnection(databases[kind].ownerUrl);
        sql[kind] = postgres({ ...postgresJsOptions(owner), max: 1, onnotice: () => {} });
        // Before anybody works on it.
        counts[kind] = await countRows(sql[kind], readManifest(join(directory, kind)).tables);
      }
      const KEYRING_FILE = join(keys, "keyring.json");
      copyFileSync(keyringFile, KEYRING_FILE);
      chmodSync(KEYRING_FILE, 0o600);
      const clock = createTestClock(facts.leftAt);
      app = await openTestApp({ databases, clock, environment: { KEYRING_FILE } });
    }, 60_000);
    afterAll(async () => {
      await app.close();
      await Promise.all(Object.values(sql).map((client) => client.end()));
      await closeDatabases(databases);
      rmSync(keys, { recursive: true, force: true });
    }, 30_000);

    describe.each(["main", "log"] as const)("%s", (kind) => {
      test("has every row that was kept", async () => {
        const { tables } = readManifest(join(directory, kind));
        const kept = tables.map((table): [string, number] => [nameOf(table), table.rows]);
        expect(counts[kind]).toEqual(Object.fromEntries(kept));
      });

      test("has no constraint, index or trigger that does not hold", async () => {
        expect([...(await unsound(sql[kind]))]).toEqual([]);
      });

      test("is followed by the audit trail as its tables are declared", async () => {
        expect(await followed(sql[kind])).toEqual(declared(layouts[kind]));
      });
    });

    test("lacks no migration: the application is ready", async () => {
      const { status, body } = await app.get<{ checks: object[] }>("/health/ready");
      expect([status, body.checks]).toEqual([200, expect.any(Array)]);
      expect(body.checks).toContainEqual(
        expect.objectContaining({ name: "migrations", status: "ok" }),
      );
    });

    describe.each(facts.users.map((user) => [user.displayName, user] as const))("%s", (_, user) => {
      const { address: email, password, totpSecret } = user;
      const signIn = (code?: string | null) =>
        app.post<Tokens>("/v1/auth/sessions", { email, password, ...(code ? { code } : {}) });
      const isSuspended = user.status === "suspended";

      test("signs in with what he knows, and finds himself as he was", async () => {
        // Every code works once, and the one of the moment when the dump was made may be used.
        app.clock.advance(60);
        const { status, body } = await signIn(totpSecret && totpAt(totpSecret, app.clock.now()));
        expect(status).toBe(isSuspended ? 401 : 201);
        if (isSuspended) return;
        const { get } = authorized(app, body.accessToken);
        expect((await get("/v1/users/me")).body).toMatchObject({
          ...{ email, displayName: user.displayName, roles: user.roles, plan: user.plan },
          secondFactor: { enabled: totpSecret !== null },
        });
        expect((await get("/v1/billing/plan")).body).toMatchObject({ plan: user.plan });
      });

      if (user.recoveryCode !== null)
        test("signs in with a code on paper, once", async () => {
          expect((await signIn(user.recoveryCode)).status).toBe(201);
          expect((await signIn(user.recoveryCode)).status).toBe(401);
        });

      if (user.refreshToken !== null)
        test("goes on with the session he had", async () => {
          const { refreshToken } = user;
          const { status, body } = await app.post<Tokens>("/v1/auth/tokens", {
            refreshToken,
          });
          expect(status).toBe(200);
          const { status: taken } = await authorized(app, body.accessToken).get("/v1/users/me");
          expect(taken).toBe(200);
        });
    });

    if (facts.registration)
      test("the code in somebody's mailbox still works", async () => {
        const { id, code, address: email } = facts.registration ?? {};
        const path = `/v1/auth/registrations/${id}/verification`;
        const { status, body } = await app.post<{ user: object }>(path, { code });
        expect(status).toBe(201);
        expect(body.user).toMatchObject({ email, plan: "free" });
      });

    if (facts.ledger)
      test("holds what was in the accounts, to the cent", async () => {
        const { address, balances } = facts.ledger ?? {};
        const password = facts.users.find((user) => user.address === address)?.password;
        const signedIn = await app.post<Tokens>("/v1/auth/sessions", { email: address, password });
        const { get } = authorized(app, signedIn.body.accessToken);
        type Accounts = { items: { name: string; balance: { amount: string } }[] };
        const { body } = await get<Accounts>("/v1/accounts");
        const held = body.items.map(({ name, balance }) => ({ name, balance: balance.amount }));
        expect(held).toEqual([...(balances ?? [])]);
        expect((await app.runCommand("ledger:verify")).code).toBe(0);
      });

    if (facts.reports)
      test("has the reports that were made and shared, with their fingerprints", async () => {
        const { address, id, fingerprint, shareToken, sharePassword } = facts.reports ?? {};
        const password = facts.users.find((user) => user.address === address)?.password;
        const signedIn = await app.post<Tokens>("/v1/auth/sessions", { email: address, password });
        const { get } = authorized(app, signedIn.body.accessToken);
        const told = { fingerprint, standing: "stands" };
        expect((await get(`/v1/reports/${id}`)).body).toMatchObject(told);
        const key = { token: shareToken, password: sharePassword };
        const opened = await app.post("/v1/shared-reports/openings", key);
        expect([opened.status, opened.body]).toEqual([200, expect.objectContaining(told)]);
      });

    if (facts.gbs)
      test("has the debts as they were, each with a log that is whole and ends where it ended", async () => {
        const { borrower, debts = [] } = facts.gbs ?? {};
        const { password } = facts.users.find(({ address }) => address === borrower) ?? {};
        const signedIn = await app.post<Tokens>("/v1/auth/sessions", { email: borrower, password });
        const { get } = authorized(app, signedIn.body.accessToken);
        const signer = createCustodySigner(app.keyring);
        for (const { id, state, head } of debts) {
          expect((await get(`/v1/debts/${id}`)).body).toMatchObject({ id, state });
          const { body } = await get<{ items: CustodyEntry[] }>(
            `/v1/debts/${id}/custody?limit=200`,
          );
          const [length, hash = ""] = head.split(":");
          const chain = {
            ...{ debtId: id as Id, entries: body.items },
            head: { length: Number(length), hash },
          };
          expect(verifyChain(chain, signer)).toEqual([]);
        }
      });

    const recorded = (facts.gbs?.debts ?? []).filter(({ evidence }) => evidence !== undefined);
    if (recorded.length > 0)
      test("knows what became of recordings, and the key of a lender still fits", async () => {
        const { password, totpSecret, address } =
          facts.users.find(({ address }) => address === facts.gbs?.lender) ?? {};
        app.clock.advance(60);
        const code = totpSecret ? { code: totpAt(totpSecret, app.clock.now()) } : {};
        const credentials = { email: address, password, ...code };
        const signedIn = await app.post<Tokens>("/v1/auth/sessions", credentials);
        const { get, post } = authorized(app, signedIn.body.accessToken);
        for (const { id, evidence = [], key } of recorded) {
          const path = `/v1/debts/${id}/evidence`;
          const { body } = await get<{ items: { state: string; access: string }[] }>(path);
          const became = body.items.map(({ state, access }) => ({ state, access }));
          expect([id, became]).toEqual([id, [...evidence]]);
          if (key === undefined) continue;
          expect((await post(`${path}/key-acknowledgement`, { key })).status).toBe(200);
        }
        expect(recorded.some(({ key }) => key !== undefined)).toBe(true);
      });

    test("tells the past as it was told then", async () => {
      for (const { gives, ...question } of facts.conversions) {
        const { status, body } = await app.get<Conversion>(
          `/v1/conversions?${new URLSearchParams(question)}`,
        );
        expect([status, body.to?.amount]).toEqual([200, gives]);
      }
    });
  },
);

const nameOf = ({ schema, table }: TableName) => `${schema}.${table}`;

async function countRows(sql: Sql, tables: readonly TableName[]) {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await sql`
      select count(*)::int as rows from ${sql(table.schema)}.${sql(table.table)}`;
    counts[nameOf(table)] = row?.["rows"];
  }
  return counts;
}

/** Constraints that were never checked against all rows, broken indexes, and triggers that somebody left off. */
const unsound = (sql: Sql) => sql`
  select conrelid::regclass::text || '.' || conname as name from pg_constraint
    where not convalidated and connamespace::regnamespace::text !~ '^pg_|^information_schema'
  union all select indexrelid::regclass::text from pg_index where not indisvalid or not indisready
  union all select tgrelid::regclass::text || '.' || tgname from pg_trigger where tgenabled = 'D'`;

/** Published tables with the replica identity of each: f = full, d = by primary key. */
async function followed(sql: Sql): Promise<Record<string, string>> {
  const rows = await sql<{ name: string; identity: string }[]>`
    select p.schemaname || '.' || p.tablename as name, c.relreplident::text as identity
    from pg_publication_tables p
    join pg_class c on c.relname = p.tablename and c.relnamespace = p.schemaname::regnamespace
    where p.pubname = ${publication}`;
  return Object.fromEntries(rows.map(({ name, identity }) => [name, identity]));
}

function declared({ audited, schemas }: DatabaseLayout): Record<string, string> {
  const tables = schemas.flatMap(({ name, tables }) =>
    Object.entries(tables).map(([table, mode]) => [`${name}.${table}`, mode] as const),
  );
  const identityOf = { full: "f", keys: "d", none: "" } as const;
  return Object.fromEntries(
    (audited ? tables : [])
      .filter(([, mode]) => mode !== "none")
      .map(([name, mode]) => [name, identityOf[mode]]),
  );
}

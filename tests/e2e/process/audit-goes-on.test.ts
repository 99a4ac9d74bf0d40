import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { openEmbeddedPostgres } from "#platform/db/embedded";
import { eventually } from "../../support/eventually.ts";
import { type MailServer, openMailServer } from "../../support/mail-server.ts";
import {
  endServerProcesses,
  freshDataDir,
  runMain,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";

const dataDirs: string[] = [];
const newDataDir = () => {
  const directory = freshDataDir();
  dataDirs.push(directory);
  return directory;
};
afterEach(endServerProcesses);
let mails: MailServer;
beforeAll(async () => {
  mails = await openMailServer();
});
afterAll(async () => {
  await mails.close();
  for (const directory of dataDirs) rmSync(directory, { recursive: true, force: true });
});

const email = "ada@example.org";
const password = "violet tractor sings at noon";

const send = ({ url }: ServerProcess, path: string, body: object): Promise<Response> =>
  fetch(`${url}/v1/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function register(server: ServerProcess): Promise<void> {
  const rules = await fetch(`${server.url}/v1/auth/registration-rules`);
  const { termsVersion } = (await rules.json()) as { termsVersion: string };
  const asked = { email, password, displayName: "Ada", acceptedTerms: termsVersion };
  const begun = await send(server, "registrations", asked);
  const { id } = (await begun.json()) as { id: string };
  const code = await eventually(
    "the code is mailed",
    () => /^\s*(\d{6})\s*$/m.exec(mails.to(email).at(-1)?.text ?? "")?.[1],
    120_000,
  );
  expect((await send(server, `registrations/${id}/verification`, { code })).status).toBe(201);
}

/** A session is a row that is followed. Gives the request's id. */
async function signIn(server: ServerProcess): Promise<string> {
  const response = await send(server, "sessions", { email, password });
  expect(response.status).toBe(201);
  return response.headers.get("x-request-id") ?? "";
}

type Told = { readonly seq: number; readonly kind: string };

/** What the trail of this installation tells of a request, and its epochs and gaps. */
async function inTrail(dataDir: string, requestId: string) {
  const log = { info: () => {}, warn: () => {} };
  const embedded = await openEmbeddedPostgres({ dataDir, mode: "command", log });
  const sql = postgres({
    ...postgresJsOptions(parseConnection(embedded.url("reader", "log"))),
    ...{ max: 1, onnotice: () => {} },
  });
  try {
    const found = await eventually(
      "the request is in the trail",
      async () => {
        const rows = await sql<Told[]>`
          select seq::int, kind from audit.entries where request_id = ${requestId} order by seq`;
        const kinds = new Set(rows.map(({ kind }) => kind));
        return kinds.has("change") && kinds.has("request") ? rows : undefined;
      },
      120_000,
    );
    const signed = await sql<Told[]>`
      select seq::int, kind from audit.entries where kind in ('epoch', 'gap') order by seq`;
    return { found, signed };
  } finally {
    await sql.end();
    await embedded.close();
  }
}

/** An empty installation with the same keys. */
function nextTo(source: string): string {
  const target = newDataDir();
  mkdirSync(join(target, "keys"), { recursive: true, mode: 0o700 });
  copyFileSync(join(source, "keys", "keyring.json"), join(target, "keys", "keyring.json"));
  return target;
}

test("what is written after a backup or a snapshot came back in a new cluster is in the trail, behind a signed gap", async () => {
  const source = newDataDir();
  const variables = { DATA_DIR: source, BACKUP_LOG_DATABASE: "on", SMTP_URL: mails.url };
  const server = await startServerProcess(variables);
  await register(server);
  const before = await signIn(server);
  await inTrail(source, before);
  expect((await runMain(["backup"], variables)).code).toBe(0);
  const snapshot = join(newDataDir(), "snapshot");
  expect((await runMain(["db:snapshot", snapshot], variables)).code).toBe(0);
  // Only the old cluster's trail has it.
  await inTrail(source, await signIn(server));
  server.kill("SIGTERM");
  await server.ended;

  const backups = join(source, "backups");
  const [backup = ""] = readdirSync(backups).filter((name) => name.endsWith(".tar.zst"));
  const ways = [
    { command: ["restore", join(backups, backup)], resumes: true },
    { command: ["db:restore", snapshot], resumes: false },
  ];
  for (const { command, resumes } of ways) {
    const target = nextTo(source);
    const there = { ...variables, DATA_DIR: target };
    const restored = await runMain(command, there);
    expect([restored.code, restored.output]).toEqual([0, expect.stringContaining("estored")]);
    const second = await startServerProcess(there);
    if (!resumes) {
      await second.line(/the audit trail has stopped: MainDB is another cluster/);
      const resumed = await runMain(["audit:resume"], there);
      expect(resumed.output).toContain("resumed after: MainDB is another cluster");
    }
    const after = await signIn(second);
    const { found, signed } = await inTrail(target, after);
    expect(signed.map(({ kind }) => kind)).toEqual(["epoch", "gap"]);
    expect(found[0]?.seq).toBeGreaterThan(signed[1]?.seq ?? Number.POSITIVE_INFINITY);
    expect((await inTrail(target, before)).found[0]?.seq).toBeLessThan(signed[1]?.seq ?? 0);
    const verified = await runMain(["audit:verify"], there);
    expect([verified.code, verified.output]).toEqual([
      2,
      expect.stringContaining("1 epochs, 1 gaps"),
    ]);
    second.kill("SIGTERM");
    await second.ended;
  }
}, 600_000);

import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { openCheckpoints } from "#platform/audit/checkpoints";
import { openLogWriter } from "#platform/audit/log-writer";
import { createSigner } from "#platform/audit/signing";
import { verifyTrail } from "#platform/audit/verify";
import { openDatabase } from "#platform/db/client";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const address = "auditor@example.org";
const job = "platform.mail_checkpoint";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: { AUDIT_WITNESS: `The Auditor <${address}>` } });
}, 60_000);
afterAll(() => api.close());

async function writeEntries(count: number): Promise<void> {
  const writer = await openLogWriter({
    connection: parseConnection(api.databases.log.url("relay")),
    ...{ now: systemClock.now, onLost: () => {} },
  });
  if (!writer) throw new Error("locked");
  await writer.readPosition();
  await writer.begin();
  await writer.add(
    Array.from({ length: count }, (_, index) => ({
      ...{ kind: "change" as const, at: systemClock.now(), table: "till.accounts" },
      ...{ targets: [`id-${index}`], attribution: "unattributed" as const },
      data: { op: "insert", key: { id: `id-${index}` }, after: { id: `id-${index}` } },
    })),
  );
  await writer.commit({
    position: { systemId: "1", timeline: 1, slot: "s", lsn: 1n, ordinal: count },
    ...{ counters: [], nowWaiting: [], noLongerWaiting: [] },
  });
  const checkpoints = await openCheckpoints({
    ...{ writer, signer: createSigner(api.keyring), anchors: [], onAnchorFailure: () => {} },
  });
  await checkpoints.make(systemClock.now(), true);
  await writer.close();
}

/** As somebody does who keeps the mails of some years. */
function saved(...texts: readonly string[]) {
  const file = join(api.dataDir, "mails.txt");
  writeFileSync(file, texts.join("\n"));
  return [file];
}

test("says nothing while there is no trail", async () => {
  await api.runJob(job);
  expect(api.mails.server.to(address)).toEqual([]);
});

test("tells somebody outside each day how far the trail is, and the mails uncover who rewrites it", async () => {
  await writeEntries(5);
  await api.runJob(job);
  await writeEntries(4);
  await api.runJob(job);

  const mails = api.mails.server.to(address);
  expect(mails.map(({ subject }) => subject)).toEqual([
    `Audit trail of ${api.url}: entry 5`,
    `Audit trail of ${api.url}: entry 9`,
  ]);
  const [first, second] = mails.map(({ text }) => text);
  const key = createSigner(api.keyring).fingerprint();
  expect(second).toContain(key);
  expect(second).toContain("the trail had 9 entries");

  const log = openDatabase({
    connection: parseConnection(api.databases.log.url("reader")),
    ...{ poolSize: 2, processId: "verify", keyring: api.keyring, clock: systemClock },
  });
  const anchors = saved(first ?? "", second ?? "");
  const verify = () => verifyTrail(log.read, { keys: [key], anchors, anchorSource: "given" });
  expect(await verify()).toMatchObject({
    ...{ verdict: "proven", fault: null, lastSeq: 9, strongestAnchor: "given" },
  });

  // Whoever has the database, the keyring and all files of the server, but not that mailbox.
  const owner = postgres({
    ...postgresJsOptions(parseConnection(api.databases.log.ownerUrl)),
    ...{ max: 1, onnotice: () => {} },
  });
  for (const table of ["entries", "checkpoints", "position"]) {
    await owner.unsafe(`alter table audit.${table} disable trigger user`);
    await owner.unsafe(`delete from audit.${table}`);
    await owner.unsafe(`alter table audit.${table} enable trigger user`);
  }
  await writeEntries(12);
  const unwitnessed = { anchors: [], anchorSource: "local" } as const;
  expect(await verifyTrail(log.read, { keys: [key], ...unwitnessed })).toMatchObject({
    verdict: "proven",
  });
  expect(await verify()).toMatchObject({
    ...{ verdict: "broken", fault: { type: "rewritten", seq: 5, witness: "anchor" } },
  });
  await Promise.all([log.close(), owner.end()]);
});

test("is tried again when the mail server is away", async () => {
  await api.mails.server.down();
  expect(await api.runJob(job).then(String, (error: Error) => error.name)).not.toBe("undefined");
  await api.mails.server.up();
  await api.runJob(job);
  expect(api.mails.server.to(address).at(-1)?.subject).toBe(`Audit trail of ${api.url}: entry 12`);
});

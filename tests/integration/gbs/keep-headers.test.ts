import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import postgres from "postgres";
import { newIdentity } from "#platform/age/identities";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { AppError } from "#platform/kernel/errors";
import { openDiskStorage } from "#platform/storage/disk-storage";
import { storageFailure } from "#platform/storage/errors";
import type { Storage } from "#platform/storage/storage";
import { systemIds } from "#platform/system";
import { eventually } from "../../support/eventually.ts";
import { openEvidenceApp, sha256Of } from "../../support/evidence.ts";
import { expected, loggedOf } from "../../support/gbs.ts";
import {
  type Approved,
  answerTo,
  type HandOverWorld,
  handOverWorld,
  openedByAge,
} from "../../support/hand-over.ts";
import { holdCustodyLogs } from "../../support/held-custody-logs.ts";
import { databaseVariables } from "../../support/main-process.ts";
import { entriesOf } from "../../support/operators.ts";
import { endServerProcesses, startServerProcess } from "../../support/server-process.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const timeoutMs = 180_000;
let api: TestApp;
let world: HandOverWorld;
let storage: Storage;
/** What is done to headers, in its order. */
let steps: string[] = [];
let isVolatileDown = false;

/** A storage on the disk that tells what is done to it. */
function watched(dataDir: string): Storage {
  storage = openDiskStorage({
    ...{ dataDir, volatileDir: join(dataDir, "volatile"), ids: systemIds },
  });
  const { objects, volatile } = storage;
  return {
    ...storage,
    objects: {
      ...objects,
      async put(key, source) {
        const stored = await objects.put(key, source);
        if (key.includes("/header-")) steps.push("lender's header stored");
        return stored;
      },
    },
    volatile: {
      ...volatile,
      async delete(keys) {
        steps.push("review header is to go");
        if (isVolatileDown) throw storageFailure("EIO");
        await volatile.delete(keys);
      },
    },
  };
}

beforeAll(async () => {
  api = await openEvidenceApp({
    ...{ clock: createTestClock(new Date().toISOString()), storage: watched },
  });
  world = await handOverWorld(api);
}, timeoutMs);
beforeEach(() => {
  steps = [];
  isVolatileDown = false;
});
afterEach(endServerProcesses);
afterAll(() => api.close());

const listed = ({ debt, evidenceId }: Approved) =>
  storage.objects.list(`evidence/${debt.id}/${evidenceId}/`, { limit: 10 });
const headersOf = async (made: Approved): Promise<string[]> =>
  (await listed(made)).map(({ key }) => key).filter((key) => key.includes("/header-"));
const reviewHeaders = async ({ evidenceId }: Approved): Promise<number> =>
  (await storage.volatile.list(`evidence/${evidenceId}/`, { limit: 5 })).length;
const bytesOf = async (key: string): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync((await storage.objects.get(key))?.chunks ?? []));
const put = (key: string, bytes: Uint8Array) =>
  storage.objects.put(
    key,
    (async function* () {
      yield bytes;
    })(),
  );
/** Header and segments as they lie in the store, one after the other. */
async function fileOf(made: Approved): Promise<Uint8Array> {
  const keys = (await listed(made)).map(({ key }) => key);
  const isHeader = (key: string) => key.includes("/header-");
  const ordered = [...keys.filter(isHeader), ...keys.filter((key) => !isHeader(key))];
  return new Uint8Array(Buffer.concat(await Promise.all(ordered.map(bytesOf))));
}
const check = (made: Approved) =>
  api.runJob("gbs.check_integrity", { evidenceId: made.evidenceId });
const codeOf = (error: unknown): unknown => (error instanceof AppError ? error.code : error);
const errorLines = (text: string) =>
  api.logLines().filter((line) => JSON.stringify(line).includes(text));

describe("sealing", () => {
  test("stores the lender's header beside the payload before the review header goes; both are a file for age", async () => {
    const made = await world.approved();
    steps = [];
    expect(await headersOf(made)).toEqual([]);
    const { key } = await world.reveal(made);
    expect(await headersOf(made)).toEqual([]);
    expected(200, await world.lender.acknowledge(made.debt.id, key));
    await api.mails.run();
    expect(steps.slice(0, 2)).toEqual(["lender's header stored", "review header is to go"]);
    const { opened } = await openedByAge(await fileOf(made), { passphrase: key });
    expect(opened && sha256Of(opened)).toBe(sha256Of(made.video));
  });

  test("of a lender with a key of his own does so too", async () => {
    const made = await world.submitted();
    const { identity, recipient } = await newIdentity();
    const { challenge } = expected(200, await world.lender.name(made.debt.id, recipient));
    const proof = await answerTo(challenge, identity);
    expect((await world.lender.prove(made.debt.id, proof)).status).toBe(200);
    await world.decided(made.evidenceId, "approve");
    expect(await headersOf(made)).toHaveLength(1);
    const { opened } = await openedByAge(await fileOf(made), { identity });
    expect(opened && sha256Of(opened)).toBe(sha256Of(made.video));
    // As a database has it that went back to before the approval was handed over.
    await api.sql`delete from gbs.lender_headers where evidence_id = ${made.evidenceId}`;
    await api.sql`update gbs.evidence set sealed_at = null where id = ${made.evidenceId}`;
    expect((await api.runCommand("evidence:recover")).lines.at(-1)).toBe("recovered: 1");
    expect((await entriesOf(api, made.debt.id, "header_recovered"))[0]).toMatchObject({
      ...{ header: "recipient", generation: 1 },
    });
  });

  test("that cannot destroy the review header has lost nothing, and is done again", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    isVolatileDown = true;
    expected(200, await world.lender.acknowledge(made.debt.id, key));
    const { evidenceId } = made;
    const sealing = api.runJob("gbs.seal_evidence", { evidenceId });
    expect(await sealing.then(() => "sealed", codeOf)).toBe("storage.unavailable");
    isVolatileDown = false;
    expect([await reviewHeaders(made), (await headersOf(made)).length]).toEqual([1, 1]);
    await api.runJob("gbs.recover_headers");
    expect(await world.item(made)).toMatchObject({ access: "revealed", sealedAt: null });
    await api.mails.run();
    expect(await world.item(made)).toMatchObject({ access: "sealed" });
    expect([await reviewHeaders(made), (await headersOf(made)).length]).toEqual([0, 1]);
  });

  test(
    "killed with -9 between the stored header and its transaction is brought to its end by another process",
    async () => {
      const made = await world.approved();
      const { key } = await world.reveal(made);
      expected(200, await world.lender.acknowledge(made.debt.id, key));
      const { appUrl, ownerUrl } = api.databases.main;
      const [watch, owner] = [appUrl, ownerUrl].map((url) =>
        postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} }),
      ) as [postgres.Sql, postgres.Sql];
      const held = await holdCustodyLogs({ owner, watch }, timeoutMs);
      try {
        const worker = await startServerProcess({
          ...databaseVariables(api.databases),
          ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", GBS_EVIDENCE: "video" },
          ...{ PUBLIC_URL: api.url, SMTP_URL: api.mails.server.url },
        });
        await eventually(
          "the lender's header is stored",
          async () => (await headersOf(made)).length === 1,
          timeoutMs,
        );
        await held.someoneWaits();
        worker.kill("SIGKILL");
        await worker.ended;
      } finally {
        await held.release();
        await Promise.all([watch.end(), owner.end()]);
      }
      expect(await world.item(made)).toMatchObject({ access: "revealed", sealedAt: null });
      expect(await headersOf(made)).toHaveLength(1);
      await api.runJob("gbs.seal_evidence", { evidenceId: made.evidenceId });
      expect(await world.item(made)).toMatchObject({ access: "sealed" });
      expect((await loggedOf(api, made.debt)).filter((kind) => kind === "sealed")).toHaveLength(1);
      const { opened } = await openedByAge(await fileOf(made), { passphrase: key });
      expect(opened && sha256Of(opened)).toBe(sha256Of(made.video));
    },
    timeoutMs,
  );

  test("leaves no header of what was destroyed meanwhile", async () => {
    const made = await world.approved();
    await world.seal(made);
    const [key = ""] = await headersOf(made);
    const bytes = await bytesOf(key);
    await api.sql`update gbs.evidence set destroying_at = submitted_at, sealed_at = null
      where id = ${made.evidenceId}`;
    await storage.objects.delete([key]);
    await put(key, bytes);
    await api.runJob("gbs.seal_evidence", { evidenceId: made.evidenceId });
    expect(await headersOf(made)).toEqual([]);
  });
});

describe("the check of what is stored", () => {
  let made: Approved;
  let key: string;
  let before: Buffer;
  beforeAll(async () => {
    made = await world.approved();
    await world.seal(made);
    key = (await headersOf(made))[0] ?? "";
    before = await bytesOf(key);
  }, timeoutMs);

  test("writes a header again that is missing", async () => {
    await storage.objects.delete([key]);
    await check(made);
    expect(await headersOf(made)).toEqual([key]);
    expect(await bytesOf(key)).toEqual(before);
    expect((await world.item(made)).integrity?.intact).toBe(true);
  });

  test("names one that was altered, and writes it again", async () => {
    const flipped = Buffer.from(before);
    flipped[60] = (flipped[60] ?? 0) ^ 1;
    for (const [count, altered] of [flipped, before.subarray(0, -1)].entries()) {
      await put(key, altered);
      await check(made);
      const told = errorLines("a lender's header was altered in the store");
      expect(told).toHaveLength(count + 1);
      expect(JSON.stringify(told.at(-1))).toContain(made.evidenceId);
      expect(await bytesOf(key)).toEqual(before);
    }
    expect((await world.item(made)).integrity?.intact).toBe(true);
    expect(await entriesOf(api, made.debt.id, "evidence_damaged")).toEqual([]);
  });

  test("tells both of one that was altered in the database, and leaves the one in the store", async () => {
    await api.sql`update gbs.lender_headers set header = 'AAAA' || substr(header, 5)
      where evidence_id = ${made.evidenceId}`;
    await check(made);
    expect((await world.item(made)).integrity?.intact).toBe(false);
    expect(await entriesOf(api, made.debt.id, "evidence_damaged")).toHaveLength(1);
    expect(await bytesOf(key)).toEqual(before);
  });
});

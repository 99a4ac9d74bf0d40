import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import { mebibyte } from "../../support/evidence.ts";
import { farOffer, type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { type LongRecording, longRecording, peakBytes } from "../../support/long-recording.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { sendTus } from "../../support/tus.ts";

const sizeBytes = 500 * mebibyte;
/** What is sent at a time. */
const requestBytes = 100 * mebibyte;
/** Of what has passed through, and was not cleared away yet; all of it at once would be three times as much. */
const maxGrowthBytes = 100 * mebibyte;
const maxWaitMs = 300_000;

/** What a server takes and gives; the application of the test shares its keys, rows and files. */
let api: TestApp;
let server: ServerProcess;
let world: HandOverWorld;
let recording: LongRecording;
let idleBytes: number;
beforeAll(async () => {
  const environment = { DEFAULT_PLAN: "pro", GBS_EVIDENCE: "video" };
  api = await openTestApp({ environment });
  api.clock.set(new Date().toISOString());
  world = await handOverWorld(api);
  recording = await longRecording(sizeBytes);
}, 180_000);
afterAll(async () => {
  await endServerProcesses();
  await api.close();
});

/** As {@link recording}, without having it. */
function send(token: string, path: string, offset: number) {
  const to = Math.min(sizeBytes, offset + requestBytes);
  return sendTus({ url: server.url }, token, {
    ...{ method: "PATCH", path, body: recording.stream(offset, to) },
    headers: {
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    },
  });
}

/** What is needed once for all is there before: code, pools, caches, and what a heap has grown to by ordinary work. */
async function serveOthers(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (let round = 0; round < 100; round += 1)
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const response = await fetch(`${server.url}/v1/debts?limit=20`, { headers });
        await response.arrayBuffer();
        expect(response.status).toBe(200);
      }),
    );
}

async function sizeOf(path: string): Promise<number> {
  const response = await fetch(`${server.url}${path}`, {
    headers: { authorization: `Bearer ${await world.pair.lender.token()}` },
  });
  expect(response.status).toBe(200);
  let size = 0;
  for await (const bytes of response.body ?? []) size += bytes.length;
  return size;
}

function expectFlat(): void {
  const grown = peakBytes(server.pid) - idleBytes;
  expect(grown).toBeLessThan(maxGrowthBytes);
}

describe("a recording of 500 MB", () => {
  let evidenceId: string;
  let debtId: string;

  test("is taken and read back in memory that does not grow with it", async () => {
    const { id } = await world.pair.accepted(farOffer);
    debtId = id;
    server = await startServerProcess({
      ...{ ...databaseVariables(api.databases), DATA_DIR: api.dataDir, PUBLIC_URL: api.url },
      READS_PER_MINUTE: "1000000",
    });
    const { borrower, recorder } = world.pair;
    const upload = await recorder.begin(id, sizeBytes);
    evidenceId = upload.id;
    const path = `/v1/evidence-uploads/${upload.id}`;
    await serveOthers(await borrower.token());
    peakBytes(server.pid);
    idleBytes = peakBytes(server.pid);
    for (let offset = 0; offset < sizeBytes; offset += requestBytes) {
      const { status, text } = await send(await borrower.token(), path, offset);
      expect({ status, text }).toEqual({ status: 204, text: "" });
    }
    await eventually(
      "it has been read back",
      async () => (await recorder.state(upload.id)).state === "submitted",
      maxWaitMs,
    );
    expectFlat();
  }, 600_000);

  test("is given to its lender, alone and in a dossier, as flat as it came", async () => {
    await world.decided(evidenceId, "approve");
    const debt = await world.pair.lender.debt(debtId);
    await world.seal({ debt });
    await world.declareDefault({ debt });
    peakBytes(server.pid);
    expect(await sizeOf(`/v1/debts/${debtId}/evidence/file`)).toBeGreaterThan(sizeBytes);
    expectFlat();
    expect(await sizeOf(`/v1/debts/${debtId}/dossier`)).toBeGreaterThan(sizeBytes);
    expectFlat();
  }, 600_000);
});

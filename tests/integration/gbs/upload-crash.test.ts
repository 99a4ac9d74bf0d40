import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { segmentBytes } from "#modules/gbs/bounds";
import { eventually } from "../../support/eventually.ts";
import {
  type EvidencePair,
  evidencePair,
  longVideo,
  openEvidenceApp,
  sha256Of,
  videoMarker,
} from "../../support/evidence.ts";
import { databaseVariables } from "../../support/main-process.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";
import { sendTus } from "../../support/tus.ts";

let api: TestApp;
let pair: EvidencePair;
beforeAll(async () => {
  // The time of the other process.
  api = await openEvidenceApp({ clock: createTestClock(new Date().toISOString()) });
  pair = await evidencePair(api);
}, 60_000);
afterEach(endServerProcesses);
afterAll(() => api.close());

const offer = { plan: undefined, dueOn: "2040-01-01" };
const length = 12 * segmentBytes + 4_321;

/** Takes the uploads, with the keys, the disk and the database of the test's own application. */
const startServer = (): Promise<ServerProcess> =>
  startServerProcess({
    ...databaseVariables(api.databases),
    ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", PUBLIC_URL: api.url },
    SMTP_URL: api.mails.server.url,
  });

async function clearFiles(): Promise<string[]> {
  const found: string[] = [];
  for await (const name of new Bun.Glob("**/*").scan({ cwd: api.dataDir, dot: true })) {
    const bytes = await Bun.file(join(api.dataDir, name))
      .bytes()
      .catch(() => new Uint8Array()); // deleted since
    if (Buffer.from(bytes).includes(videoMarker)) found.push(name);
  }
  return found;
}

async function segmentsOf(uploadId: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const name of new Bun.Glob(`objects/evidence/*/${uploadId}/*`).scan(api.dataDir))
    found.set(name, sha256Of(await Bun.file(join(api.dataDir, name)).bytes()));
  return found;
}

test("kill -9 while bytes come: what was durable stays, nothing is ever clear, and the rest makes it whole", async () => {
  const { id: debtId } = await pair.accepted(offer);
  const video = await longVideo(length);
  const { id } = await pair.recorder.begin(debtId, length);
  const known = new Map<string, string>();
  let kills = 0;
  for (const killAfterMs of [15, 120, 250, null]) {
    const { offsetBytes: offset, state } = await pair.recorder.state(id);
    if (state !== "receiving") break;
    const server = await startServer();
    const sending = sendTus(server, await pair.borrower.token(), {
      ...{ method: "PATCH", path: `/v1/evidence-uploads/${id}`, body: video.subarray(offset) },
      headers: {
        ...{ "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
        host: new URL(api.url).host,
      },
    });
    if (killAfterMs === null) {
      expect((await sending).status).toBe(204);
    } else {
      sending.catch(() => {});
      await Bun.sleep(killAfterMs);
      kills += 1;
      server.kill("SIGKILL");
      await server.ended;
      await sending.catch(() => {});
    }
    expect(await clearFiles()).toEqual([]);
    for (const [name, hash] of await segmentsOf(id)) {
      // Whoever stores a segment again stores the same.
      expect(known.get(name) ?? hash).toBe(hash);
      known.set(name, hash);
    }
    const { offsetBytes } = await pair.recorder.state(id);
    expect(offsetBytes).toBeGreaterThanOrEqual(offset);
    expect(known.size).toBeGreaterThanOrEqual(Math.ceil(offsetBytes / segmentBytes));
    // The dead one's lease runs out by itself; nobody waits here.
    await api.sql`update gbs.uploads set leased_until = null where id = ${id}`;
  }
  expect(kills).toBeGreaterThan(1);
  // The job that the last byte ordered may have been killed with its process: it is run again.
  await eventually(
    "it has become evidence",
    async () => {
      await api.runJob("gbs.finish_upload", { uploadId: id });
      return (await pair.recorder.state(id)).state === "submitted";
    },
    60_000,
  );
  const { items } = await pair.evidenceOf(pair.lender, debtId);
  expect(items).toMatchObject([{ id, sha256: sha256Of(video), sizeBytes: length }]);
  const logged = await api.sql`
    select 1 from gbs.custody_entries where debt_id = ${debtId} and kind = 'evidence_submitted'`;
  expect(logged).toHaveLength(1);
}, 240_000);

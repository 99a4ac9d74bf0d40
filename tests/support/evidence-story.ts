import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Config } from "#platform/config";
import type { ObjectStore } from "#platform/storage/object-store";
import { eventually } from "./eventually.ts";
import { mebibyte, openEvidenceApp, recorderOf, videoMarker } from "./evidence.ts";
import { debtUser } from "./gbs.ts";
import { databaseVariables } from "./main-process.ts";
import { storageOf } from "./operators.ts";
import { outputOf } from "./programs.ts";
import { s3Environment } from "./s3-server.ts";
import { openS3Store } from "./s3-store.ts";
import { startServerProcess } from "./server-process.ts";
import { type Answer, createTestClock, type TestApp } from "./test-app.ts";
import { sendTus } from "./tus.ts";

/** Servers limit reads, and the machine may be busy. */
const pauseMs = 200;
const patienceMs = 120_000;

export type EvidenceStory = Awaited<ReturnType<typeof openEvidenceStory>>;

/**
 * A lender, a borrower and an operator of an installation that a process of its own serves: requests, jobs and mails. After
 * `letTimePass` the same databases, keys and objects are served where the clock can be moved. `s3`: null = files are kept on
 * the disk.
 */
export async function openEvidenceStory(s3: S3Config | null) {
  const environment = s3 === null ? {} : s3Environment(s3);
  const clock = createTestClock(new Date().toISOString());
  const api = await openEvidenceApp({ environment, clock });
  const server = await startServerProcess({
    ...{ ...databaseVariables(api.databases), ...environment, DATA_DIR: api.dataDir },
    ...{ DEFAULT_PLAN: "pro", GBS_EVIDENCE: "video" },
    ...{ PUBLIC_URL: api.url, SMTP_URL: api.mails.server.url },
  });
  let url = server.url;

  async function request<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    if (url === api.url) return api.request<T>(path, init);
    clock.set(new Date().toISOString());
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
    const { status, headers } = response;
    return { status, headers, body: (isJson ? JSON.parse(text) : null) as T };
  }
  const door: TestApp = { ...api, request };
  const lender = await debtUser(door, { displayName: "Leyla Aydın" });
  const borrower = await debtUser(door, { displayName: "Mehmet Demir" });
  const operator = await debtUser(door, { roles: ["operator"], displayName: "Ola Operator" });
  const stores: { readonly objects: ObjectStore; readonly volatile: ObjectStore } =
    s3 === null
      ? storageOf(api)
      : { objects: openS3Store(s3), volatile: openS3Store({ ...s3, bucket: s3.volatileBucket }) };
  return {
    ...{ api, lender, borrower, operator, stores },
    /** Where it is served at present. */
    door: () => ({ url }),
    recorder: recorderOf({ ...api, url: server.url }, borrower),
    /** The process ends, as for an update. */
    async letTimePass(): Promise<void> {
      server.kill("SIGTERM");
      await server.ended;
      url = api.url;
    },
    close: () => api.close(),
  };
}

/** As {@link eventually}, without asking a server more often than it allows. */
export const soon = <T>(what: string, check: () => T | Promise<T>): Promise<NonNullable<T>> =>
  eventually(
    what,
    async () => {
      const answer = await check();
      if (!answer) await Bun.sleep(pauseMs);
      return answer;
    },
    patienceMs,
  );

/** Sends the beginning of a recording, and breaks the connection once some of it is durable. */
export async function sendUntilItBreaks(
  { door, borrower, recorder }: Pick<EvidenceStory, "door" | "borrower" | "recorder">,
  uploadId: string,
  video: Uint8Array,
): Promise<void> {
  const aborter = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(video.slice(0, 6 * mebibyte)),
  });
  const sending = sendTus(door(), await borrower.token(), {
    ...{ method: "PATCH", path: `/v1/evidence-uploads/${uploadId}`, body, signal: aborter.signal },
    headers: { "upload-offset": "0", "content-type": "application/offset+octet-stream" },
  }).then(
    ({ status }) => status,
    () => "broken",
  );
  await soon("a segment is durable", async () => (await recorder.state(uploadId)).offsetBytes > 0);
  aborter.abort();
  if ((await sending) !== "broken") throw new Error("the connection did not break");
}

/** Goes on where the server says, once it has let go of the connection that broke. */
export const resumed = (
  { recorder }: Pick<EvidenceStory, "recorder">,
  uploadId: string,
  video: Uint8Array,
): Promise<{ readonly from: number }> =>
  soon("the rest is taken", async () => {
    const from = (await recorder.state(uploadId)).offsetBytes;
    const { status, text } = await recorder.send(uploadId, from, video.subarray(from));
    if (status === 204) return { from };
    if (status !== 409) throw new Error(`${status} ${text}`);
    return null;
  });

/** A real MP4 of some 12 MB that plays for 12 seconds, with {@link videoMarker} where players read it first and at its end. */
export async function filmedVideo(): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-film-"));
  try {
    const path = join(directory, "film.mp4");
    const source = "testsrc2=s=320x240:r=10:d=12,noise=alls=60:allf=t";
    await outputOf([
      ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264", "-qp", "20"],
      ...["-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
      ...["-metadata", `comment=${videoMarker}`, path],
    ]);
    const film = await Bun.file(path).bytes();
    // A box that players skip.
    const end = Buffer.concat([Buffer.alloc(4), Buffer.from(`free${videoMarker}`)]);
    end.writeUInt32BE(end.length, 0);
    return new Uint8Array(Buffer.concat([film, end]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { segmentBytes } from "#modules/gbs/bounds";
import { leaseSeconds } from "#modules/gbs/use-cases/upload-lease";
import { eventually } from "../../support/eventually.ts";
import {
  evidencePair,
  longVideo,
  openEvidenceApp,
  sha256Of,
  videoFile,
} from "../../support/evidence.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";
import { sendTus } from "../../support/tus.ts";

let api: TestApp;
let video: Uint8Array;
const length = 2 * segmentBytes + 54_321;
beforeAll(async () => {
  api = await openEvidenceApp({ clock: createTestClock() });
  video = await longVideo(length);
});
afterAll(() => api.close());

const binary = { "content-type": "application/offset+octet-stream" };
const pathOf = (id: string) => `/v1/evidence-uploads/${id}`;
/** An upload of its own, of a borrower of its own. */
async function begun(lengthBytes = length) {
  const own = await evidencePair(api);
  const { id: debtId } = await own.accepted();
  const { id } = await own.recorder.begin(debtId, lengthBytes);
  const send = (offset: number, end: number, bytes = video) =>
    own.recorder.send(id, offset, bytes.subarray(offset, end));
  return { own, debtId, id, send };
}

describe("204", () => {
  test("takes a recording at once, and says that all of it is there", async () => {
    const { own, debtId, id, send } = await begun();
    const answer = await send(0, length);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers.get("upload-offset")).toBe(String(length));
    expect(answer.headers.get("tus-resumable")).toBe("1.0.0");
    expect(answer.headers.has("upload-expires")).toBe(true);
    expect(await own.recorder.state(id)).toMatchObject({ state: "checking", offsetBytes: length });
    await own.finish(id);
    expect(await own.recorder.state(id)).toMatchObject({ state: "submitted", fault: null });
    const evidence = await own.evidenceOf(own.lender, debtId);
    expect(evidence).toMatchObject({
      upload: null,
      items: [{ id, state: "submitted", access: "review", sha256: sha256Of(video) }],
    });
  });

  for (const name of ["plain.mp4", "plain.mov", "plain.webm"] as const)
    test(`tells ${name} by its content`, async () => {
      const own = await evidencePair(api);
      const file = await videoFile(name);
      const { debt } = await own.submitted({ video: file });
      const type = { mp4: "video/mp4", mov: "video/quicktime", webm: "video/webm" };
      const [item] = (await own.evidenceOf(own.borrower, debt.id)).items;
      expect(item).toMatchObject({
        mediaType: type[name.slice(6) as keyof typeof type],
        ...{ sha256: sha256Of(file), sizeBytes: file.length },
      });
    });

  test("takes it piece by piece; what is no whole segment is forgotten, until the end", async () => {
    const { id, send, own } = await begun();
    const first = await send(0, segmentBytes + 100_000);
    expect(first.headers.get("upload-offset")).toBe(String(segmentBytes));
    const second = await send(segmentBytes, 2 * segmentBytes);
    expect(second.headers.get("upload-offset")).toBe(String(2 * segmentBytes));
    const third = await send(2 * segmentBytes, length);
    expect(third.headers.get("upload-offset")).toBe(String(length));
    await own.finish(id);
    expect(await own.recorder.state(id)).toMatchObject({ state: "submitted" });
  });

  test("with no bytes changes nothing, before and after the end", async () => {
    const { id, send } = await begun(100_000);
    expect((await send(0, 0)).status).toBe(204);
    expect((await send(0, 100_000, await longVideo(100_000))).status).toBe(204);
    const again = await send(100_000, 100_000);
    expect([again.status, again.headers.get("upload-offset")]).toEqual([204, "100000"]);
    expect(id).toBeTruthy();
  });

  test("takes a body whose length only its end tells", async () => {
    const { own, id } = await begun();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < length; at += 300_000)
          controller.enqueue(video.slice(at, at + 300_000));
        controller.close();
      },
    });
    const answer = await sendTus(api, await own.borrower.token(), {
      ...{ method: "PATCH", path: pathOf(id), body },
      headers: { ...binary, "upload-offset": "0" },
    });
    expect([answer.status, answer.headers.get("upload-offset")]).toEqual([204, String(length)]);
  });
});

test("404 for another's upload, also the lender's of the same debt", async () => {
  const { own, id } = await begun();
  for (const user of [own.lender, own.stranger]) {
    const answer = await sendTus(api, await user.token(), {
      ...{ method: "PATCH", path: pathOf(id), body: video },
      headers: { ...binary, "upload-offset": "0" },
    });
    expect(answer).toMatchObject({ status: 404, json: { code: "gbs.upload_not_found" } });
    expect(answer.headers.get("tus-resumable")).toBe("1.0.0");
  }
});

describe("409", () => {
  test("for another offset than the durable one, saying which that is", async () => {
    const { send } = await begun();
    await send(0, segmentBytes);
    for (const offset of [0, 1, segmentBytes - 1, segmentBytes + 1, length, 99_999_999]) {
      const answer = await send(offset, length);
      expect([offset, answer.status]).toEqual([offset, 409]);
      expect(answer.json).toMatchObject({
        ...{ code: "gbs.upload_offset_differs", meta: { offset: segmentBytes } },
      });
    }
  });

  test("for other bytes than were sent before, which end the upload", async () => {
    const { own, id, send } = await begun();
    await send(0, segmentBytes);
    // As if the process had died after it had stored the second segment, and before it counted it.
    await send(segmentBytes, 2 * segmentBytes);
    await api.sql`update gbs.uploads set offset_bytes = ${segmentBytes} where id = ${id}`;
    const answer = await send(segmentBytes, length, await longVideo(length, 2));
    expect(answer).toMatchObject({ status: 409, json: { code: "gbs.upload_diverged" } });
    expect(await own.recorder.state(id)).toMatchObject({ state: "discarded", fault: "diverged" });
    expect((await send(segmentBytes, length)).status).toBe(410);
  });

  test("for a second writer while the first one sends, saying how long it may take", async () => {
    const { own, id, send } = await begun();
    const slow = await stalling({ own, id });
    const second = await send(0, length);
    expect(second).toMatchObject({ status: 409, json: { code: "gbs.upload_busy" } });
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0);
    slow.finish();
    const answer = await slow.answer;
    expect([answer.status, answer.headers.get("upload-offset")]).toEqual([204, String(length)]);
  });

  test("for a first writer that was dead so long that a second one has begun: nothing of it counts", async () => {
    const { own, id } = await begun();
    const first = await stalling({ own, id });
    api.clock.advance(leaseSeconds + 1);
    const second = await stalling({ own, id });
    first.finish();
    expect(await first.answer).toMatchObject({ status: 409, json: { code: "gbs.upload_busy" } });
    expect(await own.recorder.state(id)).toMatchObject({ state: "receiving", offsetBytes: 0 });
    second.finish();
    const answer = await second.answer;
    expect([answer.status, answer.headers.get("upload-offset")]).toEqual([204, String(length)]);
  });
});

/** Has the lease and said that it is alive, has sent one byte of the video, and sends the rest when it is told to. */
async function stalling({ own, id }: Pick<Awaited<ReturnType<typeof begun>>, "own" | "id">) {
  const { promise: mayBegin, resolve: begin } = Promise.withResolvers<void>();
  const { promise: told, resolve: finish } = Promise.withResolvers<void>();
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (isFirst) {
        isFirst = false;
        await mayBegin;
        controller.enqueue(video.slice(0, 1));
      } else {
        await told;
        controller.enqueue(video.slice(1));
        controller.close();
      }
    },
  });
  const before = await leaseOf(id);
  const answer = sendTus(api, await own.borrower.token(), {
    ...{ method: "PATCH", path: pathOf(id), body },
    headers: { ...binary, "upload-offset": "0" },
  });
  await eventually("it has the lease", async () => (await leaseOf(id)).token !== before.token);
  // Its byte comes late, so that it shows when it was read: nothing of it is on its way any more.
  const { until } = await leaseOf(id);
  api.clock.advance(leaseSeconds / 2);
  begin();
  await eventually("it has read its byte", async () => (await leaseOf(id)).until !== until);
  return { finish, answer };
}

async function leaseOf(id: string): Promise<{ token: number; until: string | null }> {
  const [row] = await api.sql<{ token: number; until: string | null }[]>`
    select lease_token as token, leased_until::text as until from gbs.uploads where id = ${id}`;
  if (!row) throw new Error("there is no such upload");
  return row;
}

describe("410", () => {
  test("after it was cancelled", async () => {
    const { own, id, send } = await begun();
    await own.recorder.tus("DELETE", pathOf(id));
    const answer = await send(0, length);
    expect(answer).toMatchObject({
      ...{ status: 410, json: { code: "gbs.upload_ended", meta: { fault: "cancelled" } } },
    });
  });

  test("a day after it began, also before the job has come", async () => {
    const { own, id, send } = await begun();
    await send(0, segmentBytes);
    api.clock.advance(86_400);
    expect(await send(segmentBytes, length)).toMatchObject({
      ...{ status: 410, json: { code: "gbs.upload_ended", meta: { fault: "expired" } } },
    });
    expect(await own.recorder.state(id)).toMatchObject({ state: "discarded", fault: "expired" });
  });

  test("when the header is lost with what no backup holds: record again", async () => {
    const { own, id, send } = await begun();
    await send(0, segmentBytes);
    await rm(join(api.dataDir, "volatile/evidence", id), { recursive: true });
    expect(await send(segmentBytes, length)).toMatchObject({
      ...{ status: 410, json: { code: "gbs.upload_ended", meta: { fault: "damaged" } } },
    });
    expect(await own.recorder.state(id)).toMatchObject({ state: "discarded", fault: "damaged" });
  });
});

test("412 for another version of tus", async () => {
  const { own, id } = await begun();
  const answer = await own.recorder.tus("PATCH", pathOf(id), {
    headers: { ...binary, "upload-offset": "0", "tus-resumable": "0.2.1" },
    body: video,
  });
  expect(answer.status).toBe(412);
});

describe("413", () => {
  test("for more bytes than the recording has, told at once or at the end: nothing of the last segment is kept", async () => {
    const { own, id, send } = await begun(100_000);
    const bytes = await longVideo(100_001);
    expect(await send(0, 100_001, bytes)).toMatchObject({
      ...{ status: 413, json: { code: "gbs.upload_too_large" } },
    });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
    const chunked = await sendTus(api, await own.borrower.token(), {
      ...{ method: "PATCH", path: pathOf(id), body },
      headers: { ...binary, "upload-offset": "0" },
    });
    expect(chunked.status).toBe(413);
    expect(await own.recorder.state(id)).toMatchObject({ state: "receiving", offsetBytes: 0 });
  });
});

test("415 for another content type, or none", async () => {
  const { own, id } = await begun();
  for (const type of ["application/octet-stream", "video/mp4", "application/json"]) {
    const answer = await own.recorder.tus("PATCH", pathOf(id), {
      headers: { "content-type": type, "upload-offset": "0" },
      body: video,
    });
    expect(answer.status).toBe(415);
    expect(answer.headers.get("tus-resumable")).toBe("1.0.0");
  }
});

describe("422", () => {
  test("naming Upload-Offset when it is missing or no number", async () => {
    const { own, id } = await begun();
    const offsets: Readonly<Record<string, string>>[] = [
      { "upload-offset": "-1" },
      { "upload-offset": "x" },
      {},
    ];
    for (const headers of offsets) {
      const answer = await own.recorder.tus("PATCH", pathOf(id), {
        ...{ headers: { ...binary, ...headers }, body: video },
      });
      expect(answer).toMatchObject({ status: 422, json: { errors: [{ path: "Upload-Offset" }] } });
    }
  });

  test("for so few bytes at a time that nothing would ever become durable", async () => {
    const { send } = await begun();
    expect(await send(0, segmentBytes - 1)).toMatchObject({
      ...{ status: 422, json: { errors: [{ path: "Content-Length" }] } },
    });
  });

  test("for what is no video, of which nothing is stored", async () => {
    const before = await storedObjects();
    for (const name of ["sound.m4a", "matroska.mkv", "picture.avif", "picture.png"]) {
      const bytes = await Bun.file(`tests/fixtures/videos/no-videos/${name}`).bytes();
      const { own, id, send } = await begun(bytes.length);
      const answer = await send(0, bytes.length, bytes);
      expect(answer).toMatchObject({ status: 422, json: { code: "gbs.not_a_video" } });
      expect(await own.recorder.state(id)).toMatchObject({
        ...{ state: "discarded", fault: "not_a_video" },
      });
    }
    expect(await storedObjects()).toEqual(before);
  });
});

const storedObjects = async () =>
  (await Array.fromAsync(new Bun.Glob("objects/evidence/**/*").scan(api.dataDir))).toSorted();

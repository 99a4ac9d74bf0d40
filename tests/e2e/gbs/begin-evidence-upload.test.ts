import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { maxOpenUploads, maxUploadsPerDay, uploadHours } from "#modules/gbs/bounds";
import type { EvidenceUpload } from "#modules/gbs/contract";
import { addSeconds, dateOf } from "#platform/kernel/time";
import { type EvidencePair, evidencePair, openEvidenceApp } from "../../support/evidence.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";
import { sendTus } from "../../support/tus.ts";

const storage = createFaultyStorage();
let api: TestApp;
let pair: EvidencePair;
beforeAll(async () => {
  api = await openEvidenceApp({
    clock: createTestClock(),
    storage: storage.open,
    environment: { GBS_VIDEO_MAX_BYTES: "20000000", READS_PER_MINUTE: "100000" },
  });
  pair = await evidencePair(api);
});
afterAll(() => api.close());

const begin = (id: string, headers: Readonly<Record<string, string>>, of = pair) =>
  of.recorder.tus("POST", `/v1/debts/${id}/evidence/uploads`, { headers });

describe("201", () => {
  test("says where to send the recording, until when, and that nothing is there yet", async () => {
    const { id } = await pair.accepted();
    const answer = await begin(id, {
      ...{ "upload-length": "5000000", "upload-metadata": "filename d29ybGQ=,is_confidential" },
    });
    expect(answer.status).toBe(201);
    const body = answer.json as EvidenceUpload;
    expect(body).toEqual({
      ...{ id: body.id, debtId: id, state: "receiving", fault: null },
      ...{ lengthBytes: 5_000_000, offsetBytes: 0 },
      expiresAt: addSeconds(api.clock.now(), uploadHours * 3_600),
    });
    const { headers } = answer;
    expect(headers.get("location")).toBe(`/v1/evidence-uploads/${body.id}`);
    expect(headers.get("tus-resumable")).toBe("1.0.0");
    expect(headers.get("upload-expires")).toBe(dateOf(body.expiresAt).toUTCString());
    expect((await pair.evidenceOf(pair.borrower, id)).upload).toEqual(body);
    expect((await pair.evidenceOf(pair.lender, id)).upload).toBeNull();
    // What the client calls its file is its own business.
    const [{ all = "" } = {}] = await api.sql<{ all: string }[]>`
      select string_agg(u::text, '') as all from gbs.uploads u`;
    expect(all).not.toContain("world");
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const other = await evidencePair(api);
    const { id } = await other.accepted();
    const headers = { "upload-length": "100", "idempotency-key": "begin-1" };
    const [first, second] = [await begin(id, headers, other), await begin(id, headers, other)];
    expect(second.status).toBe(201);
    expect(second.json).toEqual(first.json);
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    // The answer of then: what has come since is what HEAD says.
    expect(second.headers.get("upload-offset")).toBe("0");
  });
});

test("401 without a token, with the headers of the protocol all the same", async () => {
  const { id } = await pair.accepted();
  const answer = await sendTus(api, null, {
    ...{ method: "POST", path: `/v1/debts/${id}/evidence/uploads` },
    headers: { "upload-length": "100" },
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("tus-resumable")).toBe("1.0.0");
});

test("404 to a stranger; the lender, who knows of the debt, is told that it is not his to do", async () => {
  const { id } = await pair.accepted();
  const request = {
    ...{ method: "POST", path: `/v1/debts/${id}/evidence/uploads` },
    headers: { "upload-length": "100" },
  };
  const [stranger, lender] = await Promise.all([pair.stranger.token(), pair.lender.token()]);
  expect(await sendTus(api, stranger, request)).toMatchObject({
    ...{ status: 404, json: { code: "gbs.debt_not_found" } },
  });
  expect(await sendTus(api, lender, request)).toMatchObject({
    ...{ status: 409, json: { code: "gbs.not_possible_now" } },
  });
});

describe("409", () => {
  test("before acceptance, and once a recording waits for an operator", async () => {
    const offered = await pair.offered();
    const { debt } = await pair.submitted();
    for (const { id } of [offered, debt]) {
      const answer = await begin(id, { "upload-length": "100" });
      expect(answer).toMatchObject({ status: 409, json: { code: "gbs.not_possible_now" } });
    }
  });

  test("when the sentence is of another day, until another one is drawn", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    api.clock.advance(86_400);
    const answer = await begin(id, { "upload-length": "100" }, own);
    expect(answer).toMatchObject({ status: 409, json: { code: "gbs.sentence_expired" } });
    expect((await own.evidenceOf(own.borrower, id)).sentence).toBeNull();
    expect((await own.borrower.post(`/v1/debts/${id}/evidence/sentences`)).status).toBe(201);
    expect((await begin(id, { "upload-length": "100" }, own)).status).toBe(201);
  });
});

test("412 for another version of tus, and for none, naming ours; nothing is begun", async () => {
  const own = await evidencePair(api);
  const { id } = await own.accepted();
  for (const version of ["0.2.2", "1.0.1", ""]) {
    const answer = await begin(id, { "upload-length": "100", "tus-resumable": version }, own);
    expect(answer).toMatchObject({ status: 412, json: { code: "tus.version_unsupported" } });
    expect(answer.headers.get("tus-version")).toBe("1.0.0");
  }
  expect((await own.evidenceOf(own.borrower, id)).upload).toBeNull();
});

test("413 beyond the bound, and 201 right at it", async () => {
  const own = await evidencePair(api);
  const { id } = await own.accepted();
  const answer = await begin(id, { "upload-length": "20000001" }, own);
  expect(answer).toMatchObject({
    ...{ status: 413, json: { code: "gbs.upload_too_large", meta: { limit: 20_000_000 } } },
  });
  expect((await begin(id, { "upload-length": "20000000" }, own)).status).toBe(201);
});

test("422 naming Upload-Length when it is missing, zero or no number", async () => {
  const { id } = await pair.accepted();
  const lengths: Readonly<Record<string, string>>[] = [
    ...["0", "-1", "1.5", "1e3", "0x10", "07", " ", "99999999999999999999"].map((length) => ({
      "upload-length": length,
    })),
    {},
    { "upload-defer-length": "1" },
  ];
  for (const headers of lengths) {
    const answer = await begin(id, headers);
    expect([headers, answer.status]).toEqual([headers, 422]);
    expect(answer.json).toMatchObject({ errors: [{ path: "Upload-Length" }] });
  }
});

test("422 for an Idempotency-Key that stood for another length, or other metadata", async () => {
  const own = await evidencePair(api);
  const { id } = await own.accepted();
  const first = { "upload-length": "145092", "idempotency-key": "begin-422" };
  expect((await begin(id, first, own)).status).toBe(201);
  for (const other of [{ "upload-length": "999" }, { "upload-metadata": "filename d29ybGQ=" }])
    expect(await begin(id, { ...first, ...other }, own)).toMatchObject({
      ...{ status: 422, json: { code: "idempotency.key_reused" } },
    });
  expect((await begin(id, first, own)).status).toBe(201);
});

describe("429", () => {
  test("for a third upload at a time, until one of both is over", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    const uploads: string[] = [];
    for (let open = 0; open < maxOpenUploads; open += 1)
      uploads.push((await own.recorder.begin(id, 100)).id);
    const answer = await begin(id, { "upload-length": "100" }, own);
    const meta = { uploads: uploads.toSorted().join(", ") };
    expect(answer).toMatchObject({ status: 429, json: { code: "gbs.too_many_uploads", meta } });
    // The last one may be over before the first.
    await own.recorder.tus("DELETE", `/v1/evidence-uploads/${uploads[1]}`);
    const { upload } = await own.evidenceOf(own.borrower, id);
    expect(upload?.id as string | undefined).toBe(uploads[0]);
    expect((await begin(id, { "upload-length": "100" }, own)).status).toBe(201);
  });

  test("of many at once only as many begin as may", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => begin(id, { "upload-length": "100" }, own)),
    );
    const begun = answers.filter(({ status }) => status === 201);
    expect(begun).toHaveLength(maxOpenUploads);
    for (const { status } of answers) expect([201, 429]).toContain(status);
  });

  test("when the borrower's recordings have as many bytes as are kept of anybody", async () => {
    const own = await evidencePair(api);
    const first = await own.submitted();
    await api.sql`update gbs.uploads set length_bytes = ${20 * 1024 ** 3} where id = ${first.evidenceId}`;
    const { id } = await own.accepted();
    const answer = await begin(id, { "upload-length": "100" }, own);
    expect(answer).toMatchObject({ status: 429, json: { code: "gbs.too_many_uploads" } });
    await api.sql`update gbs.evidence set destroyed_at = now() where id = ${first.evidenceId}`;
    expect((await begin(id, { "upload-length": "100" }, own)).status).toBe(201);
  });
});

describe("a day's uploads", () => {
  const cancel = (own: EvidencePair, id: string) =>
    own.recorder.tus("DELETE", `/v1/evidence-uploads/${id}`);
  /** Begun and cancelled. */
  async function usedUp(own: EvidencePair, debtId: string, count: number): Promise<void> {
    for (let begun = 0; begun < count; begun += 1) {
      expect((await cancel(own, (await own.recorder.begin(debtId, 100)).id)).status).toBe(204);
    }
  }
  const refusals = maxUploadsPerDay + 1;

  test("are those that were begun, cancelled or not; of many at once only as many begin as may", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    await usedUp(own, id, maxUploadsPerDay - 1);
    const headers = { "upload-length": "100" };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => begin(id, headers, own)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 429, 429, 429, 429]);
    for (const { status, json, headers } of answers) {
      if (status === 201) continue;
      expect(json).toMatchObject({
        ...{ code: "limit.exceeded", detail: "You may begin 20 uploads a day." },
      });
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(3_600);
    }
  }, 60_000);

  test("are not used up by creations that were refused", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    const open = [await own.recorder.begin(id, 100), await own.recorder.begin(id, 100)];
    for (let refused = 0; refused < refusals; refused += 1) {
      const answer = await begin(id, { "upload-length": "100" }, own);
      expect(answer).toMatchObject({ status: 429, json: { code: "gbs.too_many_uploads" } });
    }
    for (const upload of open) await cancel(own, upload.id);
    await api.sql`update gbs.sentences set expires_at = ${api.clock.now()} where debt_id = ${id}`;
    for (let refused = 0; refused < refusals; refused += 1) {
      const answer = await begin(id, { "upload-length": "100" }, own);
      expect(answer).toMatchObject({ status: 409, json: { code: "gbs.sentence_expired" } });
    }
    expect((await own.borrower.post(`/v1/debts/${id}/evidence/sentences`)).status).toBe(201);
    await usedUp(own, id, maxUploadsPerDay - open.length);
  }, 60_000);

  test("are not used up while the store is down", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    storage.failVolatile("EIO");
    for (let failed = 0; failed < refusals; failed += 1) {
      const answer = await begin(id, { "upload-length": "100" }, own);
      expect(answer).toMatchObject({ status: 503, json: { code: "storage.unavailable" } });
    }
    storage.failVolatile(null);
    await usedUp(own, id, 1);
  }, 60_000);
});

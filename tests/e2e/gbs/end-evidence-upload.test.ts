import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { segmentBytes } from "#modules/gbs/bounds";
import { dateOf } from "#platform/kernel/time";
import { evidencePair, longVideo, openEvidenceApp, recorderOf } from "../../support/evidence.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";
import { sendTus } from "../../support/tus.ts";

let api: TestApp;
let video: Uint8Array;
const length = segmentBytes + 1_000;
beforeAll(async () => {
  api = await openEvidenceApp({ clock: createTestClock() });
  video = await longVideo(length);
});
afterAll(() => api.close());

const pathOf = (id: string) => `/v1/evidence-uploads/${id}`;
async function halfSent() {
  const own = await evidencePair(api);
  const { id: debtId } = await own.accepted();
  const { id } = await own.recorder.begin(debtId, length);
  await own.recorder.send(id, 0, video.subarray(0, segmentBytes));
  const stored = async () =>
    (await Array.fromAsync(new Bun.Glob(`{objects,volatile}/**/${id}/*`).scan(api.dataDir))).length;
  return { own, debtId, id, stored };
}

describe("OPTIONS", () => {
  test("204 to everybody, with version, extensions and the longest recording", async () => {
    for (const path of [pathOf("x"), "/v1/debts/x/evidence/uploads"]) {
      const id = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
      const answer = await sendTus(api, null, {
        ...{ method: "OPTIONS", path: path.replace("/x", `/${id}`) },
      });
      expect([answer.status, answer.text]).toEqual([204, ""]);
      const { headers } = answer;
      expect(headers.get("tus-version")).toBe("1.0.0");
      expect(headers.get("tus-resumable")).toBe("1.0.0");
      expect(headers.get("tus-extension")).toBe("creation,expiration,termination");
      expect(headers.get("tus-max-size")).toBe("524288000");
    }
  });
});

describe("HEAD", () => {
  test("200 with offset and length, kept by no cache", async () => {
    const { own, id } = await halfSent();
    const answer = await own.recorder.tus("HEAD", pathOf(id));
    expect(answer.status).toBe(200);
    const { headers } = answer;
    expect(headers.get("upload-offset")).toBe(String(segmentBytes));
    expect(headers.get("upload-length")).toBe(String(length));
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("tus-resumable")).toBe("1.0.0");
    const { expiresAt } = await own.recorder.state(id);
    expect(headers.get("upload-expires")).toBe(dateOf(expiresAt).toUTCString());
  });

  test("200 with all of it once it is there, also when it has become evidence", async () => {
    const { own, id } = await halfSent();
    await own.recorder.send(id, segmentBytes, video.subarray(segmentBytes));
    expect((await own.recorder.tus("HEAD", pathOf(id))).headers.get("upload-offset")).toBe(
      String(length),
    );
    await own.finish(id);
    expect((await own.recorder.tus("HEAD", pathOf(id))).status).toBe(200);
  });

  test("404 to others, 410 after its end, 412 for another version; never an offset", async () => {
    const { own, id } = await halfSent();
    const lender = recorderOf(api, own.lender);
    const answers = [await lender.tus("HEAD", pathOf(id))];
    answers.push(
      await own.recorder.tus("HEAD", pathOf(id), { headers: { "tus-resumable": "2.0.0" } }),
    );
    await own.recorder.tus("DELETE", pathOf(id));
    answers.push(await own.recorder.tus("HEAD", pathOf(id)));
    expect(answers.map(({ status }) => status)).toEqual([404, 412, 410]);
    for (const { headers } of answers) expect(headers.has("upload-offset")).toBe(false);
  });
});

describe("DELETE", () => {
  test("204: nothing more is taken, and the next sweep leaves nothing of it", async () => {
    const { own, id, stored } = await halfSent();
    expect(await stored()).toBe(2);
    const answer = await own.recorder.tus("DELETE", pathOf(id));
    expect([answer.status, answer.headers.get("tus-resumable")]).toEqual([204, "1.0.0"]);
    expect(await own.recorder.state(id)).toMatchObject({ state: "discarded", fault: "cancelled" });
    await api.runJob("gbs.sweep_uploads");
    expect(await stored()).toBe(0);
    const rows = await api.sql`select 1 from gbs.upload_segments where upload_id = ${id}`;
    expect(rows).toHaveLength(0);
    expect((await own.recorder.tus("DELETE", pathOf(id))).status).toBe(410);
  });

  test("404 to others, 412 without a version; the upload goes on", async () => {
    const { own, id } = await halfSent();
    expect((await recorderOf(api, own.stranger).tus("DELETE", pathOf(id))).status).toBe(404);
    const without = await own.borrower.delete(pathOf(id));
    expect(without.status).toBe(412);
    expect(await own.recorder.state(id)).toMatchObject({ state: "receiving" });
  });

  test("410 once it has become evidence, which stays", async () => {
    const own = await evidencePair(api);
    const { debt, evidenceId } = await own.submitted();
    expect((await own.recorder.tus("DELETE", pathOf(evidenceId))).status).toBe(410);
    expect((await own.evidenceOf(own.lender, debt.id)).items).toHaveLength(1);
  });
});

describe("without anybody's doing", () => {
  test("a day later it is discarded and cleared away", async () => {
    const { own, id, stored } = await halfSent();
    api.clock.advance(86_399);
    await api.runJob("gbs.sweep_uploads");
    expect(await own.recorder.state(id)).toMatchObject({ state: "receiving" });
    api.clock.advance(1);
    await api.runJob("gbs.sweep_uploads");
    expect(await own.recorder.state(id)).toMatchObject({ state: "discarded", fault: "expired" });
    expect(await stored()).toBe(0);
  });

  test("with the debt's end it ends, and so does a recording that waits for an operator", async () => {
    const cancel = async (own: Awaited<ReturnType<typeof evidencePair>>, id: string) => {
      const asked = await own.lender.done(id, "cancellations", { reason: "Never mind." });
      await own.borrower.done(id, `cancellations/${asked.openCancellation?.id}/acceptance`);
    };
    const { own, debtId, id, stored } = await halfSent();
    await cancel(own, debtId);
    expect(await own.recorder.state(id)).toMatchObject({
      ...{ state: "discarded", fault: "no_longer_wanted" },
    });
    await api.runJob("gbs.sweep_uploads");
    expect(await stored()).toBe(0);
    const other = await evidencePair(api);
    const { debt } = await other.submitted();
    await cancel(other, debt.id);
    expect((await other.evidenceOf(other.lender, debt.id)).items).toMatchObject([
      { state: "dropped" },
    ]);
  });

  test("one that a writer still holds is not cleared before he must have given up", async () => {
    const { own, id, stored } = await halfSent();
    await own.recorder.tus("DELETE", pathOf(id));
    const until = new Date(Date.parse(api.clock.now()) + 30_000).toISOString();
    await api.sql`update gbs.uploads set leased_until = ${until} where id = ${id}`;
    await api.runJob("gbs.sweep_uploads");
    expect(await stored()).toBe(2);
    api.clock.advance(400);
    await api.runJob("gbs.sweep_uploads");
    expect(await stored()).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { segmentBytes } from "#modules/gbs/bounds";
import {
  type EvidencePair,
  evidencePair,
  longVideo,
  openEvidenceApp,
} from "../../support/evidence.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import type { TestApp } from "../../support/test-app.ts";

const storage = createFaultyStorage();
let api: TestApp;
let pair: EvidencePair;
let video: Uint8Array;
const length = 2 * segmentBytes + 9_999;
beforeAll(async () => {
  api = await openEvidenceApp({ storage: storage.open });
  pair = await evidencePair(api);
  video = await longVideo(length);
});
afterAll(() => api.close());

const pathOf = async (uploadId: string, segment: number) => {
  const found = await Array.fromAsync(
    new Bun.Glob(`objects/evidence/*/${uploadId}/${String(segment).padStart(6, "0")}`).scan(
      api.dataDir,
    ),
  );
  return join(api.dataDir, found[0] ?? "none");
};

describe("a store that", () => {
  for (const [what, code, fault] of [
    ["is full", "storage.full", "ENOSPC"],
    ["is down", "storage.unavailable", "EIO"],
  ] as const)
    test(`${what}: 503 that says so and when to come back; what was durable is kept`, async () => {
      const { id: debtId } = await pair.accepted();
      const { id } = await pair.recorder.begin(debtId, length);
      await pair.recorder.send(id, 0, video.subarray(0, segmentBytes));
      storage.fail(fault);
      const answer = await pair.recorder.send(id, segmentBytes, video.subarray(segmentBytes));
      storage.fail(null);
      expect(answer).toMatchObject({ status: 503, json: { code } });
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      const kept = await pair.recorder.state(id);
      expect(kept).toMatchObject({ state: "receiving", offsetBytes: segmentBytes });
      const again = await pair.recorder.send(id, segmentBytes, video.subarray(segmentBytes));
      expect(again.status).toBe(204);
      await pair.finish(id);
      expect((await pair.evidenceOf(pair.lender, debtId)).items).toMatchObject([{ id }]);
    });
});

describe("what is stored and no longer what was sent", () => {
  const damages: Readonly<Record<string, (uploadId: string) => Promise<unknown>>> = {
    "with one flipped bit": async (id) => {
      const path = await pathOf(id, 1);
      const bytes = await Bun.file(path).bytes();
      bytes[1_234_567] = (bytes[1_234_567] ?? 0) ^ 1;
      await Bun.write(path, bytes);
    },
    "without a segment": async (id) => rm(await pathOf(id, 1)),
    "with a shorter segment": async (id) => truncate(await pathOf(id, 0), segmentBytes),
    "with two segments swapped": async (id) => {
      const [first, second] = [await pathOf(id, 0), await pathOf(id, 1)];
      const [one, two] = [await Bun.file(first).bytes(), await Bun.file(second).bytes()];
      await Bun.write(first, two);
      await Bun.write(second, one);
    },
    "with two chunks swapped": async (id) => {
      const path = await pathOf(id, 0);
      const bytes = await Bun.file(path).bytes();
      const size = 64 * 1024 + 16;
      const [one, two] = [bytes.slice(0, size), bytes.slice(size, 2 * size)];
      bytes.set(two, 0);
      bytes.set(one, size);
      await Bun.write(path, bytes);
    },
  };
  for (const [what, damage] of Object.entries(damages))
    test(`${what} never becomes evidence: the borrower is asked to record again`, async () => {
      const own = await evidencePair(api);
      const { id: debtId } = await own.accepted();
      const id = await own.recorder.upload(debtId, video);
      await damage(id);
      await own.finish(id);
      expect(await own.recorder.state(id)).toMatchObject({ state: "discarded", fault: "damaged" });
      const evidence = await own.evidenceOf(own.borrower, debtId);
      expect(evidence).toMatchObject({ items: [], upload: { fault: "damaged" } });
      const mails = await api.mails.to(own.borrower.user.address);
      expect(mails.map(({ subject }) => subject)).toContain(
        "Please record the video for Leyla Aydın again",
      );
      await api.runJob("gbs.sweep_uploads");
      expect(await storage.keys()).not.toContainEqual(expect.stringContaining(id));
      const again = await own.recorder.upload(debtId, video);
      await own.finish(again);
      expect((await own.evidenceOf(own.lender, debtId)).items).toMatchObject([{ id: again }]);
    });

  test("a debt that ended while it was read back gets no evidence", async () => {
    const own = await evidencePair(api);
    const { id: debtId } = await own.accepted();
    const id = await own.recorder.upload(debtId, video);
    await api.sql`update gbs.debts set state = 'cancelled' where id = ${debtId}`;
    await own.finish(id);
    expect(await own.recorder.state(id)).toMatchObject({
      ...{ state: "discarded", fault: "no_longer_wanted" },
    });
  });

  test("the job does nothing twice", async () => {
    const own = await evidencePair(api);
    const { debt, evidenceId } = await own.submitted();
    await own.finish(evidenceId);
    await own.finish(evidenceId);
    expect((await own.lender.debt(debt.id)).custody).toEqual(debt.custody);
  });
});

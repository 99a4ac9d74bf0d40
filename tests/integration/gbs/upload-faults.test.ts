import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { segmentBytes } from "#modules/gbs/bounds";
import { segmentsHeld } from "#modules/gbs/use-cases/store-segments";
import { storageFailure } from "#platform/storage/errors";
import {
  type EvidencePair,
  evidencePair,
  longVideo,
  openEvidenceApp,
  sha256Of,
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

describe("with several segments on their way", () => {
  const many = 4 * segmentBytes + 777;
  const key = (segment: number) => `/${String(segment).padStart(6, "0")}`;
  let long: Uint8Array;
  beforeAll(async () => {
    long = await longVideo(many, 3);
  });
  afterEach(() => storage.beforePut(() => {}));

  /** Ends once that many of them wait for the store at the same time; all of them go on then. */
  function together(count: number): {
    readonly waiting: Promise<void>;
    readonly hook: () => Promise<void>;
  } {
    const { promise, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    return {
      waiting: promise,
      async hook() {
        waiting += 1;
        if (waiting === count) resolve();
        await promise;
      },
    };
  }
  async function begun() {
    const own = await evidencePair(api);
    const { id: debtId } = await own.accepted();
    return { own, debtId, id: (await own.recorder.begin(debtId, many)).id };
  }
  async function expectWhole(own: EvidencePair, debtId: string, id: string): Promise<void> {
    await own.finish(id);
    const { items } = await own.evidenceOf(own.borrower, debtId);
    expect(items).toMatchObject([{ id, sizeBytes: many, sha256: sha256Of(long) }]);
  }

  test("a disk that is full at the second one: the first one counts, and it goes on behind it with the same bytes", async () => {
    const { own, debtId, id } = await begun();
    const three = together(3);
    storage.beforePut(async (put) => {
      if (put.endsWith(key(3))) return;
      await three.hook();
      if (put.endsWith(key(1))) throw storageFailure("ENOSPC");
    });
    const answer = await own.recorder.send(id, 0, long);
    expect(answer).toMatchObject({ status: 503, json: { code: "storage.full" } });
    const kept = await own.recorder.state(id);
    expect(kept).toMatchObject({ state: "receiving", offsetBytes: segmentBytes });
    storage.beforePut(() => {});
    const again = await own.recorder.send(id, segmentBytes, long.subarray(segmentBytes));
    expect(again.status).toBe(204);
    await expectWhole(own, debtId, id);
  });

  test("other bytes in the second one end the upload, and leave nothing of it", async () => {
    const { own, debtId, id } = await begun();
    storage.beforePut((put) => {
      if (put.endsWith(key(1))) throw storageFailure("EIO");
    });
    // All are claimed, and the first one counts.
    expect((await own.recorder.send(id, 0, long)).status).toBe(503);
    storage.beforePut(() => {});
    const forged = long.slice(segmentBytes);
    forged[segmentBytes + 5] = (forged[segmentBytes + 5] ?? 0) ^ 1;
    const answer = await own.recorder.send(id, segmentBytes, forged);
    expect(answer).toMatchObject({ status: 409, json: { code: "gbs.upload_diverged" } });
    expect(await own.recorder.state(id)).toMatchObject({ state: "discarded", fault: "diverged" });
    await api.runJob("gbs.sweep_uploads");
    expect(await storage.keys()).not.toContainEqual(expect.stringContaining(id));
    const next = await own.recorder.begin(debtId, many);
    expect((await own.recorder.send(next.id, 0, long)).status).toBe(204);
    await expectWhole(own, debtId, next.id);
  });

  test("a writer who loses the upload while several are on their way counts none of them, and harms nobody's", async () => {
    const { own, debtId, id } = await begun();
    // As many as are held: nothing more is read or written meanwhile.
    const all = together(segmentsHeld);
    const released = Promise.withResolvers<void>();
    storage.beforePut(async () => {
      await all.hook();
      await released.promise;
    });
    const slow = own.recorder.send(id, 0, long);
    await all.waiting;
    // It has been silent for so long that another one may take it.
    await api.sql`update gbs.uploads set leased_until = null where id = ${id}`;
    storage.beforePut(() => {});
    expect((await own.recorder.send(id, 0, long)).status).toBe(204);
    released.resolve();
    expect((await slow).status).toBeGreaterThanOrEqual(409);
    await expectWhole(own, debtId, id);
  });

  test("a writer whose upload is cancelled meanwhile leaves nothing, though the sweep has come and gone", async () => {
    const { own, id } = await begun();
    const three = together(3);
    const released = Promise.withResolvers<void>();
    storage.beforePut(async () => {
      await three.hook();
      await released.promise;
    });
    const slow = own.recorder.send(id, 0, long);
    await three.waiting;
    expect((await own.recorder.tus("DELETE", `/v1/evidence-uploads/${id}`)).status).toBe(204);
    await api.sql`update gbs.uploads set leased_until = null where id = ${id}`;
    await api.runJob("gbs.sweep_uploads");
    released.resolve();
    expect((await slow).status).toBe(410);
    expect(await storage.keys()).not.toContainEqual(expect.stringContaining(id));
  });

  test("of two who send the same at once one is told to wait, and what comes of it is whole", async () => {
    const { own, debtId, id } = await begun();
    const answers = await Promise.all([
      own.recorder.send(id, 0, long),
      own.recorder.send(id, 0, long),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    await expectWhole(own, debtId, id);
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

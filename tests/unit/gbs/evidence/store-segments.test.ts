import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { segmentBytes } from "#modules/gbs/bounds";
import type { StoredUpload } from "#modules/gbs/deps";
import { type Segment, segmentEnd } from "#modules/gbs/domain/upload-parts";
import { storeSegments, type Writing } from "#modules/gbs/use-cases/store-segments";
import type { HeldLease } from "#modules/gbs/use-cases/upload-lease";
import { systemContext } from "#platform/kernel/context";
import { recordLog } from "../../../support/log-lines.ts";

type Deps = Parameters<typeof storeSegments>[0];
const ctx = systemContext("test:segments", "test");
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

type Script = {
  readonly segments: number;
  /** How long each store and each transaction takes, in turns of the loop. */
  readonly storeTurns: readonly number[];
  readonly commitTurns: readonly number[];
  /** Numbers of segments that the store refuses. */
  readonly refused?: readonly number[];
  /** Claimed before, with other bytes. */
  readonly diverged?: number;
  /** The transaction before which somebody else takes the upload. */
  readonly lostAt?: number;
  /** Segments after which the sender breaks off. */
  readonly cutAfter?: number;
};
type Event =
  | {
      readonly kind: "claimed" | "sealed" | "durable";
      readonly index: number;
      readonly mac: string;
    }
  | { readonly kind: "counted"; readonly from: number; readonly offset: number }
  | { readonly kind: "enqueued" };

const at = (values: readonly number[], index: number): number => values[index % values.length] ?? 0;
const macOf = (index: number) => `mac of ${index}`;

/** A store, a database and a sealer that only take time, and tell what happened in which order. */
function rigged(script: Script) {
  const events: Event[] = [];
  const claims = new Map<number, string>();
  if (script.diverged !== undefined) claims.set(script.diverged, "another mac");
  const lengthBytes = script.segments * segmentBytes - 5;
  const row = { offsetBytes: 0, state: "receiving" as StoredUpload["state"], token: 1 };
  let transactions = 0;
  let running = 0;
  let atOnce = 0;
  const deleted: number[] = [];
  const uploads = {
    async renew() {
      return row.token === 1 && row.state === "receiving";
    },
    async advance(
      _tx: unknown,
      _lease: unknown,
      to: { from: number; offset: number; isComplete: boolean },
    ) {
      if (row.token !== 1 || row.state !== "receiving" || row.offsetBytes !== to.from) return false;
      row.offsetBytes = to.offset;
      if (to.isComplete) row.state = "checking";
      events.push({ kind: "counted", from: to.from, offset: to.offset });
      return true;
    },
    async claimSegments(
      _tx: unknown,
      _id: unknown,
      asked: readonly { segment: number; plainMac: string }[],
    ) {
      for (const { segment, plainMac } of asked) {
        if (!claims.has(segment)) claims.set(segment, plainMac);
        events.push({ kind: "claimed", index: segment, mac: claims.get(segment) ?? "" });
      }
      return new Map(asked.map(({ segment }) => [segment, claims.get(segment) ?? ""]));
    },
    async discard() {
      row.state = "discarded";
      return true;
    },
    find: async () => row,
  };
  const deps = {
    uploads,
    clock: { now: () => "2026-11-23T00:00:00.000Z" },
    logger: recordLog("error").logger,
    jobs: { enqueue: async () => void events.push({ kind: "enqueued" }) },
    db: {
      read: {},
      // What it does is there at its end: whoever goes on before that goes on too early.
      async transact(_ctx: unknown, work: (tx: unknown) => Promise<unknown>) {
        transactions += 1;
        const number = transactions;
        await turns(at(script.commitTurns, number));
        if (number === script.lostAt) row.token = 2;
        return work({});
      },
    },
    vault: {
      async putSegment(_place: unknown, index: number, sealed: AsyncIterable<Uint8Array>) {
        running += 1;
        atOnce = Math.max(atOnce, running);
        try {
          for await (const _piece of sealed) await turns(at(script.storeTurns, index));
          if (script.refused?.includes(index)) throw new Error(`no room for ${index}`);
          events.push({ kind: "durable", index, mac: macOf(index) });
        } finally {
          running -= 1;
        }
      },
      async deleteSegment(_place: unknown, index: number) {
        deleted.push(index);
      },
    },
  };
  const writing = {
    upload: { id: "upload", debtId: "debt", lengthBytes, offsetBytes: 0 },
    held: {
      lease: {},
      until: () => "later",
      keep: async () => {},
      lost: async () => new Error("lost"),
    },
    sealer: {
      async *seal(index: number) {
        events.push({ kind: "sealed", index, mac: macOf(index) });
        yield new Uint8Array(1);
      },
    },
  };
  async function* sent(): AsyncGenerator<Segment, void> {
    const video = new Uint8Array(64);
    video.set(new TextEncoder().encode("\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x08moov"));
    for (let index = 0; index < script.segments; index += 1) {
      if (index === script.cutAfter) throw new Error("cut");
      yield { index, offset: index * segmentBytes, bytes: video, mac: macOf(index) };
    }
  }
  const run = () =>
    storeSegments(
      deps as unknown as Deps,
      ctx,
      writing as unknown as Writing & { readonly held: HeldLease },
      sent(),
    );
  return {
    ...{ run, events, row, deleted, lengthBytes },
    ended: () => ({ running, atOnce, transactions }),
  };
}

const endOf = (index: number, { lengthBytes }: { readonly lengthBytes: number }): number =>
  segmentEnd(index * segmentBytes, lengthBytes);

/** What has to hold in whatever order things end. */
function expectInOrder({ events, row, lengthBytes }: ReturnType<typeof rigged>): void {
  const claimed = new Map<number, string>();
  const durable = new Set<number>();
  let offset = 0;
  for (const event of events) {
    if (event.kind === "claimed") claimed.set(event.index, event.mac);
    // Its bytes are on record before they are sealed under its number.
    if (event.kind === "sealed") expect(claimed.get(event.index)).toBe(event.mac);
    if (event.kind === "durable") durable.add(event.index);
    if (event.kind === "counted") {
      expect(event.from).toBe(offset);
      expect(event.offset).toBeGreaterThan(offset);
      offset = event.offset;
      for (let index = 0; index * segmentBytes < offset; index += 1)
        expect(durable.has(index)).toBe(true);
    }
    if (event.kind === "enqueued") expect(offset).toBe(lengthBytes);
  }
  expect(row.offsetBytes).toBe(offset);
}

const times = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 });
const scripts = fc.record({
  segments: fc.integer({ min: 1, max: 9 }),
  storeTurns: times,
  commitTurns: times,
});

describe("segments of a recording", () => {
  test("property: in whatever order they become durable, they are claimed before they are sealed, and count in theirs", async () => {
    let most = 0;
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const made = rigged(script);
        await made.run();
        expectInOrder(made);
        expect(made.row).toMatchObject({ offsetBytes: made.lengthBytes, state: "checking" });
        expect(made.events.filter(({ kind }) => kind === "enqueued")).toHaveLength(1);
        expect(made.ended().running).toBe(0);
        most = Math.max(most, made.ended().atOnce);
      }),
      { numRuns: 200 },
    );
    expect(most).toBeGreaterThan(1);
  });

  test("property: of those that the store refuses, the first one is where it goes on; nothing runs on behind its back", async () => {
    await fc.assert(
      fc.asyncProperty(
        scripts,
        fc.array(fc.nat(8), { minLength: 1, maxLength: 3 }),
        async (script, numbers) => {
          const refused = numbers.map((number) => number % script.segments);
          const made = rigged({ ...script, refused });
          const error = await made.run().catch((reason: unknown) => reason);
          expect(refused.map((index) => `no room for ${index}`)).toContain(
            String((error as Error).message),
          );
          expectInOrder(made);
          const first = Math.min(...refused);
          expect(made.row).toMatchObject({ offsetBytes: first * segmentBytes, state: "receiving" });
          expect(made.ended().running).toBe(0);
          expect(made.deleted).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("property: what was whole when the sender broke off counts", async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.nat(8), async (script, number) => {
        const cutAfter = number % script.segments;
        const made = rigged({ ...script, cutAfter });
        await expect(made.run()).rejects.toThrow("cut");
        expectInOrder(made);
        expect(made.row.offsetBytes).toBe(cutAfter * segmentBytes);
        expect(made.ended().running).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test("property: one that diverges is never sealed, and ends the upload; what came too late is taken away", async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.nat(8), async (script, number) => {
        const diverged = number % script.segments;
        const made = rigged({ ...script, diverged });
        await expect(made.run()).rejects.toMatchObject({ code: "gbs.upload_diverged" });
        expectInOrder(made);
        expect(made.row.state).toBe("discarded");
        expect(
          made.events.filter((event) => event.kind === "sealed" && event.index === diverged),
        ).toEqual([]);
        const left = made.events.flatMap((event) =>
          event.kind === "durable" && endOf(event.index, made) > made.row.offsetBytes
            ? [event.index]
            : [],
        );
        expect(made.deleted).toEqual(expect.arrayContaining(left));
      }),
      { numRuns: 200 },
    );
  });

  test("property: whoever has lost the upload counts nothing more, and takes nothing from whoever has it", async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 1, max: 8 }), async (script, lostAt) => {
        const made = rigged({ ...script, lostAt });
        const error = await made.run().catch((reason: unknown) => reason);
        // It may have been over by then.
        if (made.ended().transactions >= lostAt) expect((error as Error).message).toBe("lost");
        expectInOrder(made);
        expect(made.deleted).toEqual([]);
        expect(made.ended().running).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test("that are on their way together share their transactions: fewer than two each", async () => {
    const made = rigged({ segments: 40, storeTurns: [1], commitTurns: [30] });
    await made.run();
    expectInOrder(made);
    expect(made.ended().transactions).toBeLessThan(60);
  });
});

import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import fc from "fast-check";
import type { Outcome } from "#platform/audit/messages";
import { createOutbox } from "#platform/audit/requests/outbox";
import { eventually } from "../../support/eventually.ts";

/** What an outbox sends is as good as any outcome: it never looks into one. */
const outcome = (n: number) => ({ requestId: `r-${n}` }) as Outcome;
const idsOf = (contents: readonly string[]) =>
  contents.flatMap((content) =>
    (JSON.parse(content).outcomes as { requestId?: string }[]).flatMap(
      ({ requestId }) => requestId ?? [],
    ),
  );

/** What an outcome waits for others. */
const gatherMs = 100;
const retryMs = 5;
/** Longer than any machine stands still. */
const longMs = 30_000;

/** Everything that waits for no clock is done. */
const untilOthersHadTheirTurn = () => new Promise<void>((done) => void setImmediate(done));

async function pass(ms: number): Promise<void> {
  jest.advanceTimersByTime(ms);
  for (let turn = 0; turn < 10; turn++) await untilOthersHadTheirTurn();
}

/** A database that answers when the test says so, and fails as often as it is told. */
function openBox(options: { failures?: number; maxWaiting?: number; hangs?: boolean } = {}) {
  let failures = options.failures ?? 0;
  let counter = 0;
  const sent: string[] = [];
  const tried: string[] = [];
  const lost: number[] = [];
  const errors: unknown[] = [];
  const box = createOutbox({
    async send(content) {
      tried.push(content);
      if (options.hangs) return Promise.withResolvers<void>().promise;
      await untilOthersHadTheirTurn();
      if (failures > 0) {
        failures -= 1;
        throw new Error("away");
      }
      sent.push(content);
    },
    seal: (outcomes) => {
      counter += 1;
      return JSON.stringify({ counter, outcomes });
    },
    onLost: (count) => void lost.push(count),
    onFailure: (error) => void errors.push(error),
    retryMs,
    ...(options.maxWaiting === undefined ? {} : { maxWaiting: options.maxWaiting }),
  });
  return { box, sent, tried, lost, errors };
}

describe("an outbox", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("sends what comes together in one message, soon", async () => {
    const { box, sent } = openBox();
    for (let n = 0; n < 50; n++) box.add(outcome(n));
    await pass(gatherMs - 1);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toHaveLength(1);
    expect(idsOf(sent)).toHaveLength(50);
    expect(box.waiting()).toBe(0);
  });

  test("does not wait for more once a message is full", async () => {
    const { box, sent } = openBox();
    for (let n = 0; n < 450; n++) box.add(outcome(n));
    await pass(0);
    expect(sent.map((content) => JSON.parse(content).outcomes.length)).toEqual([200, 200, 50]);
    expect(idsOf(sent)).toEqual(Array.from({ length: 450 }, (_, n) => `r-${n}`));
  });

  test("stores at once what has to be, and what was waiting before it", async () => {
    const { box, sent } = openBox();
    box.add(outcome(1));
    expect(await box.store(outcome(2), longMs)).toBe(true);
    expect(idsOf(sent)).toEqual(["r-1", "r-2"]);
  });

  test("stores at once also what comes in the moment a message has gone", async () => {
    const { box, sent } = openBox();
    // The clock stands still.
    expect(await box.store(outcome(1), longMs)).toBe(true);
    expect(await box.store(outcome(2), longMs)).toBe(true);
    expect(idsOf(sent)).toEqual(["r-1", "r-2"]);
  });

  test("says when it could not store in time, and stores it nevertheless", async () => {
    const { box, sent, errors } = openBox({ failures: 8 });
    const storing = box.store(outcome(1), 2 * retryMs);
    await pass(0);
    for (let tries = 0; tries < 2; tries++) await pass(retryMs);
    expect(await storing).toBe(false);
    expect(sent).toEqual([]);
    for (let tries = 2; tries < 8; tries++) await pass(retryMs);
    expect(idsOf(sent)).toEqual(["r-1"]);
    expect(errors).toHaveLength(8);
  });

  test("sends a failed message again, letter for letter", async () => {
    const { box, tried, sent } = openBox({ failures: 2 });
    box.add(outcome(1));
    await pass(gatherMs);
    expect([tried.length, sent.length]).toEqual([1, 0]);
    box.add(outcome(2));
    for (let tries = 0; tries < 2; tries++) await pass(retryMs);
    expect(tried[1]).toBe(String(tried[0]));
    expect(tried[2]).toBe(String(tried[0]));
    expect(idsOf(sent)).toEqual(["r-1", "r-2"]);
  });

  test("keeps no more than it has room for, counts the rest and states it with the next message", async () => {
    const { box, sent, lost } = openBox({ maxWaiting: 3 });
    for (let n = 0; n < 5; n++) box.add(outcome(n));
    expect(await box.store(outcome(5), longMs)).toBe(false);
    await pass(gatherMs);
    expect(lost).toEqual([1, 1, 1]);
    expect(idsOf(sent)).toEqual(["r-0", "r-1", "r-2"]);
    expect(JSON.parse(String(sent[0])).outcomes[0]).toEqual({ lost: { count: 3 } });
    box.add(outcome(6));
    await pass(gatherMs);
    expect(JSON.parse(String(sent[1])).outcomes).toEqual([outcome(6)]);
  });

  test("sends what is left when it is closed", async () => {
    const { box, sent, lost } = openBox();
    for (let n = 0; n < 300; n++) box.add(outcome(n));
    await box.close(longMs);
    expect(idsOf(sent)).toHaveLength(300);
    expect(lost).toEqual([]);
  });

  test("closes in time when nobody takes what is left, and counts it as lost", async () => {
    const { box, lost } = openBox({ hangs: true });
    for (let n = 0; n < 7; n++) box.add(outcome(n));
    let isClosed = false;
    const closing = box.close(20).then(() => {
      isClosed = true;
    });
    await pass(19);
    expect(isClosed).toBe(false);
    await pass(1);
    await closing;
    expect(lost).toEqual([7]);
  });
});

test("an outbox loses nothing, doubles nothing and keeps the order, however often the database is away", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ burst: fc.integer({ min: 1, max: 300 }), pauseMs: fc.nat(12) }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.nat(4),
      async (bursts, failures) => {
        const { box, sent, lost } = openBox({ failures });
        let n = 0;
        const stored: Promise<boolean>[] = [];
        for (const { burst, pauseMs } of bursts) {
          for (let i = 0; i < burst; i++, n++)
            if (i === 17) stored.push(box.store(outcome(n), longMs));
            else box.add(outcome(n));
          await Bun.sleep(pauseMs);
        }
        expect(await Promise.all(stored)).toEqual(stored.map(() => true));
        await eventually("all is sent", () => box.waiting() === 0);
        expect(idsOf(sent)).toEqual(Array.from({ length: n }, (_, i) => `r-${i}`));
        expect(lost).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

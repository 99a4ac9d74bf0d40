import { expect, test } from "bun:test";
import fc from "fast-check";
import { inOrder } from "#platform/age/in-order";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test("gives results in their order, however long each takes, and begins no more than allowed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (delays, atOnce) => {
        let running = 0;
        let most = 0;
        const results = inOrder(delays.length, atOnce, async (index) => {
          running += 1;
          most = Math.max(most, running);
          await pause(delays[index] ?? 0);
          running -= 1;
          return index;
        });
        expect(await Array.fromAsync(results)).toEqual([...delays.keys()]);
        expect(most).toBe(Math.min(atOnce, delays.length));
      },
    ),
    { numRuns: 30 },
  );
});

test("gives what comes before a failure, then the failure, and ends when all is over", async () => {
  let ended = 0;
  const given: number[] = [];
  const results = inOrder(8, 8, async (index) => {
    await pause(index === 7 ? 20 : 1);
    ended += 1;
    if (index === 2 || index === 4) throw new Error(`no ${index}`);
    return index;
  });
  const reading = (async () => {
    for await (const index of results) given.push(index);
  })();
  await expect(reading).rejects.toThrow("no 2");
  expect(given).toEqual([0, 1]);
  expect(ended).toBe(8);
});

test("waits for what it began when nobody reads on", async () => {
  let ended = 0;
  for await (const index of inOrder(9, 3, async (at) => {
    await pause(at);
    ended += 1;
    return at;
  }))
    if (index === 1) break;
  expect(ended).toBe(5);
});

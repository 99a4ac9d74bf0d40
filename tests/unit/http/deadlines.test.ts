import { expect, test } from "bun:test";
import { createDeadlines } from "#platform/http/deadlines";
import { createExchange, signalOf } from "#platform/http/exchange";

test("a request that never gets an answer is answered once and then forgotten", async () => {
  const started = createExchange("r", null, null);
  let looks = 0;
  const exchange = {
    ...started,
    get waitedForSinceMs() {
      looks += 1;
      return started.waitedForSinceMs;
    },
  };
  const signal = signalOf(exchange);
  const deadlines = createDeadlines(10);
  const response = await deadlines.bound(new Promise(() => {}), exchange);
  expect(response.status).toBe(503);
  expect(signal.aborted).toBe(true);
  expect(looks).toBeGreaterThan(0);
  const before = looks;
  // A second request keeps the sweeping going.
  await deadlines.bound(new Promise(() => {}), createExchange("r2", null, null));
  expect(looks).toBe(before);
});

test("an answer in time is passed on, and so is a failure, as a problem", async () => {
  const deadlines = createDeadlines(1000);
  const exchange = createExchange("r", null, null);
  const answer = new Response("x");
  expect(await deadlines.bound(Promise.resolve(answer), exchange)).toBe(answer);
  const failed = await deadlines.bound(Promise.reject(new Error("secret")), exchange);
  expect([failed.status, (await failed.text()).includes("secret")]).toEqual([500, false]);
});

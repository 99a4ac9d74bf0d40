import { expect, test } from "bun:test";
import fc from "fast-check";
import { createRefusals, type Refusal } from "#platform/audit/requests/refusals";
import type { Instant } from "#platform/kernel/time";

const now = "2026-09-18T12:00:42.123Z" as Instant;
const refusal = (client: string, route = "/v1/books"): Refusal => ({
  ...{ method: "POST", route, client, status: 401 },
});

test("counts what is alike once, with the minute of the first", () => {
  const refusals = createRefusals();
  refusals.count(refusal("192.0.2.1"), now);
  refusals.count(refusal("192.0.2.1"), "2026-09-18T12:01:00.000Z" as Instant);
  refusals.count(refusal("192.0.2.2"), now);
  refusals.count({ ...refusal("192.0.2.1"), status: 429 }, now);
  const minute = "2026-09-18T12:00:00.000Z" as Instant;
  expect(refusals.take()).toEqual([
    { refusals: { minute, ...refusal("192.0.2.1"), count: 2 } },
    { refusals: { minute, ...refusal("192.0.2.2"), count: 1 } },
    { refusals: { minute, ...refusal("192.0.2.1"), status: 429, count: 1 } },
  ]);
  expect(refusals.take()).toEqual([]);
});

test("counts every one, and keeps no more kinds than it may have and one for each route", () => {
  const clients = fc.integer({ min: 1, max: 40 }).map((n) => `192.0.2.${n}`);
  const routes = fc.constantFrom("/v1/books", "/v1/debts", "unmatched");
  fc.assert(
    fc.property(fc.array(fc.tuple(clients, routes), { maxLength: 200 }), (asked) => {
      const refusals = createRefusals(10);
      for (const [client, route] of asked) refusals.count(refusal(client, route), now);
      const taken = refusals.take().map((entry) => entry.refusals);
      expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(asked.length);
      expect(taken.length).toBeLessThanOrEqual(10 + 3);
      for (const route of ["/v1/books", "/v1/debts", "unmatched"])
        expect(
          taken.filter((one) => one.route === route).reduce((sum, { count }) => sum + count, 0),
        ).toBe(asked.filter(([, one]) => one === route).length);
    }),
  );
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Budget, type BudgetState, createMemoryRateLimiter } from "#platform/http/rate-limit";

function limiterAt(options: { readonly maxClients?: number } = {}) {
  let nowMs = 0;
  const limiter = createMemoryRateLimiter({ nowMs: () => nowMs, ...options });
  return {
    take: (budget: Budget, client = "a") => limiter.take(budget, client) as BudgetState,
    at(ms: number) {
      nowMs = ms;
    },
  };
}
const budget = (requests: number, windowSeconds = 60): Budget => ({
  name: `${requests}/${windowSeconds}`,
  requests,
  windowSeconds,
});

describe("the rate limiter", () => {
  test("never grants more than the budget in any window, whenever the requests come", () => {
    const requests = fc.record({
      requests: fc.integer({ min: 1, max: 12 }),
      windowSeconds: fc.integer({ min: 1, max: 120 }),
      gapsMs: fc.array(fc.oneof(fc.nat(50), fc.nat(5_000), fc.nat(60_000)), { maxLength: 200 }),
    });
    fc.assert(
      fc.property(requests, ({ requests, windowSeconds, gapsMs }) => {
        const limiter = limiterAt();
        const granted: number[] = [];
        let nowMs = 0;
        for (const gap of gapsMs) {
          nowMs += gap;
          limiter.at(nowMs);
          if (limiter.take(budget(requests, windowSeconds)).allowed) granted.push(nowMs);
        }
        const windowMs = windowSeconds * 1000;
        for (const [index, start] of granted.entries()) {
          const beyond = granted[index + requests];
          if (beyond !== undefined) expect(beyond - start).toBeGreaterThanOrEqual(windowMs);
        }
      }),
    );
  });

  test("grants a request when the time it told to wait is over", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.nat(20_000), { minLength: 1, maxLength: 60 }),
        (requests, windowSeconds, gapsMs) => {
          const limiter = limiterAt();
          let nowMs = 0;
          for (const gap of gapsMs) {
            nowMs += gap;
            limiter.at(nowMs);
            const state = limiter.take(budget(requests, windowSeconds));
            if (state.allowed) continue;
            expect(state.resetSeconds).toBeLessThanOrEqual(Math.ceil(windowSeconds * 1.1));
            nowMs += state.resetSeconds * 1000;
            limiter.at(nowMs);
            expect(limiter.take(budget(requests, windowSeconds)).allowed).toBe(true);
          }
        },
      ),
    );
  });

  test("grants the whole budget to whoever was silent for a window and a tenth", () => {
    const limiter = limiterAt();
    for (let i = 0; i < 5; i++) limiter.take(budget(3));
    limiter.at(66_000);
    const states = [1, 2, 3, 4].map(() => limiter.take(budget(3)));
    expect(states.map((state) => state.allowed)).toEqual([true, true, true, false]);
    expect(states.map((state) => state.remaining)).toEqual([2, 1, 0, 0]);
  });

  test("counts clients and budgets apart", () => {
    const limiter = limiterAt();
    expect(limiter.take(budget(1), "a").allowed).toBe(true);
    expect(limiter.take(budget(1), "b").allowed).toBe(true);
    expect(limiter.take(budget(1, 30), "a").allowed).toBe(true);
    expect(limiter.take(budget(1), "a").allowed).toBe(false);
  });

  test("does not count what it refuses: who hammers is not locked out for longer", () => {
    const limiter = limiterAt();
    limiter.take(budget(1));
    for (let ms = 0; ms < 66_000; ms += 500) {
      limiter.at(ms);
      limiter.take(budget(1));
    }
    limiter.at(66_000);
    expect(limiter.take(budget(1)).allowed).toBe(true);
  });

  test("remembers so many clients and no more, and forgets the silent ones first", () => {
    const limiter = limiterAt({ maxClients: 3 });
    limiter.take(budget(1), "silent");
    limiter.at(70_000);
    for (const client of ["a", "b", "c"]) limiter.take(budget(1), client);
    for (const client of ["a", "b", "c"])
      expect(limiter.take(budget(1), client).allowed).toBe(false);
    limiter.take(budget(1), "d");
    expect(limiter.take(budget(1), "d").allowed).toBe(false);
    expect(limiter.take(budget(1), "c").allowed).toBe(false);
  });
});

import { expect, test } from "bun:test";
import { refreshRates } from "#modules/currency/use-cases/refresh-rates";
import { systemContext } from "#platform/kernel/context";
import type { CurrencyCode } from "#platform/kernel/money";
import { parseInstant } from "#platform/kernel/time";

type Deps = Parameters<typeof refreshRates>[0];
const now = parseInstant("2026-11-22T12:00:00Z");
const usd = "USD" as CurrencyCode;
const eur = "EUR" as CurrencyCode;

test("a defect in one gateway is reported and counted, and costs the others nothing", async () => {
  const stored: string[] = [];
  const failed: unknown[] = [];
  const defect = new TypeError("undefined is not a function");
  const provider = (name: "coinbase" | "fawazahmed0", fetchLatest: () => Promise<never>) => ({
    provider: { name, source: "market" as const, fetchLatest },
    intervalSeconds: 600,
    monthlyQuota: null,
  });
  const answer = {
    pivot: usd,
    direction: "per_pivot" as const,
    asOf: null,
    quotes: [{ code: eur, rate: "0.92" }],
    skipped: 0,
  };
  const deps = {
    clock: { now: () => now },
    db: { transact: (_: unknown, work: (tx: never) => unknown) => work({} as never), read: {} },
    catalogue: { findTicker: () => ({ code: eur }) },
    latest: { reload: async () => {} },
    plans: [
      provider("coinbase", async () => {
        throw defect;
      }),
      provider("fawazahmed0", async () => answer as never),
    ],
    rules: {
      significance: "scaled",
      maxJump: null,
      rankOf: () => 0,
      staleAfterSeconds: () => 1800,
    },
    meters: {
      polled: (name: string, outcome: string) => stored.push(`${name} ${outcome}`),
      stored: () => {},
      quarantined: () => {},
      unexpected: (name: string, error: unknown) => failed.push([name, error]),
    },
    rates: {
      lockForWriting: async () => {},
      inForce: async () => [],
      previousPollAt: async () => null,
      pendingJumps: async () => [],
      savePoll: async (_: unknown, poll: { provider: string }) =>
        stored.push(`${poll.provider} stored`),
      saveQuarantine: async () => {},
      announce: async () => {},
    },
    providerStates: {
      claimDue: async () => [
        { provider: "coinbase", consecutiveFailures: 0 },
        { provider: "fawazahmed0", consecutiveFailures: 0 },
      ],
      recordSuccess: async () => {},
      recordFailure: async (_: unknown, name: string, failure: { reason: string }) =>
        stored.push(`${name} failed: ${failure.reason}`),
    },
  } as unknown as Deps;
  await refreshRates(deps, systemContext("test", "test"), new AbortController().signal);
  expect(failed).toEqual([["coinbase", defect]]);
  expect(stored).toEqual([
    "fawazahmed0 stored",
    "coinbase failed: unexpected",
    "fawazahmed0 ok",
    "coinbase unexpected",
  ]);
});

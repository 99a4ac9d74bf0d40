import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { applyPoll, type Poll, type PollRules } from "#modules/currency/domain/apply-poll";
import type { DirectedRate } from "#modules/currency/domain/jump";
import { type Significance, thresholdOf } from "#modules/currency/domain/significant-change";
import type { StoredRate } from "#modules/currency/domain/stored-rate";
import {
  absolute,
  compareDecimals,
  type DecimalString,
  parseDecimal,
  subtractDecimals,
} from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { addSeconds, type Instant, parseInstant } from "#platform/kernel/time";
import { readFxDays } from "../../support/fx-days.ts";

const start = parseInstant("2026-08-09T00:00:00Z");
const after = (seconds: number) => addSeconds(start, seconds);
const code = (text: string) => text as CurrencyCode;
const rules = (changes: Partial<PollRules> = {}): PollRules => ({
  significance: "scaled",
  maxJump: parseDecimal("0.5"),
  rankOf: (provider) => ["best", "good", "poor"].indexOf(provider),
  staleAfterSeconds: () => 1800,
  ...changes,
});
const poll = (
  seenAt: Instant,
  quotes: Record<string, string>,
  changes: Partial<Poll> = {},
): Poll => ({
  provider: "good",
  source: "market",
  direction: "per_pivot",
  seenAt,
  asOf: null,
  quotes: Object.entries(quotes).map(([key, rate]) => ({ code: code(key), rate })),
  ...changes,
});
const stored = (changes: Partial<StoredRate> = {}): StoredRate => ({
  source: "market",
  code: code("EUR"),
  provider: "good",
  direction: "per_pivot",
  rate: parseDecimal("0.92"),
  firstSeen: start,
  lastSeen: start,
  asOf: null,
  multiplier: 1,
  ...changes,
});
const background = (
  row: StoredRate | null,
  previousPollAt: Instant | null = start,
  witnesses: readonly DirectedRate[] = [],
) => ({
  inForce: new Map(row ? [[row.code, row]] : []),
  previousPollAt,
  witnesses: new Map([[code("EUR"), witnesses]]),
});

describe("one quote", () => {
  test("of a new currency becomes a row", () => {
    const { inserts } = applyPoll(poll(start, { EUR: "0.92" }), background(null), rules());
    expect(inserts).toEqual([stored()]);
  });
  test("that hardly moved extends the row and keeps the stored rate", () => {
    const { inserts, extensions } = applyPoll(
      poll(after(600), { EUR: "0.92000004" }),
      background(stored()),
      rules(),
    );
    expect(inserts).toEqual([]);
    expect(extensions).toEqual([stored({ lastSeen: after(600), multiplier: 2 })]);
  });
  test("that moved becomes a new row", () => {
    const { inserts } = applyPoll(
      poll(after(600), { EUR: "0.921" }),
      background(stored()),
      rules(),
    );
    expect(inserts).toEqual([
      stored({ rate: parseDecimal("0.921"), firstSeen: after(600), lastSeen: after(600) }),
    ]);
  });
  test("after a hole becomes a new row even when it is unchanged", () => {
    const outcome = applyPoll(
      poll(after(1200), { EUR: "0.92" }),
      background(stored(), after(600)),
      rules(),
    );
    expect(outcome.extensions).toEqual([]);
    expect(outcome.inserts).toHaveLength(1);
  });
  test("from another provider becomes a new row even when it is unchanged: provenance is kept", () => {
    const outcome = applyPoll(
      poll(after(600), { EUR: "0.92" }, { provider: "best" }),
      background(stored()),
      rules(),
    );
    expect(outcome.inserts.map((row) => row.provider)).toEqual(["best"]);
  });
  test("seen again at the same moment, or late, changes nothing", () => {
    for (const at of [start, after(-60)]) {
      const outcome = applyPoll(poll(at, { EUR: "5" }), background(stored()), rules());
      expect([outcome.covered, outcome.inserts.length, outcome.extensions.length]).toEqual([
        1, 0, 0,
      ]);
    }
  });
});

describe("rank", () => {
  test("a worse provider stays out while the better one is fresh and takes over when it is stale", () => {
    const poor = { provider: "poor" };
    expect(
      applyPoll(poll(after(1800), { EUR: "0.93" }, poor), background(stored()), rules()).outranked,
    ).toBe(1);
    expect(
      applyPoll(poll(after(1801), { EUR: "0.93" }, poor), background(stored()), rules()).inserts,
    ).toHaveLength(1);
  });
});

describe("quarantine", () => {
  test.each([
    ["0", "not_positive"],
    ["-1", "not_positive"],
    ["NaN", "not_a_number"],
    ["1e5", "not_a_number"],
    ["", "not_a_number"],
    ["1000000000000", "out_of_range"],
    ["0.00000000000099", "out_of_range"],
    ["1.39", "jump"],
    ["0.61", "jump"],
  ] as const)("%p is refused as %s and the rest of the poll is stored", (rate, reason) => {
    const outcome = applyPoll(
      poll(after(600), { EUR: rate, JPY: "150" }),
      background(stored()),
      rules(),
    );
    expect(outcome.quarantined).toEqual([{ code: code("EUR"), rate, reason }]);
    expect(outcome.inserts.map((row) => `${row.code}`)).toEqual(["JPY"]);
  });
  test("a jump that a witness saw too is believed, also from a witness that quotes the other way round", () => {
    for (const witness of [
      { rate: parseDecimal("1.41"), direction: "per_pivot" },
      { rate: parseDecimal("0.71"), direction: "in_pivot" },
    ] as const)
      expect(
        applyPoll(poll(after(600), { EUR: "1.4" }), background(stored(), start, [witness]), rules())
          .inserts,
      ).toHaveLength(1);
  });
  test("a witness of something else confirms nothing", () => {
    const witness = { rate: parseDecimal("9"), direction: "per_pivot" } as const;
    const outcome = applyPoll(
      poll(after(600), { EUR: "1.4" }),
      background(stored(), start, [witness]),
      rules(),
    );
    expect(outcome.quarantined).toHaveLength(1);
  });
});

describe.each(["scaled", "plain"] as const)(
  "the whole real data set under the %s rule",
  (significance) => {
    const days = readFxDays();
    const history = replay(days, significance);

    test("gives back every rate of every code on every day within the rule's threshold", () => {
      let checked = 0;
      for (const { at, quotes } of days)
        for (const { code, rate } of quotes) {
          const row = history.get(code)?.findLast((item) => item.firstSeen <= at);
          if (!row || row.lastSeen < at) throw new Error(`${code} at ${at} is not covered`);
          const off = absolute(subtractDecimals(row.rate, rate));
          if (compareDecimals(off, thresholdOf(row.rate, significance)) >= 0)
            throw new Error(`${code} at ${at} is off by ${off}`);
          checked += 1;
        }
      expect(checked).toBe(13_601);
    });
    test("counts every observation exactly once", () => {
      const rows = [...history.values()].flat();
      expect(rows.reduce((sum, row) => sum + row.multiplier, 0)).toBe(13_601);
    });
    test("leaves a hole where a code was not seen", () => {
      const dates = new Set(days.map((day) => day.at));
      for (const [key, rows] of history)
        for (const row of rows) {
          const covered = [...dates].filter((at) => at >= row.firstSeen && at <= row.lastSeen);
          expect(`${key} ${covered.length}`).toBe(`${key} ${row.multiplier}`);
        }
    });
  },
);

test("any series of polls with holes is given back within the threshold, and multipliers count the polls", () => {
  const series = fc.array(
    fc.record({
      wait: fc.integer({ min: 1, max: 4000 }),
      rate: fc.option(fc.integer({ min: 1, max: 3_000_000 })),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(series, fc.constantFrom<Significance>("scaled", "plain"), (steps, significance) => {
      let seconds = 0;
      const days = steps.map(({ wait, rate }) => {
        seconds += wait;
        const text = rate === null ? null : decimalOf(rate);
        return {
          at: after(seconds),
          quotes: text === null ? [] : [{ code: code("EUR"), rate: text }],
        };
      });
      const rows = replay(days, significance).get(code("EUR")) ?? [];
      for (const { at, quotes } of days) {
        const row = rows.findLast((item) => item.firstSeen <= at);
        const [quote] = quotes;
        if (!quote) expect(row === undefined || row.lastSeen < at).toBe(true);
        else if (!row) throw new Error("lost");
        else {
          expect(row.lastSeen >= at).toBe(true);
          const off = absolute(subtractDecimals(row.rate, quote.rate));
          expect(compareDecimals(off, thresholdOf(row.rate, significance))).toBeLessThan(0);
        }
      }
      expect(rows.reduce((sum, row) => sum + row.multiplier, 0)).toBe(
        days.filter((day) => day.quotes.length > 0).length,
      );
    }),
  );
});

/** 0.000001 to 3.000000: many neighbours around the 6th decimal. */
function decimalOf(millionths: number): DecimalString {
  const text = `${millionths}`.padStart(7, "0");
  return `${text.slice(0, -6)}.${text.slice(-6)}` as DecimalString;
}

function replay(
  days: readonly { at: Instant; quotes: readonly { code: CurrencyCode; rate: DecimalString }[] }[],
  significance: Significance,
): Map<CurrencyCode, StoredRate[]> {
  const history = new Map<CurrencyCode, StoredRate[]>();
  let previousPollAt: Instant | null = null;
  for (const { at, quotes } of days) {
    const inForce = new Map(
      [...history].flatMap(([key, rows]) => rows.slice(-1).map((row) => [key, row] as const)),
    );
    const outcome = applyPoll(
      { provider: "good", source: "market", direction: "per_pivot", seenAt: at, asOf: at, quotes },
      { inForce, previousPollAt, witnesses: new Map() },
      rules({ significance, maxJump: null }),
    );
    for (const row of outcome.inserts)
      history.set(row.code, [...(history.get(row.code) ?? []), row]);
    for (const row of outcome.extensions) history.get(row.code)?.splice(-1, 1, row);
    previousPollAt = at;
  }
  return history;
}

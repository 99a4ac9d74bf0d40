import { expect, test } from "bun:test";
import fc from "fast-check";
import { lastPastWeek, weekOf } from "#modules/gbs/domain/epochs";
import { joinNearest, piecesOf } from "#modules/gbs/domain/viewed-ranges";
import type { Instant } from "#platform/kernel/time";

const range = fc.tuple(fc.nat(5_000), fc.nat(5_000)).map(([first, length]) => ({
  ...{ first, last: first + length },
}));

test("pieces are the range again, none of them in two segments", () => {
  fc.assert(
    fc.property(range, fc.integer({ min: 1, max: 700 }), (whole, pieceBytes) => {
      const pieces = [...piecesOf(whole, pieceBytes)];
      expect(pieces[0]?.first).toBe(whole.first);
      expect(pieces.at(-1)?.last).toBe(whole.last);
      for (const [index, { first, last }] of pieces.entries()) {
        expect(Math.floor(first / pieceBytes)).toBe(Math.floor(last / pieceBytes));
        if (index > 0) expect(first).toBe((pieces[index - 1]?.last ?? 0) + 1);
      }
    }),
  );
});

test("joined ranges are few enough, cover what was watched, and close the smallest gaps", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 2, max: 50 }), fc.nat(50)), { maxLength: 30 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10 }), (gapsAndLengths, max) => {
      let at = 0;
      const ranges = gapsAndLengths.map(([gap, length]) => {
        const first = at + gap;
        at = first + length;
        return { first, last: at };
      });
      const joined = joinNearest(ranges, max);
      expect(joined.length).toBe(Math.min(max, ranges.length));
      for (const { first, last } of ranges)
        expect(joined.some((one) => one.first <= first && last <= one.last)).toBe(true);
      const gaps = ranges.slice(1).map(({ first }, index) => first - (ranges[index]?.last ?? 0));
      const kept = joined.slice(1).map(({ first }, index) => first - (joined[index]?.last ?? 0));
      const largest = gaps.toSorted((one, other) => other - one).slice(0, kept.length);
      expect(kept.toSorted((one, other) => other - one)).toEqual(largest);
    }),
  );
});

test.each([
  ["2026-09-14T00:00:00.000Z", "2026-09-14", "2026-08-31"],
  ["2026-09-14T23:59:59.999Z", "2026-09-14", "2026-08-31"],
  ["2026-09-15T00:00:00.000Z", "2026-09-14", "2026-09-07"],
  ["2026-09-20T23:59:59.999Z", "2026-09-14", "2026-09-07"],
  ["2026-01-01T10:00:00.000Z", "2025-12-29", "2025-12-22"],
])("at %p the week is %p, and nobody wraps to that of %p any more", (at, week, past) => {
  expect<string>(weekOf(at as Instant)).toBe(week);
  expect<string>(lastPastWeek(at as Instant)).toBe(past);
});

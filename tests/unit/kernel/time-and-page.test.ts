import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseId } from "#platform/kernel/ids";
import { decodeCursor, decodeMoment, encodeCursor, pageOf } from "#platform/kernel/page";
import {
  addDays,
  isInstant,
  isLocalDate,
  parseInstant,
  parseLocalDate,
  secondsBetween,
  utcDayOf,
} from "#platform/kernel/time";

describe("calendar days", () => {
  test.each(["2024-02-29", "0001-01-01", "9999-12-31"])("%s exists", (day) =>
    expect(isLocalDate(day)).toBe(true),
  );
  test.each([
    "2026-02-29",
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "0000-01-01",
    "26-01-01",
    "2026-1-1",
    "2026-01-01T00:00:00Z",
  ])("%s does not", (day) => expect(isLocalDate(day)).toBe(false));
  test("days are added across months and leap years", () => {
    expect(`${addDays(parseLocalDate("2024-02-28"), 2)}`).toBe("2024-03-01");
    expect(`${addDays(parseLocalDate("2026-01-01"), -1)}`).toBe("2025-12-31");
  });
});

describe("instants", () => {
  test.each([
    ["2026-11-22T09:30:00Z", "2026-11-22T09:30:00.000Z"],
    ["2026-11-22T00:30+03:00", "2026-11-21T21:30:00.000Z"],
    ["2026-11-22T09:30:00.1234567Z", "2026-11-22T09:30:00.123Z"],
  ])("%s is %s", (text, utc) => expect(`${parseInstant(text)}`).toBe(utc));
  test.each([
    "2026-11-22",
    "2026-11-22T09:30:00",
    "2026-02-30T00:00:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T09:60:00Z",
    "9999-12-31T23:00:00-05:00",
    "0001-01-01T00:00:00+05:00",
    "1700000000",
    "now",
    "",
  ])("%p has no zone, is no moment, or lies beyond the years 0001-9999 in UTC", (text) =>
    expect(isInstant(text)).toBe(false),
  );
  test("text order is time order", () => {
    const moment = fc.date({
      min: new Date("0001-01-01"),
      max: new Date("9999-12-31"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [x, y] = [parseInstant(a.toISOString()), parseInstant(b.toISOString())];
        expect(x < y).toBe(a < b);
        expect(secondsBetween(x, y)).toBe(
          Math.max(0, Math.floor((b.getTime() - a.getTime()) / 1000)),
        );
        expect(isLocalDate(utcDayOf(x))).toBe(true);
      }),
    );
  });
});

describe("cursors", () => {
  test("carry any key back unchanged", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        (key) => {
          fc.pre(!key.some((part) => part.includes("\u0000")));
          expect([...decodeCursor(encodeCursor(key), key.length)]).toEqual(key);
        },
      ),
    );
  });
  test("that nobody issued are refused, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const answer = (() => {
          try {
            return decodeCursor(text, 3);
          } catch (error) {
            return error;
          }
        })();
        expect(Array.isArray(answer) || (answer as { kind?: string }).kind === "invalid").toBe(
          true,
        );
      }),
    );
    for (const text of ["null", "WyJhIl0", "e30", "WzFd", "====", "a".repeat(5000)])
      expect(() => decodeCursor(text, 3)).toThrow("cursor of this list");
  });
  test("of a list by time are a moment and an id, and nothing else", () => {
    const [at, id] = ["2026-11-22T09:30:00.000Z", "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"];
    const read = (...key: string[]) => decodeMoment(encodeCursor(key), "madeAt");
    expect<unknown>(read(at, id)).toEqual({ madeAt: at, id });
    expect(decodeMoment(undefined, "madeAt")).toBeUndefined();
    for (const key of [[at], [id, at], ["2026-11-22", id], [at, "1"], [at, id, id]])
      expect(() => read(...key)).toThrow("cursor of this list");
  });
  test("the extra row becomes the reason for a next page, not an item", () => {
    expect(pageOf([1, 2, 3], 2, (n) => [`${n}`])).toEqual({
      items: [1, 2],
      nextCursor: encodeCursor(["2"]),
    });
    expect(pageOf([1, 2], 2, (n) => [`${n}`])).toEqual({ items: [1, 2], nextCursor: null });
    expect(pageOf([], 2, (n) => [`${n}`])).toEqual({ items: [], nextCursor: null });
  });
});

test("ids are UUIDs; upper case is folded, anything else named as invalid", () => {
  expect(`${parseId("01932A6E-0000-7000-8000-000000000000")}`).toBe(
    "01932a6e-0000-7000-8000-000000000000",
  );
  expect(() => parseId("1")).toThrow("UUID");
});

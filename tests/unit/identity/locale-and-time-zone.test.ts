import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseTimeZone } from "#modules/identity/domain/time-zone";
import { AppError } from "#platform/kernel/errors";
import { parseLocale } from "#platform/kernel/locale";

function pathsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.fields.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe("a locale", () => {
  test.each([
    ["tr-tr", "tr-TR"],
    ["EN", "en"],
    ["zh-hans-cn", "zh-Hans-CN"],
    ["iw", "he"],
    ["de-u-co-phonebk", "de-u-co-phonebk"],
  ])("%p is kept as %p", (given, kept) => {
    expect(parseLocale(given)).toBe(kept);
  });

  test.each(["", "de_DE", "*", "x-private", "tr-", "tr-TR\u0000", `en-${"a1b2c3d4-".repeat(5)}a`])(
    "%p is refused by name, unread",
    (given) => {
      expect(pathsOf(() => parseLocale(given, "/locale"))).toEqual(["/locale"]);
    },
  );

  test("that was kept is kept as it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{2,3}(-[A-Z]{2})?$/), (tag) => {
        const kept = parseLocale(tag);
        expect(parseLocale(kept)).toBe(kept);
      }),
    );
  });
});

describe("a time zone", () => {
  test.each([
    ["Europe/Istanbul", "Europe/Istanbul"],
    ["europe/istanbul", "Europe/Istanbul"],
    ["Asia/Kolkata", "Asia/Kolkata"],
    ["utc", "UTC"],
    ["America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"],
  ])("%p is kept as %p", (given, kept) => {
    expect(parseTimeZone(given)).toBe(kept);
  });

  test.each(["", "+03:00", "-0500", "Europe", "Europe/Ankara", "UTC ", "local", "Europe/Berlin\n"])(
    "%p is refused by name, unread",
    (given) => {
      expect(pathsOf(() => parseTimeZone(given, "/timeZone"))).toEqual(["/timeZone"]);
    },
  );

  test("is every one that Intl knows by name", () => {
    for (const zone of Intl.supportedValuesOf("timeZone")) expect(parseTimeZone(zone)).toBe(zone);
  });
});

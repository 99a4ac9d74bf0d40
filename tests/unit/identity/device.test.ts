import { expect, test } from "bun:test";
import fc from "fast-check";
import { deviceName } from "#modules/identity/domain/device";

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (X11; Linux x86_64)"],
  ["  two\tlines\r\nBcc: x@example.org ", "two lines Bcc: x@example.org"],
  ["\u202etfel ot thgir\u2066", "tfel ot thgir"],
  ["zero\u200bwidth\ufeff", "zero width"],
  ["half \ud83d", "half"],
  ["\u0000", ""],
  ["", ""],
])("%j is shown as %j", (userAgent, shown) => {
  expect(deviceName(userAgent)).toBe(shown);
});

test("whatever a client sends is one short line of whole, visible characters, and stays as it is", () => {
  const unit = fc.oneof(
    fc.constantFrom("🔐", "\u202e", "\n", " ", "\ud83d", "é", "\u0000"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 300 }), (parts) => {
      const shown = deviceName(parts.join(""));
      expect(shown.length).toBeLessThanOrEqual(200);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s|\s$|\s\s/u);
      expect(deviceName(shown)).toBe(shown);
    }),
  );
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readCode } from "#modules/identity/domain/registration";
import { createVerificationCodes } from "#modules/identity/gateways/verification-codes";
import type { Id } from "#platform/kernel/ids";
import { testKeyring } from "../../support/test-keyring.ts";

const codes = createVerificationCodes({ keyring: testKeyring });
const registrationId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id;
const otherId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e22" as Id;
const place = { registrationId, number: 1 };

describe("a code", () => {
  test("has six digits, and every one is as likely as any other", () => {
    const made = Array.from({ length: 20_000 }, () => codes.generate());
    expect(made.every((code) => /^[0-9]{6}$/.test(code))).toBe(true);
    for (let position = 0; position < 6; position += 1) {
      const counts = new Map<string, number>();
      for (const code of made)
        counts.set(code.charAt(position), (counts.get(code.charAt(position)) ?? 0) + 1);
      // 2,000 each; seven standard deviations are 300.
      for (const digit of "0123456789") {
        expect(counts.get(digit) ?? 0).toBeGreaterThan(1_700);
        expect(counts.get(digit) ?? 0).toBeLessThan(2_300);
      }
    }
  });

  test("matches its own MAC alone: of this registration, this number, these digits", () => {
    const mac = codes.mac(place, "042917");
    expect(codes.matches(place, "042917", mac)).toBe(true);
    expect(codes.matches(place, "042918", mac)).toBe(false);
    expect(codes.matches({ registrationId, number: 2 }, "042917", mac)).toBe(false);
    expect(codes.matches({ registrationId: otherId, number: 1 }, "042917", mac)).toBe(false);
    expect(codes.matches(place, "042917", "")).toBe(false);
    expect(mac).not.toContain("042917");
  });

  test.each([
    ["042917", "042917"],
    [" 042 917 ", "042917"],
    ["042-917", "042917"],
    ["0 4 2 9 1 7", "042917"],
    ["04291", null],
    ["0429177", null],
    ["04291a", null],
    ["٠٤٢٩١٧", null],
    ["", null],
    ["-42917", null],
    ["4.2917", null],
  ])("typed as %p is read as %p", (typed, read) => {
    expect(readCode(typed)).toBe(read);
  });

  test("is read from any text as six digits or not at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789 -x") }), (typed) => {
        expect(readCode(typed) ?? "000000").toMatch(/^[0-9]{6}$/);
      }),
    );
  });
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Secret, TOTP } from "otpauth";
import { instantAt } from "#platform/kernel/time";
import { readTotpCode } from "../../../src/modules/identity/domain/totp-code.ts";
import { createTotp } from "../../../src/modules/identity/gateways/totp.ts";

const totp = createTotp();
const stepSeconds = 30;
const at = (seconds: number) => instantAt(seconds * 1000);

/** The key of RFC 6238, appendix B. */
const rfcSecret = Secret.fromLatin1("12345678901234567890").base32;
/** As an authenticator app computes it. */
const codeOf = (secret: string, seconds: number) =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: seconds * 1000 });

describe("stepOf", () => {
  // RFC 6238, appendix B, SHA-1; apps show the last six of the eight digits.
  test.each([
    [59, "94287082"],
    [1_111_111_109, "07081804"],
    [1_111_111_111, "14050471"],
    [1_234_567_890, "89005924"],
    [2_000_000_000, "69279037"],
    [20_000_000_000, "65353130"],
  ])("knows the code of the RFC at second %d", (seconds, eightDigits) => {
    const step = Math.floor(seconds / stepSeconds);
    expect(totp.stepOf(rfcSecret, eightDigits.slice(2), at(seconds))).toBe(step);
  });

  const moments = fc.integer({ min: 1_000_000_000, max: 4_000_000_000 });

  test("takes the code of a clock up to one step off, and says whose step it is", () => {
    fc.assert(
      fc.property(moments, fc.constantFrom(-1, 0, 1), (seconds, skew) => {
        const shown = seconds + skew * stepSeconds;
        const step = totp.stepOf(rfcSecret, codeOf(rfcSecret, shown), at(seconds));
        expect(step).toBe(Math.floor(shown / stepSeconds));
      }),
    );
  });

  test("takes no code that is two or more steps off", () => {
    fc.assert(
      fc.property(
        moments,
        fc.integer({ min: 2, max: 1000 }),
        fc.constantFrom(-1, 1),
        (seconds, steps, direction) => {
          const code = codeOf(rfcSecret, seconds + direction * steps * stepSeconds);
          const near = [-1, 0, 1].map((skew) => codeOf(rfcSecret, seconds + skew * stepSeconds));
          fc.pre(!near.includes(code));
          expect(totp.stepOf(rfcSecret, code, at(seconds))).toBeNull();
        },
      ),
    );
  });

  test("takes no code of another secret", () => {
    const other = totp.newSecret();
    expect(totp.stepOf(rfcSecret, codeOf(other, 1_700_000_000), at(1_700_000_000))).toBeNull();
  });
});

describe("newSecret", () => {
  test("gives 160 random bits, each time others", () => {
    const secrets = Array.from({ length: 50 }, totp.newSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });
});

describe("uriOf", () => {
  test("is what authenticator apps read from a QR code", () => {
    const uri = new URL(totp.uriOf(rfcSecret, "ayşe+bank@example.org"));
    expect(uri.protocol).toBe("otpauth:");
    expect(uri.host).toBe("totp");
    expect(decodeURIComponent(uri.pathname)).toBe("/FinTrack:ayşe+bank@example.org");
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: "FinTrack",
      secret: rfcSecret,
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
  });
});

describe("readTotpCode", () => {
  test.each([
    ["042917", "042917"],
    ["042 917", "042917"],
    [" 042917 ", "042917"],
  ])("reads %p", (typed, code) => expect(readTotpCode(typed)).toBe(code));

  test.each([
    "",
    "04291",
    "0429170",
    "04291a",
    "０４２９１７",
    "٠٤٢٩١٧",
    "-42917",
    "4.2917",
    "042917\n",
  ])("refuses %p", (typed) => expect(readTotpCode(typed)).toBeNull());
});

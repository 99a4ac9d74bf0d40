import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { maskAddress } from "#modules/identity/domain/mask-address";

describe("a masked address", () => {
  test.each([
    ["emir@example.org", "e***@example.org"],
    ["e@example.org", "e***@example.org"],
    ["İsmail@örnek.com.tr", "İ***@örnek.com.tr"],
    ["𝒜bc@example.org", "𝒜***@example.org"],
    ["a@b@example.org", "a***@example.org"],
    ["no address", "***"],
    ["", "***"],
  ])("of %p is %p", (address, masked) => {
    expect(maskAddress(address)).toBe(masked);
  });

  const local = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
  const domain = fc.stringMatching(/^[a-z0-9.-]{1,30}$/);

  test("reveals of the local part its first character and not its length", () => {
    fc.assert(
      fc.property(local, local, domain, (one, other, host) => {
        const [first = ""] = one;
        const twin = `${first}${other}`;
        // Whatever follows the first character, the result is the same.
        expect(maskAddress(`${one}@${host}`)).toBe(maskAddress(`${twin}@${host}`));
        expect(maskAddress(`${one}@${host}`)).toBe(`${first}***@${host}`);
      }),
    );
  });
});

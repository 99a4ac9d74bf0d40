import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseAddress, readAddress } from "#modules/identity/domain/address";
import { domainNames } from "#modules/identity/gateways/domain-names";
import { AppError } from "#platform/kernel/errors";

const read = (text: string) => readAddress(domainNames, text);
const keyOf = (text: string) => read(text)?.addressKey;

describe("an address", () => {
  test.each([
    ["Ali@Example.ORG", "Ali@Example.ORG", "ali@example.org"],
    ["  ali@example.org\t", "ali@example.org", "ali@example.org"],
    ["emir.kaya+fintrack@mail.example.co.uk", undefined, "emir.kaya+fintrack@mail.example.co.uk"],
    ["o'brien@example.org", undefined, "o'brien@example.org"],
    ["a@r3---sn.example.com", undefined, "a@r3---sn.example.com"],
    // Only ASCII letters lose their case: whoever runs mailboxes named İ, I and ı keeps three.
    ["İ@example.org", undefined, "İ@example.org"],
    ["I@example.org", undefined, "i@example.org"],
    ["ı@example.org", undefined, "ı@example.org"],
    ["Ş@example.org", undefined, "Ş@example.org"],
    ["Straße@example.org", undefined, "straße@example.org"],
    // Combining forms are one character, also where only the lower-case letter has one.
    ["u\u0308@example.org", "ü@example.org", "ü@example.org"],
    ["I\u0307@example.org", "İ@example.org", "İ@example.org"],
    ["H\u0331@example.org", undefined, "\u1e96@example.org"],
    // The Kelvin sign is a K.
    ["\u212a@example.org", "K@example.org", "k@example.org"],
    // Domains by UTS 46.
    ["ali@MÜNCHEN.de", "ali@münchen.de", "ali@xn--mnchen-3ya.de"],
    ["ali@xn--mnchen-3ya.de", undefined, "ali@xn--mnchen-3ya.de"],
    ["ali@faß.de", undefined, "ali@xn--fa-hia.de"],
    ["ali@fass.de", undefined, "ali@fass.de"],
    ["ali@example。org", "ali@example.org", "ali@example.org"],
    ["ali@ｅｘａｍｐｌｅ.org", "ali@example.org", "ali@example.org"],
    ["用户@例子.公司", undefined, "用户@xn--fsqu00a.xn--55qx5d"],
    ["test@مثال.إختبار", undefined, "test@xn--mgbh0fb.xn--kgbechtv"],
    [`${"a".repeat(64)}@example.org`, undefined, `${"a".repeat(64)}@example.org`],
  ])("%p is stored as %p, key %p", (text, address, addressKey) => {
    expect(read(text)).toEqual({ address: address ?? text, addressKey });
  });

  test.each([
    ["nothing", ""],
    ["a name alone", "ali"],
    ["no local part", "@example.org"],
    ["no domain", "ali@"],
    ["two at-signs", "a@b@example.org"],
    ["two addresses", "a@example.org,b@example.org"],
    ["two addresses with a semicolon", "a@example.org;b@example.org"],
    ["angle brackets", "<a@example.org>"],
    ["a name before it", "Ali <a@example.org>"],
    ["quotes", '"a"@example.org'],
    ["quotes around an address of somebody else", '"evil@example.net"@example.org'],
    ["a space", "a b@example.org"],
    ["a space in the domain", "a@exam ple.org"],
    ["a comment", "a(b)@example.org"],
    ["a backslash", "a\\b@example.org"],
    ["a header of one's own", "a@example.org\r\nBcc: b@example.org"],
    ["a line feed in the local part", "a\n@example.org"],
    ["NUL", "a\u0000@example.org"],
    ["a C1 control character", "a\u0085b@example.org"],
    ["a zero-width space", "a\u200bb@example.org"],
    ["a bidi override", "a\u202eb@example.org"],
    ["half of a character", "a\ud800@example.org"],
    ["a full-width comma", "a，b@example.org"],
    ["a full-width at-sign", "a＠evil.example@example.org"],
    ["dots in a row", "a..b@example.org"],
    ["a dot at the start", ".a@example.org"],
    ["a dot at the end", "a.@example.org"],
    ["localhost", "a@localhost"],
    ["a domain literal", "a@[127.0.0.1]"],
    ["an IPv6 literal", "a@[IPv6:::1]"],
    ["an IP address", "a@127.0.0.1"],
    ["an empty label", "a@example..org"],
    ["a dot after the domain", "a@example.org."],
    ["a hyphen before a label", "a@-example.org"],
    ["a hyphen after a label", "a@example-.org"],
    ["an underscore in the domain", "a@exa_mple.org"],
    ["punycode that is none", "a@xn--a.de"],
    ["a label of 64", `a@${"x".repeat(64)}.org`],
    ["a local part of 65 octets", `${"a".repeat(65)}@example.org`],
    ["a local part of 66 octets in 33 letters", `${"ä".repeat(33)}@example.org`],
    ["more than 254 octets", `${"a".repeat(64)}@${`${"x".repeat(60)}.`.repeat(3)}example.org`],
  ])("is refused with %s", (_what, text) => {
    expect(read(text)).toBeNull();
  });

  test("that is refused names its field and does not repeat the text", () => {
    const refusal = () => parseAddress(domainNames, "somebody@nowhere", "/email");
    expect(refusal).toThrow(AppError);
    try {
      refusal();
    } catch (error) {
      const { kind, fields, message } = error as AppError;
      expect([kind, fields[0]?.path]).toEqual(["invalid", "/email"]);
      expect(message).not.toContain("nowhere");
    }
  });
});

const local = fc
  .array(
    fc.constantFrom(
      ...["a", "B", "I", "K", "H", "i", "İ", "ı", "ß", "ẞ", "ş", "Ü", "é", "\u212a", "\u00c5"],
      ...["\u0301", "\u0307", "\u0308", "\u0331", "\u030a", "用", "م", "σ", "ς", "ﬁ", "7", "+"],
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((letters) => letters.join(""));
const domain = fc
  .array(fc.constantFrom("example", "MÜNCHEN", "faß", "例子", "xn--mnchen-3ya", "Sub", "مثال"), {
    minLength: 1,
    maxLength: 3,
  })
  .map((labels) => [...labels, "org"].join("."));
const written = fc.oneof(
  fc.tuple(local, domain).map(([name, at]) => `${name}@${at}`),
  fc.emailAddress(),
);

describe("the key of any address", () => {
  test("is an address whose key it is", () => {
    fc.assert(
      fc.property(written, (text) => {
        const key = keyOf(text);
        if (key !== undefined) expect(keyOf(key)).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is that of what is stored", () => {
    fc.assert(
      fc.property(written, (text) => {
        const stored = read(text);
        if (stored) expect(read(stored.address)).toEqual(stored);
      }),
      { numRuns: 2_000 },
    );
  });

  test("does not depend on the case of ASCII letters, on composition, or on spaces around", () => {
    // With a mark behind it a letter may be another one: "I" with a dot is "İ".
    const swapped = (text: string) =>
      text.replace(/[a-zA-Z](?!\p{M})/gu, (letter) =>
        letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
      );
    fc.assert(
      fc.property(written, (text) => {
        const key = keyOf(text);
        fc.pre(key !== undefined);
        expect(keyOf(swapped(text.normalize("NFC")))).toBe(key);
        expect(keyOf(text.normalize("NFD"))).toBe(key);
        expect(keyOf(`\u00a0 ${text} `)).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });

  test("has an ASCII domain, no upper-case ASCII letter, and one at-sign", () => {
    fc.assert(
      fc.property(written, (text) => {
        const key = keyOf(text);
        fc.pre(key !== undefined);
        expect(key).toMatch(/^[^@A-Z]+@[a-z0-9.-]+$/);
      }),
    );
  });
});

describe("whatever text", () => {
  test("is an address of at most 254 octets without anything a mailer reads as more than one, or none", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc
        .tuple(fc.string({ unit: "binary", maxLength: 70 }), fc.string({ unit: "binary" }))
        .map(([name, rest]) => `${name}@${rest}.org`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const found = read(given);
        if (!found) return;
        expect(Buffer.byteLength(found.address)).toBeLessThanOrEqual(254);
        expect(found.address.normalize("NFKC")).not.toMatch(/[\p{C}\p{Z},;<>"()[\]\\:]/u);
        expect(found.address.split("@")).toHaveLength(2);
      }),
      // Assigned by a newer Unicode than the runtime's.
      { numRuns: 5_000, examples: [["!@\u{18e00}.org"]] },
    );
  });
});

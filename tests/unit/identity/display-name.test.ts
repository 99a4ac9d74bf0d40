import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDisplayName } from "#modules/identity/domain/display-name";
import { AppError } from "#platform/kernel/errors";

function refusalOf(name: string): AppError | null {
  try {
    parseDisplayName(name, "/displayName");
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

describe("a display name", () => {
  test.each([
    "Ali Yılmaz",
    "Şükrü Çağlayan-Öztürk",
    "İpek Iğdır",
    "Jürgen Groß",
    "Müller e.V.",
    "J.R.R. Tolkien",
    "Yılmaz A.Ş.",
    "Dr. Ayşe Kaya",
    "O'Brien",
    "محمد علي",
    "می\u200cخواهم",
    "אברהם כהן",
    "王小明",
    "Ł",
    "👩\u200d💻 Ada",
    "Kaya, Emir <3",
    "50 % Emir",
    "3.5",
    "x".repeat(40),
    "😀".repeat(40),
  ])("may be %p", (name) => {
    expect(parseDisplayName(name)).toBe(name);
  });

  test.each([
    ["  Ali \u00a0  Yılmaz ", "Ali Yılmaz"],
    ["Ali\r\nBcc: x", "Ali Bcc: x"],
    ["A\u0000l\u0007i", "Ali"],
    ["\u200fعلي\u200e", "علي"],
    ["A\u2066l\u2069i\u061c", "Ali"],
    ["A\u200bl\ufeffi\u00ad", "Ali"],
    ["Ali\u2028Kaya", "Ali Kaya"],
    ["Ali \u200b Kaya", "Ali Kaya"],
    ["Ay\u0327se", "Ay\u0327se".normalize("NFC")],
    [`${"e\u0301".repeat(40)}`, "é".repeat(40)],
  ])("%p is kept without what nobody sees", (given, kept) => {
    expect(parseDisplayName(given)).toBe(kept);
  });

  test.each([
    ["nothing", ""],
    ["spaces", " \u00a0 "],
    ["what nobody sees", "\u200b\u3164\u202e\u00ad"],
    ["joiners and marks alone", "\u200d\u200c\u0301"],
    ["41 characters", "x".repeat(41)],
    ["a link", "http://example.org"],
    ["a secure link", "see HTTPS://evil"],
    ["a scheme of any kind", "ftp://example"],
    ["www", "www.example"],
    ["a domain", "example.com"],
    ["a domain with a path", "x.com/free-money"],
    ["a domain among words", "Win at casino.example now"],
    ["a domain of another script", "пример.рф"],
    ["a domain in full-width letters", "ｅｖｉｌ．ｃｏｍ"],
    ["a domain with an ideographic full stop", "evil。com"],
    ["a domain with something invisible in it", "evil\u200d.\u200dcom"],
    ["a mail address", "win@example"],
    ["a mail link", "mailto:x"],
    ["an IP address", "10.0.0.127"],
    ["a file name turned round", "Ali\u202egnp.exe"],
  ])("is refused when it is %s", (_what, name) => {
    const refusal = refusalOf(name);
    expect([refusal?.kind, refusal?.fields[0]?.path]).toEqual(["invalid", "/displayName"]);
    if (name.trim() !== "") expect(refusal?.message).not.toContain(name);
  });

  test("is, of any text, one line of 1 to 40 visible characters that read as themselves, or refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        if (refusalOf(text)) return;
        const name = parseDisplayName(text);
        expect([...name].length).toBeGreaterThanOrEqual(1);
        expect([...name].length).toBeLessThanOrEqual(40);
        expect(name).not.toMatch(
          /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]/u,
        );
        expect(name).toBe(name.trim().normalize("NFC"));
        expect(parseDisplayName(name)).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });

  test("never holds a domain, wherever it stands", () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const around = fc.constantFrom("", " ", "Ali ", " Kaya", "(", "-");
    fc.assert(
      fc.property(around, label, fc.stringMatching(/^[a-z]{2,6}$/), around, (a, b, c, d) => {
        expect(refusalOf(`${a}${b}.${c}${d}`)).not.toBeNull();
      }),
    );
  });
});

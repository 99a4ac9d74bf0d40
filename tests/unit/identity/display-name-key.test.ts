import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { displayNameKey } from "#modules/identity/domain/display-name-key";

describe("the key of a display name", () => {
  test.each([
    ["İsmail IŞIK", "ismail isik"],
    ["ismail ışık", "ismail isik"],
    ["ISMAIL Isik", "ismail isik"],
    ["Gökçe  Yılmaz", "gokce yilmaz"],
    ["GÖKÇE\u00a0YILMAZ", "gokce yilmaz"],
    ["Straße", "STRASSE"],
    ["ﬁnn", "Finn"],
    ["Ｅｍｉｒ", "emir"],
    ["É", "E\u0301"],
  ])("is the same for %p and %p", (one, other) => {
    expect(displayNameKey(one)).toBe(displayNameKey(other));
  });

  test.each([
    ["emir", "emre"],
    ["علی", "علم"],
    ["राम", "रम"],
  ])("is another for %p and %p", (one, other) => {
    expect(displayNameKey(one)).not.toBe(displayNameKey(other));
  });

  const name = fc.string({ unit: "grapheme", maxLength: 40 });

  test("is its own key", () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(displayNameKey(displayNameKey(text))).toBe(displayNameKey(text));
      }),
    );
  });

  test("does not depend on case, nor on how the characters are composed", () => {
    const latin = fc.stringMatching(/^[A-Za-zÇĞİÖŞÜçğıöşüÄäẞßÉé .'-]{0,40}$/);
    fc.assert(
      fc.property(latin, (text) => {
        const key = displayNameKey(text);
        for (const form of ["NFC", "NFD", "NFKC", "NFKD"] as const)
          expect(displayNameKey(text.normalize(form))).toBe(key);
        expect(displayNameKey(text.toLowerCase())).toBe(key);
        expect(displayNameKey(text.toUpperCase())).toBe(key);
        expect(displayNameKey(text.toLocaleUpperCase("tr"))).toBe(key);
        expect(displayNameKey(text.toLocaleLowerCase("tr"))).toBe(key);
      }),
    );
  });

  test("of a beginning is the beginning of the key, for letters of any language of ours", () => {
    const letters = fc.stringMatching(/^[A-Za-zÇĞİÖŞÜçğıöşüÄäß ]{1,40}$/);
    fc.assert(
      fc.property(letters, fc.nat({ max: 40 }), (text, length) => {
        expect(displayNameKey(text)).toStartWith(displayNameKey(text.slice(0, length)));
      }),
    );
  });
});

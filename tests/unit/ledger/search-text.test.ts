import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  fold,
  searchedWords,
  searchText,
  tagQuery,
  wordsQuery,
} from "#modules/ledger/domain/search-text";
import type { Id } from "#platform/kernel/ids";

const bookId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id;
const nothing = { bookId, payee: null, note: null, tags: [], documentNumber: null };
const word = (text: string) => `'4f0a6e21${text}'`;
const textOf = (note: string) => searchText({ ...nothing, note });
const queryOf = (search: string) => wordsQuery(bookId, searchedWords(search));

describe("folding", () => {
  test("makes one of the four Turkish i, and of every case and accent", () => {
    expect(["IŞIK", "ışık", "Işık", "İŞİK", "isik"].map(fold)).toEqual(Array(5).fill("isik"));
    expect(["Straße", "STRASSE", "STRAẞE"].map(fold)).toEqual(Array(3).fill("strasse"));
    expect(["ÇAĞRI", "çağrı", "Cagri"].map(fold)).toEqual(Array(3).fill("cagri"));
    expect(["Crème brûlée", "CRÈME BRÛLÉE"].map(fold)).toEqual(Array(2).fill("creme brulee"));
    expect(fold("ﬁnance ①２")).toBe("finance 12");
    expect(fold("smørrebrød Łódź")).toBe("smorrebrod lodz");
  });

  test("does not care whether letters are composed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fold(text.normalize("NFD"))).toBe(fold(text.normalize("NFC")));
      }),
    );
  });

  test("done twice is done once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe("what is indexed", () => {
  test("are the words of all texts, each once, marked with the book", () => {
    const text = searchText({
      ...{ bookId, payee: "Migros", note: "migros, twice", documentNumber: "R-7", tags: [] },
    });
    expect(text.split(" ").toSorted()).toEqual(["migros", "7", "r", "twice"].map(word).toSorted());
  });

  test("are umlauts as one letter and as two", () => {
    expect(textOf("Müller").split(" ")).toEqual([word("muller"), word("mueller")]);
  });

  test("is each tag as a whole, too, whatever signs are in it", () => {
    expect(searchText({ ...nothing, tags: ["it's \\ me"] }).split(" '")).toContain(
      "4f0a6e21#it''s \\\\ me'",
    );
    expect(tagQuery(bookId, "it's")).toBe(word("#it''s"));
  });

  test("is bounded: long words by their beginning, long texts by their first words", () => {
    expect(textOf("a".repeat(1_000))).toBe(word("a".repeat(40)));
    const many = Array.from({ length: 1_000 }, (_, number) => `w${number}`).join(" ");
    expect(textOf(many).split(" ")).toHaveLength(300);
    expect(textOf("")).toBe("");
  });
});

describe("what is searched for", () => {
  test("are beginnings of words, all of them", () => {
    expect(queryOf("migr  weekly")).toBe(`(${word("migr")}:*) & (${word("weekly")}:*)`);
    expect(queryOf("Mül")).toBe(`(${word("mul")}:* | ${word("muel")}:*)`);
  });

  test("holds no operator and no quote that a user wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (search) => {
        const bare = queryOf(search).replace(/'4f0a6e21[\p{L}\p{N}]+':\*/gu, "w");
        expect(bare).toMatch(/^(\(w( \| w)*\)( & \(w( \| w)*\))*)?$/);
      }),
    );
  });

  test("finds every beginning of every word that was written, in any case", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."abcğüşıöçßäéIİŞÜÖ19"),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), fc.nat(), (words, at) => {
        const indexed = textOf(words.join(" ")).replaceAll("'", "").split(" ");
        const chosen = [...(words[at % words.length] ?? "")];
        const beginning = chosen.slice(0, 1 + (at % chosen.length)).join("");
        for (const search of [beginning, beginning.toUpperCase(), beginning.normalize("NFD")])
          for (const ways of searchedWords(search))
            expect(
              ways.some((way) => indexed.some((one) => one.startsWith(`4f0a6e21${way}`))),
            ).toBe(true);
      }),
    );
  });
});

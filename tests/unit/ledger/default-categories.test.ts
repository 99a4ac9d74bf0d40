import { describe, expect, test } from "bun:test";
import { maxCategoryDepth } from "#modules/ledger/domain/category-tree";
import { defaultBookName, defaultCategories } from "#modules/ledger/domain/default-categories";

const namesIn = (locale: string) =>
  defaultCategories(locale).flatMap(({ name, children }) => [name, ...children]);

describe("what a new book begins with", () => {
  test.each([
    ["en-US", "Groceries"],
    ["tr-TR", "Market alışverişi"],
    ["tr", "Maaş"],
    ["de-CH", "Lebensmittel"],
    ["DE", "Gehalt"],
    ["fr-FR", "Groceries"],
    ["trv", "Groceries"],
  ])("is in the language of %s: %s", (locale, name) => {
    expect(namesIn(locale)).toContain(name);
  });

  test.each(["en", "tr", "de"])(
    "is about 25 categories of both kinds in %s, none twice",
    (locale) => {
      const names = namesIn(locale);
      expect(names.length).toBeWithin(20, 31);
      const uncategorised = defaultCategories(locale).filter((one) => one.isUncategorised);
      expect(uncategorised.map(({ kind }) => kind).toSorted()).toEqual(["expense", "income"]);
      for (const kind of ["expense", "income"]) {
        const ofKind = defaultCategories(locale).filter((one) => one.kind === kind);
        const all = ofKind.flatMap(({ name, children }) => [name, ...children]);
        expect(new Set(all).size).toBe(all.length);
      }
      expect(maxCategoryDepth).toBeGreaterThanOrEqual(2);
    },
  );

  test("has the same shape in every language, each in words of its own", () => {
    const shapeOf = (locale: string) =>
      defaultCategories(locale).map(({ kind, isUncategorised, children }) => [
        ...[kind, isUncategorised, children.length],
      ]);
    expect(shapeOf("tr")).toEqual(shapeOf("en"));
    expect(shapeOf("de")).toEqual(shapeOf("en"));
    const [english, turkish] = [new Set(namesIn("en")), namesIn("tr")];
    expect(turkish.filter((name) => english.has(name))).toEqual([]);
  });

  test("is written in the letters of the language", () => {
    for (const locale of ["en", "tr", "de"])
      for (const name of [...namesIn(locale), defaultBookName(locale)]) {
        expect(name).toBe(name.normalize("NFC").trim());
        expect(name.length).toBeLessThanOrEqual(100);
      }
  });
});

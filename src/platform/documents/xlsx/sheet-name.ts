import { cutText } from "./excel-value.ts";

/** Of a sheet's name, in UTF-16 code units. */
const maxLength = 31;

/**
 * Names as Excel takes them: at most 31 characters, none of `[ ] : * ? / \`, unlike each other in any case of letters, and
 * not "History". Apostrophes and exclamation marks, which end a name in a formula, are replaced too.
 */
export function createSheetNames(show: (text: string) => string): (title: string) => string {
  const taken = new Set(["history"]);
  return (title) => {
    const plain = show(title)
      .replaceAll(/[[\]:*?/\\!\s]+/g, " ")
      .replaceAll("'", "\u2019")
      .trim();
    for (let copy = 1; ; copy++) {
      const suffix = copy === 1 ? "" : ` (${copy})`;
      const name = cutText(plain || "-", maxLength - suffix.length) + suffix;
      const key = name.toUpperCase().toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
}

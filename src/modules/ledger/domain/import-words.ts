const dotless: Readonly<Record<string, string>> = {
  ı: "i",
  İ: "i",
  I: "i",
  ß: "ss",
  æ: "ae",
  ø: "o",
};

/** Lower-case words of a–z and 0–9 with one space between: "İşlem Tarihi" and "ISLEM TARIHI" are both "islem tarihi". */
export const foldWords = (text: string): string =>
  text
    .replace(/[ıİIßæø]/g, (letter) => dotless[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();

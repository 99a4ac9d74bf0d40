import { foldWords } from "./import-words.ts";

/**
 * What banks write beside an amount, from the view of the account's owner: Soll, Borç and Debit are money out, as on
 * every statement (the bank's own books have it the other way round).
 */
const out = new Set(
  "s soll d dr debit dbit b borc lastschrift belastung giden gider cikan cikis out ausgang".split(
    " ",
  ),
);
const into = new Set(
  "h haben c cr credit crdt a alacak gutschrift gelen gelir giren giris in eingang".split(" "),
);

/** null = it says nothing of the direction. */
export function directionOf(text: string): "out" | "in" | null {
  const trimmed = text.trim();
  if (trimmed === "-" || trimmed === "\u2212") return "out";
  if (trimmed === "+") return "in";
  const word = foldWords(trimmed);
  return out.has(word) ? "out" : into.has(word) ? "in" : null;
}

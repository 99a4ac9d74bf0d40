import { isOne, powerName, type Triple, triplesOf } from "./triples.ts";

const onesNames = ["", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"];
const tensNames = [
  ...["", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"],
];
const powers = [
  ...["", "bin", "milyon", "milyar", "trilyon", "katrilyon", "kentilyon", "sekstilyon"],
];

/** "bin iki yüz elli": a hundred and a thousand are never "bir yüz" and "bir bin", a million is "bir milyon". */
export function turkishNumber(digits: string): string {
  const words = triplesOf(digits).flatMap((triple) => [
    ...(triple.power === 1 && isOne(triple) ? [] : tripleWords(triple)),
    powerName(powers, triple.power),
  ]);
  return words.filter((word) => word !== "").join(" ") || "sıfır";
}

const tripleWords = ({ hundreds, tens, ones }: Triple): string[] => [
  ...(hundreds > 0 ? [hundreds > 1 ? (onesNames[hundreds] ?? "") : "", "yüz"] : []),
  tensNames[tens] ?? "",
  onesNames[ones] ?? "",
];

import { isOne, powerName, type Triple, triplesOf } from "./triples.ts";

const small = [
  ...["", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"],
  ...["elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn"],
  ...["achtzehn", "neunzehn"],
];
const tensNames = [
  ...["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig"],
  "neunzig",
];
/** Long scale: a Billion is a million of millions. */
const powers = [
  ...["", "tausend", "Million", "Milliarde", "Billion", "Billiarde", "Trillion", "Trilliarde"],
];

/**
 * "eintausendzweihundertfünfzig", "eine Million zweihunderttausend". A one at the end is "eins", and as the whole number
 * before a noun "ein" or "eine": `whole` says which.
 */
export function germanNumber(digits: string, whole: "eins" | "ein" | "eine" = "eins"): string {
  const triples = triplesOf(digits);
  const [first] = triples;
  if (!first) return "null";
  if (triples.length === 1 && first.power === 0 && isOne(first)) return whole;
  const large = triples
    .filter(({ power }) => power > 1)
    .map((triple) => `${tripleWord(triple, "eine")} ${plural(triple)}`);
  // Up to a million a number is one word.
  const rest = triples
    .filter(({ power }) => power < 2)
    .map((triple) =>
      triple.power === 1 ? `${tripleWord(triple, "ein")}tausend` : tripleWord(triple, "eins"),
    )
    .join("");
  return [...large, rest].filter((word) => word !== "").join(" ");
}

function plural(triple: Triple): string {
  const name = powerName(powers, triple.power);
  if (isOne(triple)) return name;
  return name.endsWith("e") ? `${name}n` : `${name}en`;
}

/** `last`: what a one at its end is. */
function tripleWord({ hundreds, tens, ones }: Triple, last: "eins" | "ein" | "eine"): string {
  const front = hundreds > 0 ? `${small[hundreds]}hundert` : "";
  if (tens === 0 && ones === 1) return front + last;
  if (tens < 2) return front + (small[tens * 10 + ones] ?? "");
  return `${front}${ones > 0 ? `${small[ones]}und` : ""}${tensNames[tens]}`;
}

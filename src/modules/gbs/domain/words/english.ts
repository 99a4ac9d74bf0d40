import { powerName, type Triple, triplesOf } from "./triples.ts";

const small = [
  ...["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
  ...["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"],
  ...["eighteen", "nineteen"],
];
const tensNames = [
  ...["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
];
/** Short scale: a billion is a thousand millions. */
const powers = [
  ...["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion"],
];

/** "one thousand two hundred fifty": no "and" within a number, for in an amount it comes before the cents. */
export function englishNumber(digits: string): string {
  const words = triplesOf(digits).flatMap((triple) => [
    ...tripleWords(triple),
    powerName(powers, triple.power),
  ]);
  return words.filter((word) => word !== "").join(" ") || "zero";
}

const tripleWords = ({ hundreds, tens, ones }: Triple): string[] => [
  ...(hundreds > 0 ? [small[hundreds] ?? "", "hundred"] : []),
  tens < 2
    ? (small[tens * 10 + ones] ?? "")
    : [tensNames[tens], small[ones]].filter((word) => word !== "").join("-"),
];

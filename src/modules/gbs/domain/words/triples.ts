/** Three digits of a number, and how many powers of a thousand they count. */
export type Triple = {
  /** 1 to 9, or 0 for none. */
  readonly hundreds: number;
  readonly tens: number;
  readonly ones: number;
  /** 0 = ones, 1 = thousands, 2 = millions … */
  readonly power: number;
};

const zeroCode = 48;

/**
 * The triples of a whole number that are not zero, the highest first. By the digits' character codes: no number that
 * stands for an amount is made of them.
 */
export function triplesOf(digits: string): Triple[] {
  if (!/^\d+$/.test(digits)) throw new RangeError("a whole number has digits only");
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const count = padded.length / 3;
  return Array.from({ length: count }, (_, index) => {
    const digit = (place: number) => padded.charCodeAt(index * 3 + place) - zeroCode;
    return { hundreds: digit(0), tens: digit(1), ones: digit(2), power: count - 1 - index };
  }).filter(({ hundreds, tens, ones }) => hundreds + tens + ones > 0);
}

/** The name of a power of a thousand; amounts have 24 digits at most. */
export function powerName(names: readonly string[], power: number): string {
  const name = names[power];
  if (name === undefined) throw new RangeError("a number beyond those that have names here");
  return name;
}

export const isOne = ({ hundreds, tens, ones }: Triple): boolean =>
  hundreds === 0 && tens === 0 && ones === 1;

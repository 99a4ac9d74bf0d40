/** What a spreadsheet adds up: doubles, in the order of the rows. */
export type FloatSum = {
  sum: number;
  /** Of their absolute values. */
  magnitude: number;
  terms: number;
  /** Whether one of the cells is text, which no formula adds. */
  hasText: boolean;
};

export const emptySum = (): FloatSum => ({ sum: 0, magnitude: 0, terms: 0, hasText: false });

export function addTerm(to: FloatSum, term: number | null): void {
  to.terms += 1;
  if (term === null) to.hasText = true;
  else {
    to.sum += term;
    to.magnitude += Math.abs(term);
  }
}

/** Half the distance between 1 and the next double. */
const unitRoundoff = 2 ** -53;

/**
 * Whether a formula over these cells comes to `total`, which has `digits` decimals, in a spreadsheet that calculates with
 * doubles. False also when it would be the last digit that is wrong. Throws when no rounding explains the difference: then
 * the document contradicts itself.
 */
export function addsUp(cells: FloatSum, total: number, digits: number): boolean {
  const { sum, magnitude, terms, hasText } = cells;
  if (hasText) return false;
  const unit = 10 ** -digits;
  const difference = Math.abs(sum - total);
  if (difference < unit / 4) return true;
  // The bound of any order of n additions (Higham, Accuracy and Stability of Numerical Algorithms, 4.2), and the total's own.
  if (difference > (terms + 2) * unitRoundoff * (magnitude + Math.abs(sum)) + unit / 4)
    throw new TypeError("a sum is not what its cells add up to");
  return false;
}

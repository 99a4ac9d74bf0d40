import { resolveBrackets } from "./bidi-brackets.ts";
import { type BidiClass, bidiClassOf, type Direction, strongOf } from "./bidi-class.ts";

/** By the first character that has a direction (UAX #9, P2 and P3). */
export function directionOf(characters: readonly string[]): Direction {
  for (const character of characters) {
    const found = bidiClassOf(character);
    if (found === "L") return 0;
    if (found === "R" || found === "AL") return 1;
  }
  return 0;
}

/**
 * The embedding level of each character of one paragraph: odd ones run from right to left. The Unicode bidirectional algorithm
 * (UAX #9, W1 to I2) without its controls: nobody's text may turn the order of a figure around, so none is left in it.
 */
export function bidiLevels(characters: readonly string[], base: Direction): readonly number[] {
  const given = characters.map(bidiClassOf);
  const types = resolveWeak(given, base);
  resolveBrackets(characters, given, types, base);
  resolveNeutrals(types, base);
  return types.map((type) => levelOf(type, base));
}

/** W1 to W7. */
function resolveWeak(given: readonly BidiClass[], base: Direction): BidiClass[] {
  const outside: BidiClass = base === 1 ? "R" : "L";
  const types = [...given];
  let before: BidiClass = outside;
  let strong: BidiClass = outside;
  for (const [at, type] of types.entries()) {
    // A character without a width of its own belongs to the one before.
    let next: BidiClass = type === "NSM" || type === "BN" ? before : type;
    if (next === "L" || next === "R" || next === "AL") strong = next;
    if (next === "EN" && strong === "AL") next = "AN";
    types[at] = next;
    before = next;
  }
  for (const [at, type] of types.entries()) {
    if (type === "AL") types[at] = "R";
    const [last, next] = [types[at - 1], types[at + 1]];
    if (last !== next || (last !== "EN" && last !== "AN")) continue;
    if (type === "CS" || (type === "ES" && last === "EN")) types[at] = last;
  }
  joinSignsToNumbers(types);
  strong = outside;
  for (const [at, type] of types.entries()) {
    if (type === "L" || type === "R") strong = type;
    else if (type === "EN" && strong === "L") types[at] = "L";
    else if (type === "ES" || type === "ET" || type === "CS" || type === "WS") types[at] = "ON";
  }
  return types;
}

/** W5: "€ 12" and "12 %" are one number when nothing is between. */
function joinSignsToNumbers(types: BidiClass[]): void {
  for (let start = 0; start < types.length; start++) {
    if (types[start] !== "ET") continue;
    let end = start;
    while (types[end] === "ET") end += 1;
    if (types[start - 1] === "EN" || types[end] === "EN") types.fill("EN", start, end);
    start = end - 1;
  }
}

/** N1 and N2. */
function resolveNeutrals(types: BidiClass[], base: Direction): void {
  const outside = base === 1 ? "R" : "L";
  for (let start = 0; start < types.length; start++) {
    if (types[start] !== "ON") continue;
    let end = start;
    while (types[end] === "ON") end += 1;
    const before = start === 0 ? outside : strongOf(types[start - 1]);
    const after = end === types.length ? outside : strongOf(types[end]);
    types.fill(before && before === after ? before : outside, start, end);
    start = end - 1;
  }
}

/** I1 and I2. */
function levelOf(type: BidiClass, base: Direction): number {
  if (base === 0) return type === "R" ? 1 : type === "EN" || type === "AN" ? 2 : 0;
  return type === "R" ? 1 : 2;
}

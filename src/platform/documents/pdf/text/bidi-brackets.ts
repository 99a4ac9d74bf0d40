import { type BidiClass, type Direction, strongOf } from "./bidi-class.ts";
import { closingBracketOf } from "./brackets.ts";

/** Openings that wait for their end at a time (UAX #9, BD16). */
const maxOpen = 63;

/** N0: both of a pair of brackets get the direction of what is in or before them. */
export function resolveBrackets(
  characters: readonly string[],
  given: readonly BidiClass[],
  types: BidiClass[],
  base: Direction,
): void {
  const own = base === 1 ? "R" : "L";
  const other = base === 1 ? "L" : "R";
  for (const [open, close] of pairsOf(characters, types)) {
    const inside = new Set(types.slice(open + 1, close).map(strongOf));
    if (inside.has(own)) set(own, open, close);
    else if (inside.has(other)) set(strongBefore(open) === other ? other : own, open, close);
  }

  function strongBefore(at: number): "L" | "R" {
    for (let index = at - 1; index >= 0; index--) {
      const strong = strongOf(types[index]);
      if (strong) return strong;
    }
    return own;
  }

  function set(direction: "L" | "R", ...brackets: readonly number[]): void {
    for (const bracket of brackets) {
      types[bracket] = direction;
      for (let next = bracket + 1; given[next] === "NSM" || given[next] === "BN"; next++)
        types[next] = direction;
    }
  }
}

/** Pairs as positions, by that of the opening one. */
function pairsOf(characters: readonly string[], types: readonly BidiClass[]) {
  const pairs: (readonly [number, number])[] = [];
  const open: { readonly at: number; readonly closing: string }[] = [];
  for (const [at, character] of characters.entries()) {
    if (types[at] !== "ON") continue;
    const closing = closingBracketOf(character);
    if (closing !== undefined) {
      if (open.length === maxOpen) break;
      open.push({ at, closing });
      continue;
    }
    const opening = open.findLastIndex((bracket) => bracket.closing === character);
    if (opening < 0) continue;
    pairs.push([open[opening]?.at ?? 0, at]);
    open.length = opening;
  }
  return pairs.sort(([a], [b]) => a - b);
}

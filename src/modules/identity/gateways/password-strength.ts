import { type MatchExtended, ZxcvbnFactory, type ZxcvbnResult } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import type { PasswordStrength } from "../deps.ts";

/** 3 = "safely unguessable: moderate protection from offline slow-hash scenario", more than 10^8 guesses. */
const minScore = 3;
/**
 * zxcvbn holds up the event loop: 128 characters chosen for it take 70 ms, 32 take 8. A password is at least as good as
 * a piece of it, so a long one is judged by its first and its last characters, and the better of the two counts.
 */
const pieceCharacters = 32;
/** Ways to read "p4ssw0rd" that are tried; most of the time goes there. */
const maxSubstitutions = 20;

/** The library's lists are ranked once, in about 25 ms. */
export function createPasswordStrength(): PasswordStrength {
  const zxcvbn = new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: maxSubstitutions,
    maxLength: pieceCharacters,
  });
  return {
    weaknessOf(password, knownWords) {
      const pieces = new Set([
        password.slice(0, pieceCharacters),
        password.slice(-pieceCharacters),
      ]);
      let weakest: ZxcvbnResult | undefined;
      for (const piece of pieces) {
        const result = zxcvbn.check(piece, [...knownWords]);
        if (result.score >= minScore) return null;
        weakest ??= result;
      }
      return weakest ? reasonOf(weakest) : "simple";
    },
  };
}

function reasonOf({ sequence, password }: ZxcvbnResult) {
  const found = (of: (name: string) => boolean): MatchExtended[] =>
    sequence.filter((match) => of(String(match["dictionaryName"] ?? "")));
  if (found((name) => name === "userInputs").length > 0) return "personal";
  const common = found((name) => name.startsWith("passwords"));
  const covered = common.reduce((sum, { token }) => sum + token.length, 0);
  return covered * 2 >= password.length ? "common" : "simple";
}

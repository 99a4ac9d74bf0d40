import { displayNameKey } from "./display-name-key.ts";

/** In Unicode code points of NFC, as NIST SP 800-63B counts them. */
export const minPasswordCharacters = 10;
/** What is hashed costs time by its length. */
export const maxPasswordCharacters = 128;
/** A shorter mail name stands in many a good password by chance. */
const minNameCharacters = 4;
/** What must be left of a password without the words that are known of its owner. */
const minOwnCharacters = 6;
/** Everybody tries this one here. */
const ownName = "fintrack";

/** Whose password it is to be. */
export type PasswordOwner = { readonly address: string; readonly displayName: string };

/** What an attacker would find it by. */
export type Weakness = "common" | "personal" | "simple";

/** The first that is wrong with a password, as a sentence for its owner; null = nothing. */
export function passwordFault(
  password: string,
  owner: PasswordOwner,
  weaknessOf: (password: string, knownWords: readonly string[]) => Weakness | null,
): string | null {
  const characters = [...password.normalize("NFC")].length;
  if (characters < minPasswordCharacters)
    return `Must have at least ${minPasswordCharacters} characters.`;
  if (characters > maxPasswordCharacters)
    return `Must have at most ${maxPasswordCharacters} characters.`;
  const name = displayNameKey(mailName(owner.address));
  if (name.length >= minNameCharacters && displayNameKey(password).includes(name))
    return "Must not contain the name of your mail address.";
  const words = knownWords(owner);
  const weakness = isMadeOf(words, password)
    ? "personal"
    : weaknessOf(withoutMarks(password), words);
  return weakness === null ? null : sentences[weakness];
}

const sentences: Readonly<Record<Weakness, string>> = {
  common: "Is too common: attackers try it among the first.",
  personal: "Is too easy to guess for whoever knows your name or mail address.",
  simple:
    "Is too easy to guess: make it longer, or take several words that have nothing in common.",
};

/** What stands before the at-sign, without "+tag". */
const mailName = (address: string): string =>
  address.slice(0, Math.max(0, address.lastIndexOf("@"))).replace(/\+.*$/, "");

/** Names, whole and in parts, as somebody would try them who knows the owner. */
function knownWords({ address, displayName }: PasswordOwner): string[] {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const texts = [mailName(address), displayName, domain].map(displayNameKey);
  const parts = texts.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u));
  const joined = texts.map((text) => text.replace(/[^\p{L}\p{N}]+/gu, ""));
  return [...new Set([...parts, ...joined, ownName])].filter((word) => word.length > 2);
}

/** "kaya emir 1985" is what somebody tries who knows Emir Kaya, however many guesses its letters would take. */
function isMadeOf(words: readonly string[], password: string): boolean {
  const folded = displayNameKey(password);
  const longestFirst = words.toSorted((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((text, word) => text.replaceAll(word, " "), folded);
  if (rest === folded) return false;
  return [...rest.replace(/[^\p{L}\p{N}]/gu, "")].length < minOwnCharacters;
}

/** "Şifre" is found in the lists as "Sifre", and "ı" as "i". */
const withoutMarks = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ı", "i");

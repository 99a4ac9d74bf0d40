import { invalidField } from "#platform/kernel/errors";

/** Unicode code points in NFC: what a grapheme is depends on the Unicode version, and one may be of any length. */
export const maxDisplayNameCharacters = 40;

/** Of what is invisible these two belong to names: Persian and Indic scripts write with them. */
const joiners = "\u200c\u200d";
const invisible = new RegExp(
  `(?![${joiners}\\ufe0e\\ufe0f])[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Default_Ignorable_Code_Point}]`,
  "gu",
);
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * A name as others see it, also in mails that strangers cause: NFC, one line, single spaces, no control, bidi or
 * invisible characters; 1 to {@link maxDisplayNameCharacters} characters, nothing that a mail program makes a link of.
 * Not unique. Anything else is a 422 that names `path`.
 */
export function parseDisplayName(text: string, path = "/displayName"): string {
  const name = text
    .replaceAll("\ufeff", "") // a space to JavaScript, and to nobody else
    .replace(/\s+/gu, " ")
    .replace(invisible, "")
    .normalize("NFC")
    .replace(/ +/g, " ")
    .trim();
  const characters = [...name].length;
  if (!visible.test(name)) throw invalidField(path, "Must not be empty.");
  if (characters > maxDisplayNameCharacters)
    throw invalidField(path, `Must have at most ${maxDisplayNameCharacters} characters.`);
  if (isLinkLike(name))
    throw invalidField(
      path,
      "Must not look like a link or a mail address; put a space after a dot.",
    );
  return name;
}

/** Full-width letters and dots become links, too: compared in NFKC, where only the ideographic full stop stays. */
function isLinkLike(name: string): boolean {
  const plain = name
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFKC")
    .replaceAll("。", ".")
    .toLowerCase();
  return linkPatterns.some((pattern) => pattern.test(plain));
}

const linkPatterns = [
  /http|:\/\/|www\.|mailto:/,
  // "example.com", but not "J.R.R. Tolkien" or "A.Ş."
  /[\p{L}\p{N}\p{M}_-]\.[\p{L}\p{N}\p{M}-]*[\p{L}\p{M}\p{N}]{2}/u,
  /\S@\S/,
];

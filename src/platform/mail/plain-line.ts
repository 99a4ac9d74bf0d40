/** Of what is invisible these two belong to words: Persian and Indic scripts, and emoji, write with them. */
const joiners = "\u200c\u200d";
/** Control, bidi and other invisible characters, and halves of surrogate pairs. */
const invisible = new RegExp(
  `(?![${joiners}\\ufe0e\\ufe0f])[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Default_Ignorable_Code_Point}]`,
  "gu",
);

/** Somebody else's text as one line of ours: no line breaks, no control or bidi characters, at most so many characters. */
export function plainLine(text: string, maxCharacters: number): string {
  const line = text.replace(/\s+/gu, " ").replace(invisible, "").normalize("NFC").trim();
  const characters = [...line];
  if (characters.length <= maxCharacters) return line;
  return `${characters.slice(0, maxCharacters - 1).join("")}…`;
}

/** What mail programs make links of: a scheme, "www.", "name@place", or letters after a dot ("example.com/x"). */
const linkLike =
  /[a-z][a-z0-9+.-]*:\/\/\S*|(?:www|mailto)[.:]\S*|\S+@\S+|[\p{L}\p{N}\p{M}_-]+(?:[.。．｡][\p{L}\p{N}\p{M}_-]+)*[.。．｡](?=[\p{L}\p{M}\p{N}-]*\p{L})[\p{L}\p{M}\p{N}-]{2,}\S*/giu;

/** Whether a mail program would make a link of a part of it, also when it is written in full-width letters. */
export const isLinkLike = (text: string): boolean =>
  [text, text.normalize("NFKC")].some((form) => form.search(linkLike) !== -1);

/** Somebody else's words may be read in our mail, but not clicked. */
export const withoutLinks = (text: string): string =>
  isLinkLike(text) ? text.normalize("NFKC").replace(linkLike, "…") : text;

/** As long as a name may be that strangers can make us write. */
const maxNameCharacters = 40;

/** A name fit for a mail, or null: nobody is greeted by a link. */
export function mailName(name: string): string | null {
  const line = plainLine(name, maxNameCharacters);
  return line === "" || isLinkLike(line) ? null : line;
}

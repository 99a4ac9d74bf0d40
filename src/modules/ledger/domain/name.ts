import { invalidField } from "#platform/kernel/errors";

/** One spelling of what looks the same: NFC, single blanks; a name of blanks is a 422 that names /name. */
export function readName(text: string): string {
  const name = spelled(text);
  if (name === "") throw invalidField("/name", "Must not be blank.");
  return name;
}

/** What it is called in somebody's bookkeeping; blanks and null = nothing. */
export const readExternalCode = (text: string | null | undefined): string | null =>
  spelled(text ?? "") || null;

const spelled = (text: string): string => text.normalize("NFC").replace(/\s+/gu, " ").trim();

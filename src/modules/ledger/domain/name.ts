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

/** Why somebody voids, closes or reopens; blanks are a 422 that names /reason. */
export function readReason(text: string): string {
  const reason = text.normalize("NFC").trim();
  if (reason === "") throw invalidField("/reason", "Must not be blank.");
  return reason;
}

/** The same where none need be given. */
export const readOptionalReason = (text: string | undefined): string | null =>
  text === undefined ? null : readReason(text);

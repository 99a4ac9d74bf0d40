import { de } from "./de.ts";
import { en } from "./en.ts";
import type { ReadmeFacts } from "./facts.ts";
import { tr } from "./tr.ts";

const texts = new Map([
  ["de", de],
  ["tr", tr],
]);

/** What a dossier says of itself, in the language of a BCP 47 tag; in English where we have no other. */
export function readmeOf(tag: string, facts: ReadmeFacts): string {
  const language = tag.split("-")[0]?.toLowerCase() ?? "";
  return (texts.get(language) ?? en)(facts);
}

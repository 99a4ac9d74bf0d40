import type { Column, DocumentPart } from "../model.ts";
import type { Render } from "../rendering.ts";
import { writeText } from "../text-file.ts";
import { createReplacedCharacters } from "../visible-characters.ts";
import { type Words, wordsOf } from "../words.ts";
import { xmlNamespace, xmlSchemaName } from "../xml-schema.ts";
import { createElements } from "./elements.ts";

/** What XML 1.0 cannot hold, not even as a reference (2.2). */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** XML 1.0, valid against fintrack-document-1.xsd. Charts are left out: their figures stand in tables. */
export const renderXml: Render = async ({ parts, fingerprint, out }) => {
  await writeText(out, xmlOf(parts, fingerprint));
  return { pages: null, missingGlyphs: [] };
};

async function* xmlOf(
  parts: AsyncIterable<DocumentPart>,
  fingerprint: string,
): AsyncGenerator<string> {
  const allowed = createReplacedCharacters(forbidden);
  const { open, element, ...elements } = createElements(allowed.of);
  const notes: string[] = [];
  let words: Words = wordsOf("en-US");
  let columns: readonly Column[] = [];

  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  for await (const part of parts) {
    switch (part.part) {
      case "document": {
        const { id, title, subtitle, language, timeZone, createdAt, facts } = part.head;
        words = wordsOf(language);
        yield `${open("document", {
          xmlns: xmlNamespace,
          "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
          "xsi:schemaLocation": `${xmlNamespace} ${xmlSchemaName}`,
          ...{ id, fingerprint, language, timeZone, created: createdAt },
        })}\n${element("title", title)}\n`;
        if (subtitle !== null) yield `${element("subtitle", subtitle)}\n`;
        yield `${elements.facts(facts)}<body>\n`;
        break;
      }
      case "translation":
        yield `${element("translation", part.title, { language: part.language })}\n`;
        break;
      case "heading":
      case "paragraph":
        yield `${element(part.part, part.text)}\n`;
        break;
      case "facts":
        yield elements.facts(part.facts);
        break;
      case "chart":
        break;
      case "table":
        columns = part.table.columns;
        yield elements.tableHead(part.table);
        break;
      case "row":
        yield elements.row(columns, part.cells);
        break;
      case "totals":
        yield elements.tableEnd(part.totals);
        break;
      case "notes":
        notes.push(...part.notes);
        break;
    }
  }
  yield "</body>\n";
  // Written first: what is replaced in them must be named as well.
  const written = notes.map((note) => element("note", note));
  const replaced = allowed.codes();
  if (replaced !== "") written.push(element("note", words.forbiddenCharacters(replaced)));
  if (written.length > 0) yield `<notes>\n${written.join("\n")}\n</notes>\n`;
  yield "</document>\n";
}

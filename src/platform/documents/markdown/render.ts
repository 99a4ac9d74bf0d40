import { createCellFormat } from "../formatting.ts";
import type { DocumentPart, Fact } from "../model.ts";
import type { Render } from "../rendering.ts";
import { writeText } from "../text-file.ts";
import { createVisibleCharacters } from "../visible-characters.ts";
import { type Words, wordsOf } from "../words.ts";
import { block, bold, inline } from "./escape.ts";
import { type MarkdownTable, markdownTable } from "./table.ts";

/** GitHub Flavored Markdown. Charts are left out: their figures stand in tables. */
export const renderMarkdown: Render = async ({ parts, fingerprint, out }) => {
  await writeText(out, markdownOf(parts, fingerprint));
  return { pages: null, missingGlyphs: [] };
};

async function* markdownOf(
  parts: AsyncIterable<DocumentPart>,
  fingerprint: string,
): AsyncGenerator<string> {
  const visible = createVisibleCharacters();
  const notes: string[] = [];
  let words: Words = wordsOf("en-US");
  let format = createCellFormat("en-US", "UTC");
  let table: MarkdownTable | null = null;
  let rows = 0;
  let [ownWords, timeZone] = [words, "UTC"];

  const item = (label: string, value: string) =>
    `- ${bold(visible.of(`${label}:`))} ${inline(visible.of(value))}\n`;
  const list = (facts: readonly Fact[]) =>
    facts.map(({ label, kind, value }) => item(label, format.cell(kind, value))).join("");

  for await (const part of parts) {
    switch (part.part) {
      case "document": {
        const { id, title, subtitle, language, createdAt, facts } = part.head;
        timeZone = part.head.timeZone;
        words = wordsOf(language);
        ownWords = words;
        format = createCellFormat(language, timeZone);
        yield `# ${inline(visible.of(title))}\n\n`;
        if (subtitle !== null) yield `${block(visible.of(subtitle))}\n\n`;
        yield list(facts);
        yield item(words.created, format.cell("instant", createdAt));
        yield item(words.document, id) + item(words.fingerprint, fingerprint);
        break;
      }
      case "translation":
        words = wordsOf(part.language);
        format = createCellFormat(part.language, timeZone);
        yield `\n---\n\n# ${inline(visible.of(part.title))}\n`;
        break;
      case "heading":
        yield `\n## ${inline(visible.of(part.text))}\n`;
        break;
      case "paragraph":
        yield `\n${block(visible.of(part.text))}\n`;
        break;
      case "facts":
        yield `\n${list(part.facts)}`;
        break;
      case "chart":
        break;
      case "table":
        table = markdownTable(part.table, format, visible.of);
        rows = 0;
        yield `\n### ${inline(visible.of(part.table.title))}\n\n${table.head()}`;
        break;
      case "row":
        rows += 1;
        if (table) yield table.row(part.cells);
        break;
      case "totals":
        for (const total of part.totals) if (table) yield table.total(total);
        if (rows === 0) yield `\n${words.noRows}\n`;
        break;
      case "notes":
        notes.push(...part.notes);
        break;
    }
  }
  const shown = visible.codes();
  if (shown !== "") notes.push(ownWords.invisibleCharacters(shown));
  if (notes.length > 0)
    yield `\n## ${ownWords.notes}\n\n${notes.map((note) => `- ${block(visible.of(note))}\n`).join("")}`;
}

import { mailName } from "../mail/plain-line.ts";
import { mailLocaleOf } from "./language.ts";
import { type FilledMessage, htmlOf, textOf } from "./layout.ts";
import { layoutWords } from "./layout-words.ts";
import type { NotificationDefinition } from "./notifications.ts";
import { fill, placeholdersOf } from "./placeholders.ts";
import { writtenData } from "./written-data.ts";

export type Reader = {
  readonly name: string;
  /** BCP 47. */
  readonly locale: string;
  /** IANA name. */
  readonly timeZone: string;
};

export type RenderedMessage = {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly code: string | null;
};

type Data = Readonly<Record<string, string>>;

/** The message in the reader's language. Throws when a text asks for what is not there. */
export function render(
  definition: NotificationDefinition,
  data: Data,
  reader: Reader,
): RenderedMessage {
  const locale = mailLocaleOf(reader.locale);
  const [words, text] = [layoutWords[locale], definition.texts[locale]];
  const said = writtenData(data, reader);
  const filled = (line: string) => fill(line, said);
  const name = mailName(reader.name);
  const { action } = text;
  const message: FilledMessage = {
    locale,
    subject: filled(text.subject),
    greeting: name === null ? words.greetingWithoutName : fill(words.greeting, { name }),
    paragraphs: text.paragraphs.map(filled),
    code: text.code === undefined ? null : filled(text.code),
    action: action
      ? { label: filled(action.label), url: link(action.url, data), hint: words.linkHint }
      : null,
    closing: (text.closing ?? []).map(filled),
    signature: words.signature,
    footer: [...(definition.category === null ? [] : [words.canBeMuted]), words.automatic],
  };
  return {
    subject: message.subject,
    html: htmlOf(message),
    text: textOf(message),
    code: message.code,
  };
}

/** `{name}` of a datum that is a web address; links are made by us, from the configured origin. */
function link(url: string, data: Data): string {
  const [name = ""] = placeholdersOf(url);
  const parsed = url === `{${name}}` ? URL.parse(data[name] ?? "") : null;
  if (!parsed || !["https:", "http:"].includes(parsed.protocol))
    throw new Error(`the link {${name}} is no web address`);
  return parsed.href;
}

import { envelopeAddress } from "../mail/mail-address.ts";
import { mailName, plainLine, withoutLinks } from "../mail/plain-line.ts";
import { mailLocaleOf, writtenDay, writtenMoney, writtenTime } from "./language.ts";
import { layoutWords } from "./layout-words.ts";

export type DataReader = {
  /** BCP 47. */
  readonly locale: string;
  /** IANA name. */
  readonly timeZone: string;
};
type Write = (value: string, reader: DataReader) => string;

/** Long enough for what browsers call themselves, and for a reason that somebody states. */
const maxDatumCharacters = 500;

const money: Write = (value, { locale }) => writtenMoney(value, locale);

/** Data of these names are no words but values, written out as the reader's language has them. */
const writers: Readonly<Record<string, Write>> = {
  /** An instant. */
  time: (value, { locale, timeZone }) => writtenTime(value, locale, timeZone),
  /** A LocalDate. */
  day: (value, { locale }) => writtenDay(value, locale),
  /** "1250.00 EUR". */
  ...{ money, outstanding: money },
  /** What somebody calls himself: never a link in our name, and never nothing. */
  person: (value, { locale }) => mailName(value) ?? layoutWords[mailLocaleOf(locale)].somebody,
  /** A mail address that the reader has given us himself, so that it may be read as one. */
  address: (value) => (envelopeAddress(value) === null ? readable(value) : value),
};

/** Data often are somebody else's words (what a browser calls itself): on one line, and never a link in our name. */
const readable = (value: string): string => withoutLinks(plainLine(value, maxDatumCharacters));

export const isWritten = (name: string): boolean => Object.hasOwn(writers, name);

/** A message's data as its reader reads them. */
export const writtenData = (
  data: Readonly<Record<string, string>>,
  reader: DataReader,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const write = isWritten(name) ? writers[name] : undefined;
      return [name, write ? write(value, reader) : readable(value)];
    }),
  );

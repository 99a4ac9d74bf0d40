import { ImportFileError } from "../domain/import-file-error.ts";
import type { ImportEncoding, ImportQuestion } from "../domain/import-format.ts";
import { readsAsTurkish } from "../domain/import-headings.ts";

/** The beginning of the file, from which separator and language are told. */
const sampleBytes = 64 * 1024;
const maxExamples = 5;
/** A file with so many valid characters for a broken one is UTF-8 with an accident in it. */
const validPerBroken = 10;
/** More control characters than this among all bytes, and it is no text. */
const maxControlShare = 0.01;

/** The only letters in which Windows-1254 and Latin-1 differ: Ğ/Ð İ/Ý Ş/Þ ğ/ð ı/ý ş/þ. */
const turkishBytes: ReadonlySet<number> = new Set([0xd0, 0xdd, 0xde, 0xf0, 0xfd, 0xfe]);
/** Characters of neither; DOS and Macintosh code pages have letters there. */
const unusedBytes = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

const byteOrderMarks: readonly {
  readonly bytes: readonly number[];
  readonly is: ImportEncoding;
}[] = [
  { bytes: [0xef, 0xbb, 0xbf], is: "utf-8" },
  { bytes: [0xff, 0xfe], is: "utf-16le" },
  { bytes: [0xfe, 0xff], is: "utf-16be" },
];

/** First bytes of what people upload instead. */
const otherFiles: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: "a spreadsheet or ZIP archive: save it as CSV first" },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: "an old Excel workbook: save it as CSV first" },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: "a PDF: ask the bank for CSV" },
  { bytes: [0x1f, 0x8b], what: "compressed with gzip: unpack it first" },
];

export type EncodingEvidence = {
  /** The next piece of the file, of any size. */
  add(chunk: Uint8Array): void;
  /**
   * Once all pieces were added. A byte order mark decides; else valid UTF-8 is UTF-8; else, of the two that have a
   * character a byte, Windows-1254 if any of the six bytes occurs that differ and Turkish words do too, and Latin-1
   * if none of them occurs. In between it is asked. {@link ImportFileError} when the file is no text.
   */
  decide(): { readonly encoding: ImportEncoding; readonly question: ImportQuestion | null };
  /** The beginning of the file as text, in this encoding. */
  sampleText(encoding: ImportEncoding): string;
};

export function createEncodingEvidence(): EncodingEvidence {
  const counts = new Uint32Array(256);
  const utf8 = createUtf8Check();
  const examples: Uint8Array[] = [];
  let sample = new Uint8Array(0);
  let size = 0;

  function add(chunk: Uint8Array): void {
    size += chunk.length;
    if (sample.length < sampleBytes) {
      const longer = new Uint8Array(Math.min(sampleBytes, sample.length + chunk.length));
      longer.set(sample);
      longer.set(chunk.subarray(0, longer.length - sample.length), sample.length);
      sample = longer;
    }
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      counts[byte] = (counts[byte] ?? 0) + 1;
      utf8.next(byte);
      if (byte >= 0x80 && examples.length < maxExamples && turkishBytes.has(byte)) {
        const word = wordAround(chunk, at);
        if (!examples.some((known) => Buffer.compare(known, word) === 0)) examples.push(word);
      }
    }
  }

  const count = (bytes: Iterable<number>) => {
    let sum = 0;
    for (const byte of bytes) sum += counts[byte] ?? 0;
    return sum;
  };
  const startsWith = (bytes: readonly number[]) =>
    bytes.every((byte, index) => sample[index] === byte);
  const sampleText = (encoding: ImportEncoding) =>
    new TextDecoder(encoding).decode(sample, { stream: true });

  function decide() {
    if (size === 0) throw new ImportFileError("The file is empty.");
    for (const { bytes, what } of otherFiles)
      if (startsWith(bytes)) throw new ImportFileError(`The file is ${what}.`);
    const marked = byteOrderMarks.find(({ bytes }) => startsWith(bytes));
    if (marked?.is === "utf-16le" || marked?.is === "utf-16be")
      return { encoding: marked.is, question: null };
    if (count(controlBytes) > size * maxControlShare)
      throw new ImportFileError(
        "The file is binary, or UTF-16 without a mark: save it as CSV in UTF-8.",
      );
    if (marked || utf8.isUtf8()) return { encoding: "utf-8" as const, question: null };
    if (count(unusedBytes) > 0)
      throw new ImportFileError(
        "The file is in no encoding that banks use today (UTF-8, Windows-1254, Latin-1): save it as UTF-8.",
      );
    const doubtful = count(turkishBytes);
    if (doubtful === 0) return { encoding: "iso-8859-1" as const, question: null };
    if (readsAsTurkish(sampleText("windows-1254")))
      return { encoding: "windows-1254" as const, question: null };
    return {
      encoding: "windows-1254" as const,
      question: encodingQuestion(doubtful, examples),
    };
  }

  return { add, decide, sampleText };
}

function encodingQuestion(doubtful: number, examples: readonly Uint8Array[]): ImportQuestion {
  const as = (encoding: ImportEncoding, word: Uint8Array) => new TextDecoder(encoding).decode(word);
  return {
    field: "encoding",
    options: ["windows-1254", "iso-8859-1"],
    suggestion: "windows-1254",
    evidence: `${doubtful} letters are Turkish in Windows-1254 and others in Latin-1, and no word tells which it is.`,
    examples: examples.map((word) => ({
      row: 0,
      text: as("windows-1254", word),
      readings: {
        "windows-1254": as("windows-1254", word),
        "iso-8859-1": as("iso-8859-1", word),
      },
    })),
  };
}

/** Control characters that no text file has. */
const controlBytes = Array.from({ length: 32 }, (_, byte) => byte).filter(
  (byte) => ![0x09, 0x0a, 0x0c, 0x0d, 0x1a].includes(byte),
);

const isLetter = (byte: number) =>
  byte >= 0xc0 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/** The word that the byte at `at` is in. */
function wordAround(bytes: Uint8Array, at: number): Uint8Array {
  const reach = 20;
  let from = at;
  let to = at + 1;
  while (from > 0 && at - from < reach && isLetter(bytes[from - 1] ?? 0)) from -= 1;
  while (to < bytes.length && to - at < reach && isLetter(bytes[to] ?? 0)) to += 1;
  return bytes.slice(from, to);
}

/** Counts characters of more than one byte, whole and broken ones, byte by byte (Unicode 3.9, table 3-7). */
function createUtf8Check() {
  let left = 0;
  let lowest = 0x80;
  let highest = 0xbf;
  let valid = 0;
  let broken = 0;
  function begin(byte: number): void {
    lowest = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    highest = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    if (byte < 0x80) return;
    if (byte >= 0xc2 && byte <= 0xdf) left = 1;
    else if (byte >= 0xe0 && byte <= 0xef) left = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) left = 3;
    else broken += 1;
  }
  return {
    next(byte: number): void {
      if (left === 0) {
        if (byte >= 0x80) begin(byte);
        return;
      }
      if (byte < lowest || byte > highest) {
        broken += 1;
        left = 0;
        begin(byte);
        return;
      }
      lowest = 0x80;
      highest = 0xbf;
      left -= 1;
      if (left === 0) valid += 1;
    },
    // What the end of the file cuts off is no broken character, but a truncated file.
    isUtf8: () => broken === 0 || valid >= broken * validPerBroken,
  };
}

import { expect, test } from "bun:test";
import fc from "fast-check";
import type {
  DateOrder,
  DecimalMark,
  ImportAccount,
  ImportEncoding,
} from "#modules/ledger/domain/import-format";
import { readBankFile } from "../../support/bank-file.ts";

const euros = { currency: "EUR", digits: 2 } as ImportAccount;
const runs = { numRuns: 400 };

/** How a bank writes money: with a sign in one place or another, with letters, or in two columns. */
const layouts = [
  "minus",
  "trailing_minus",
  "parentheses",
  "plus_and_minus",
  "letters",
  "two_columns",
  "two_columns_minus",
] as const;
type Layout = (typeof layouts)[number];

type Headings = {
  readonly language: "tr" | "de" | "en";
  readonly date: string;
  readonly payee: string;
  readonly note: string;
  readonly id: string;
  readonly amount: string;
  readonly sign: string;
  readonly debit: string;
  readonly credit: string;
  readonly letters: readonly [string, string];
};
const headings: readonly Headings[] = [
  {
    language: "tr",
    date: "İşlem Tarihi",
    payee: "Karşı Taraf",
    note: "Açıklama",
    id: "Dekont No",
    amount: "Tutar",
    sign: "Borç/Alacak",
    debit: "Borç",
    credit: "Alacak",
    letters: ["B", "A"],
  },
  {
    language: "de",
    date: "Buchungstag",
    payee: "Auftraggeber/Empfänger",
    note: "Verwendungszweck",
    id: "Buchungsreferenz",
    amount: "Betrag",
    sign: "Soll/Haben",
    debit: "Soll",
    credit: "Haben",
    letters: ["S", "H"],
  },
  {
    language: "en",
    date: "Date",
    payee: "Payee",
    note: "Description",
    id: "Transaction ID",
    amount: "Amount",
    sign: "Debit/Credit",
    debit: "Paid out",
    credit: "Paid in",
    letters: ["DR", "CR"],
  },
];

type Writing = {
  readonly headings: Headings;
  readonly encoding: ImportEncoding;
  readonly hasMark: boolean;
  readonly separator: ";" | "," | "\t" | "|";
  readonly lineEnd: string;
  readonly allQuoted: boolean;
  readonly preamble: number;
  readonly decimal: DecimalMark;
  readonly group: string;
  readonly order: DateOrder;
  readonly dateMark: "." | "/" | "-";
  readonly twoDigitYear: boolean;
  readonly layout: Layout;
  readonly currency: string;
};
type Row = {
  readonly date: string;
  readonly cents: number;
  readonly payee: string;
  readonly note: string;
  readonly id: string;
};

const writing: fc.Arbitrary<Writing> = fc.record({
  headings: fc.constantFrom(...headings),
  encoding: fc.constantFrom("utf-8", "windows-1254", "iso-8859-1", "utf-16le", "utf-16be"),
  hasMark: fc.boolean(),
  separator: fc.constantFrom(";", ",", "\t", "|"),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
  allQuoted: fc.boolean(),
  preamble: fc.integer({ min: 0, max: 5 }),
  decimal: fc.constantFrom("comma", "point"),
  group: fc.constantFrom("", "mark", "'", " ", "\u00a0"),
  order: fc.constantFrom("dmy", "mdy", "ymd"),
  dateMark: fc.constantFrom(".", "/", "-"),
  twoDigitYear: fc.boolean(),
  layout: fc.constantFrom(...layouts),
  currency: fc.constantFrom("", " EUR", " €"),
});

const letters = { tr: "abcğıİşŞçöü", de: "abcäöüßÄé", en: "abcxyzABC" };
const word = (language: Headings["language"]) =>
  fc
    .string({
      unit: fc.constantFrom(...letters[language], " ", ";", ",", '"', "|", "&", "7"),
      maxLength: 12,
    })
    .map((text) => `Q${text}x`.replace(/\s+/g, " "));
const day = fc
  .tuple(
    fc.integer({ min: 1990, max: 2060 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join("-"));
const rowsFor = (language: Headings["language"]): fc.Arbitrary<Row[]> =>
  fc
    .array(
      fc.record({
        date: day,
        cents: fc
          .oneof(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 999_999_999_999 }))
          .chain((cents) => fc.constantFrom(cents, -cents)),
        payee: word(language),
        note: word(language),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((rows) => rows.map((row, index) => ({ ...row, id: `R-${10_000 + index}` })));

/** Every character of an encoding with a byte a character. */
const bytesByCharacter = (encoding: ImportEncoding) =>
  new Map(
    Array.from({ length: 256 }, (_, byte) => [
      new TextDecoder(encoding).decode(new Uint8Array([byte])),
      byte,
    ]),
  );
const tables = {
  "windows-1254": bytesByCharacter("windows-1254"),
  "iso-8859-1": bytesByCharacter("iso-8859-1"),
};

/** null = the encoding lacks a character of the text. */
function encode(text: string, { encoding, hasMark }: Writing): Uint8Array | null {
  if (encoding === "utf-8") return new TextEncoder().encode(`${hasMark ? "\uFEFF" : ""}${text}`);
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
    return new Uint8Array(encoding === "utf-16be" ? bytes.swap16() : bytes);
  }
  const bytes = [...text].map((character) => tables[encoding].get(character));
  return bytes.every((byte) => byte !== undefined) ? new Uint8Array(bytes) : null;
}

function writeDate(date: string, { order, dateMark, twoDigitYear }: Writing): string {
  const [y = "", m = "", d = ""] = date.split("-");
  const year = twoDigitYear && order !== "ymd" ? y.slice(2) : y;
  return { dmy: [d, m, year], mdy: [m, d, year], ymd: [y, m, d] }[order].join(dateMark);
}

function writeNumber(cents: number, { decimal, group, currency }: Writing): string {
  const units = Math.abs(cents);
  const mark = decimal === "comma" ? "," : ".";
  const groupMark = group === "mark" ? (decimal === "comma" ? "." : ",") : group;
  const whole = String(Math.floor(units / 100)).replace(/\B(?=(\d{3})+$)/g, groupMark);
  return `${whole}${mark}${String(units % 100).padStart(2, "0")}${currency}`;
}

/** The cells of the money. */
function writeMoney(cents: number, writing: Writing): readonly string[] {
  const number = writeNumber(cents, writing);
  const isOut = cents < 0;
  switch (writing.layout) {
    case "minus":
      return [isOut ? `-${number}` : number];
    case "trailing_minus":
      return [isOut ? `${number}-` : number];
    case "parentheses":
      return [isOut ? `(${number})` : number];
    case "plus_and_minus":
      return [`${isOut ? "-" : "+"}${number}`];
    case "letters":
      return [number, writing.headings.letters[isOut ? 0 : 1]];
    case "two_columns":
      return isOut ? [number, ""] : ["", number];
    case "two_columns_minus":
      return isOut ? [`-${number}`, ""] : ["", number];
  }
}

function write(rows: readonly Row[], writing: Writing): string {
  const { headings: names, separator, lineEnd, allQuoted, layout } = writing;
  const money = layout.startsWith("two")
    ? [names.debit, names.credit]
    : layout === "letters"
      ? [names.amount, names.sign]
      : [names.amount];
  const cell = (text: string) =>
    allQuoted || /[;,\t|"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const line = (cells: readonly string[]) => cells.map(cell).join(separator);
  return [
    ...Array.from({ length: writing.preamble }, (_, at) => line([`About ${at}`, "the account"])),
    line([names.date, names.payee, names.note, ...money, names.id]),
    ...rows.map(({ date, payee, note, cents, id }) =>
      line([writeDate(date, writing), payee, note, ...writeMoney(cents, writing), id]),
    ),
    "",
  ].join(lineEnd);
}

const centsText = (cents: number) => {
  const units = Math.abs(cents);
  return `${cents < 0 ? "-" : ""}${Math.floor(units / 100)}.${String(units % 100).padStart(2, "0")}`;
};
const wanted = (rows: readonly Row[], { twoDigitYear, order }: Writing) =>
  rows.map(({ date, cents, payee, note, id }) => ({
    // Two digits are of 1969 to 2068.
    date:
      twoDigitYear && order !== "ymd"
        ? `${Number(date.slice(2, 4)) < 69 ? 20 : 19}${date.slice(2)}`
        : date,
    amount: centsText(cents),
    payee,
    note,
    externalId: id,
  }));

const file = writing.chain((how) =>
  fc.record({ how: fc.constant(how), rows: rowsFor(how.headings.language) }),
);

test("rows written in any shape are read back exactly, or asked about and then read back exactly", async () => {
  let asked = 0;
  let unasked = 0;
  await fc.assert(
    fc.asyncProperty(file, fc.integer({ min: 1, max: 4000 }), async ({ how, rows }, pieceBytes) => {
      const bytes = encode(write(rows, how), how);
      fc.pre(bytes !== null);
      const first = await readBankFile(bytes, euros, {}, pieceBytes);
      expect(first.problem).toBeNull();
      const fields = first.questions.map(({ field }) => field);
      for (const field of fields)
        expect(["dateOrder", "encoding", "sign"] as string[]).toContain(field);
      if (fields.length === 0) {
        unasked += 1;
        expect(first.readings).toEqual(wanted(rows, how) as never);
        return;
      }
      asked += 1;
      const answers = {
        encoding: how.encoding,
        dateOrder: how.order,
        sign: "as_written" as const,
      };
      const second = await readBankFile(bytes, euros, answers, pieceBytes);
      expect(second.questions).toEqual([]);
      expect(second.readings).toEqual(wanted(rows, how) as never);
    }),
    runs,
  );
  expect(asked).toBeGreaterThan(20);
  expect(unasked).toBeGreaterThan(20);
});

const few = fc.integer({ min: 1, max: 12 });
const smallDay = fc
  .tuple(few, few)
  .filter(([day, month]) => day !== month)
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")));

test("dates that fit two orders are asked about, however many there are", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(smallDay, { minLength: 1, maxLength: 100 }),
      fc.constantFrom(".", "/", "-"),
      fc.constantFrom("2026", "26"),
      async (days, mark, year) => {
        const rows = days.map((parts) => `${[...parts, year].join(mark)};x;-1,50`);
        const { questions, readings } = await readBankFile(
          new TextEncoder().encode(`Datum;Text;Betrag\n${rows.join("\n")}`),
          euros,
        );
        expect(questions.map(({ field }) => field)).toEqual(["dateOrder"]);
        expect(readings).toBeNull();
      },
    ),
    { numRuns: 100 },
  );
});

test("one date that fits a single order decides for all, wherever it stands", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(smallDay, { minLength: 1, maxLength: 100 }),
      fc.nat(),
      fc.boolean(),
      async (days, at, isDayFirst) => {
        const rows = days.map(([a, b]) => `${a}/${b}/2026;x;-1,50`);
        rows.splice(at % (rows.length + 1), 0, `${isDayFirst ? "13/01" : "01/13"}/2026;x;-1,50`);
        const { format } = await readBankFile(
          new TextEncoder().encode(`Date;Text;Amount\n${rows.join("\n")}`),
          euros,
        );
        expect(format.dateOrder).toBe(isDayFirst ? "dmy" : "mdy");
      },
    ),
    { numRuns: 100 },
  );
});

test("amounts that may be thousands or thousandths are asked about, and faulty where the others decide against them", async () => {
  const either = fc
    .tuple(
      fc.integer({ min: 1, max: 999 }),
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom(".", ","),
    )
    .map(([whole, rest, mark]) => `${whole}${mark}${String(rest).padStart(3, "0")}`);
  const read = (amounts: readonly string[]) =>
    readBankFile(
      new TextEncoder().encode(
        `Datum;Text;Betrag\n${amounts.map((amount) => `31.01.2026;x;-${amount}`).join("\n")}`,
      ),
      euros,
    );
  await fc.assert(
    fc.asyncProperty(fc.array(either, { minLength: 1, maxLength: 30 }), async (amounts) => {
      const { questions } = await read(amounts);
      expect(questions.map(({ field }) => field)).toEqual(["decimal"]);
      const { readings } = await read([...amounts, "7,50"]);
      for (const [index, amount] of amounts.entries())
        expect(readings?.[index]).toEqual(
          amount.includes(",")
            ? { fault: `"-${amount}" can be read in two ways.` }
            : ({
                date: "2026-01-31",
                amount: `-${amount.replace(".", "").replace(/^0+/, "")}.00`,
                payee: null,
                note: "x",
                externalId: null,
              } as never),
        );
    }),
    { numRuns: 100 },
  );
});

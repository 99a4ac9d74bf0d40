import {
  addDecimals,
  type DecimalString,
  negate,
  parseDecimal,
  zero,
} from "#platform/kernel/decimal";

/** A line of a Buchungsstapel as DATEV would read it: fields by their numbers in DATEV's own description. */
export type ReadBooking = {
  readonly amount: DecimalString;
  readonly side: "S" | "H";
  readonly currency: string;
  readonly quote: DecimalString | null;
  readonly base: { readonly amount: DecimalString; readonly currency: string } | null;
  readonly account: string;
  readonly contra: string;
  readonly day: string;
  readonly documentNumber: string;
  readonly text: string;
  readonly information: Readonly<Record<string, string>>;
};

export type ReadBatch = {
  readonly head: readonly string[];
  readonly columns: readonly string[];
  readonly bookings: readonly ReadBooking[];
};

/** The expressions that DATEV states for fields; all of them may be empty, if need be as two quotation marks. */
const expressions: Readonly<Record<number, RegExp>> = {
  1: /^(?!0{1,10},00)\d{1,10},\d{2}$/,
  2: /^"(S|H)"$/,
  3: /^"[A-Z]{3}"$/,
  4: /^[1-9]\d{0,3},\d{2,6}$/,
  5: /^(?!0{1,10},00)\d{1,10},\d{2}$/,
  6: /^"[A-Z]{3}"$/,
  7: /^(?!0{1,9}$)\d{1,9}$/,
  8: /^(?!0{1,9}$)\d{1,9}$/,
  10: /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])$/,
  11: /^"[\w$&%*+\-/]{0,36}"$/,
  14: /^".{0,60}"$/,
  114: /^0$/,
};
const required = [1, 2, 3, 7, 8, 10, 114];
const firstInformation = 48;
const lastInformation = 87;
const filled = (number: number) =>
  number in expressions || (number >= firstInformation && number <= lastInformation);
/** Numbers of the other fields that DATEV's expressions want in quotation marks. */
const texts = new Set([
  ...[9, 12, 16, 20, 37, 38, 40, 42, 91, 95, 96, 98, 102, 103, 105, 107, 109, 110, 112, 118, 120],
  ...[121, 123],
  ...Array.from({ length: 16 }, (_, index) => 21 + index),
]);

/** Semicolons part fields but within quotation marks. Fields are given as they stand in the file. */
function fieldsOf(line: string): string[] {
  const fields = [""];
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    if (character === ";" && !quoted) fields.push("");
    else fields.push((fields.pop() ?? "") + character);
  }
  if (quoted) throw new Error(`a quotation mark is open: ${line}`);
  return fields;
}

const textOf = (field: string): string => {
  if (field === "") return "";
  if (!/^"(?:[^"]|"")*"$/.test(field)) throw new Error(`not a text: ${field}`);
  return field.slice(1, -1).replaceAll('""', '"');
};

const numberOf = (field: string): DecimalString => parseDecimal(field.replace(",", "."));

/** Throws on whatever DATEV's description of the format does not allow. */
export function readExtf(bytes: Uint8Array): ReadBatch {
  const content = new TextDecoder("windows-1252", { fatal: true }).decode(bytes);
  if (!content.endsWith("\r\n")) throw new Error("the last line is not ended");
  const lines = content.slice(0, -2).split("\r\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (lines.some((line) => /[\u0000-\u001f\u007f-\u009f]/.test(line)))
    throw new Error("a control character");
  const [head = "", columns = "", ...records] = lines;
  return {
    head: fieldsOf(head),
    columns: columns.split(";"),
    bookings: records.map((record) => readBooking(fieldsOf(record))),
  };
}

function readBooking(fields: readonly string[]): ReadBooking {
  if (fields.length !== 125) throw new Error(`${fields.length} fields`);
  const field = (number: number) => fields[number - 1] ?? "";
  for (let number = 1; number <= 125; number++) {
    const value = field(number);
    const empty = value === "" || value === '""';
    if (empty && required.includes(number)) throw new Error(`field ${number} is empty`);
    if (!empty && !filled(number)) throw new Error(`field ${number} is ${value}`);
    if (value === "" && texts.has(number)) throw new Error(`field ${number} has no marks`);
    const expression = expressions[number];
    if (!empty && expression && !expression.test(value))
      throw new Error(`field ${number} is ${value}`);
  }
  const information: Record<string, string> = {};
  for (let number = firstInformation; number < lastInformation; number += 2) {
    const [kind, content] = [textOf(field(number)), textOf(field(number + 1))];
    if (field(number).length > 22 || field(number + 1).length > 212)
      throw new Error(`field ${number} is too long`);
    if ((kind === "") !== (content === "")) throw new Error(`half an information at ${number}`);
    if (kind !== "") information[kind] = content;
  }
  const base = field(5) === "" ? null : { amount: numberOf(field(5)), currency: textOf(field(6)) };
  return {
    ...{ amount: numberOf(field(1)), side: textOf(field(2)) as "S" | "H", base, information },
    ...{ currency: textOf(field(3)), quote: field(4) === "" ? null : numberOf(field(4)) },
    ...{ account: field(7), contra: field(8), day: field(10) },
    ...{ documentNumber: textOf(field(11)), text: textOf(field(14)) },
  };
}

/** What each account number gets, in the currency of the books. */
export function balancesOf(bookings: readonly ReadBooking[]): ReadonlyMap<string, DecimalString> {
  const balances = new Map<string, DecimalString>();
  for (const { amount, base, side, account, contra } of bookings) {
    const value = base?.amount ?? amount;
    const [debit, credit] = side === "S" ? [account, contra] : [contra, account];
    balances.set(debit, addDecimals(balances.get(debit) ?? zero, value));
    balances.set(credit, addDecimals(balances.get(credit) ?? zero, negate(value)));
  }
  return balances;
}

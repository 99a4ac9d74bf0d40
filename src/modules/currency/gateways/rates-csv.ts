import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { isDecimal } from "#platform/kernel/decimal";
import { type CurrencyCode, isCurrencyCode } from "#platform/kernel/money";
import { isLocalDate, type LocalDate } from "#platform/kernel/time";
import type { Quote } from "./rate-provider.ts";
import { readUtf8, TextFileError } from "./utf8-file.ts";

export const maxLineLength = 1000;
export const maxCodes = 20_000;
/** A check lists only so many problems; it counts them all. */
export const maxListedProblems = 20;

/** All rates of one date; the lines are those of the file, counted from 1. */
export type RatesCsvDay = {
  readonly date: LocalDate;
  /** As written, also zero and negative ones: judging rates is the module's work. */
  readonly quotes: readonly Quote[];
  readonly firstLine: number;
  readonly lastLine: number;
};

/** `detail` never repeats what stands in the file. */
export type RatesCsvProblem = { readonly line: number; readonly detail: string };

export type RatesCsvReport = {
  /** From the header; null when there is none. */
  readonly base: CurrencyCode | null;
  readonly rows: number;
  readonly days: number;
  readonly codes: number;
  readonly firstDate: LocalDate | null;
  readonly lastDate: LocalDate | null;
  /** The first {@link maxListedProblems}. */
  readonly problems: readonly RatesCsvProblem[];
  /** 0 = the file may be imported. */
  readonly problemCount: number;
};

export class RatesCsvError extends Error {
  override readonly name = "RatesCsvError";
  readonly line: number;
  constructor({ line, detail }: RatesCsvProblem) {
    super(`line ${line}: ${detail}`);
    this.line = line;
  }
}

/**
 * Reads a file of `date,code,rate_per_<BASE>` to its end without keeping it: dates ascend, a code stands once a day,
 * rates are plain decimals ("0.00042", never "4.2e-4"). Quotes, CRLF, a byte order mark, blank lines and a missing
 * last line break are fine. Never throws for what is in the file, or for a file that is not there: it reports.
 */
export async function checkRatesCsv(path: string): Promise<RatesCsvReport> {
  const problems: RatesCsvProblem[] = [];
  const codes = new Set<string>();
  let base: CurrencyCode | null = null;
  let [rows, days, problemCount] = [0, 0, 0];
  let firstDate: LocalDate | null = null;
  let lastDate: LocalDate | null = null;
  for await (const step of walk(path)) {
    if (step.type === "problem") {
      problemCount += 1;
      if (problems.length < maxListedProblems)
        problems.push({ line: step.line, detail: step.detail });
    } else if (step.type === "header") base = step.base;
    else {
      rows += 1;
      codes.add(step.code);
      firstDate ??= step.date;
      if (step.date !== lastDate) days += 1;
      lastDate = step.date;
    }
  }
  return { base, rows, days, codes: codes.size, firstDate, lastDate, problems, problemCount };
}

/** The same file one day at a time. Throws {@link RatesCsvError} at the first thing that {@link checkRatesCsv} reports. */
export async function* readRatesCsv(path: string): AsyncGenerator<RatesCsvDay> {
  let day: (RatesCsvDay & { quotes: Quote[]; lastLine: number }) | undefined;
  for await (const step of walk(path)) {
    if (step.type === "problem") throw new RatesCsvError(step);
    if (step.type === "header") continue;
    const { date, code, rate, line } = step;
    if (day && day.date !== date) {
      yield day;
      day = undefined;
    }
    day ??= { date, quotes: [], firstLine: line, lastLine: line };
    day.quotes.push({ code, rate });
    day.lastLine = line;
  }
  if (day) yield day;
}

type Step =
  | { readonly type: "header"; readonly base: CurrencyCode }
  | {
      readonly type: "row";
      readonly line: number;
      readonly date: LocalDate;
      readonly code: CurrencyCode;
      readonly rate: string;
    }
  | ({ readonly type: "problem" } & RatesCsvProblem);

async function* walk(path: string): AsyncGenerator<Step> {
  const problem = (line: number, detail: string): Step => ({ type: "problem", line, detail });
  const codes = new Set<string>();
  let codesOfDay = new Set<string>();
  let date: LocalDate | undefined;
  let line = 0;
  let rows = 0;
  try {
    for await (const record of records(path)) {
      const first = line === 0;
      line = record.line;
      if (first) {
        const base = baseOf(record.fields);
        if (!base)
          return yield problem(
            line,
            "the header must be date,code,rate_per_ and the code of the base currency",
          );
        yield { type: "header", base };
        continue;
      }
      const row = rowOf(record.fields);
      if (typeof row === "string") {
        yield problem(line, row);
        continue;
      }
      if (date !== undefined && row.date < date) {
        yield problem(line, `dates must ascend: ${row.date} comes after ${date}`);
        continue;
      }
      if (row.date !== date) codesOfDay = new Set();
      date = row.date;
      if (codesOfDay.has(row.code)) {
        yield problem(line, "the code stands twice on this date");
        continue;
      }
      codes.add(row.code);
      if (codes.size > maxCodes)
        return yield problem(line, `there are more than ${maxCodes} codes`);
      codesOfDay.add(row.code);
      rows += 1;
      yield { type: "row", line, ...row };
    }
    if (line === 0) yield problem(1, "the file is empty");
    else if (rows === 0) yield problem(line, "there is no usable rate in the file");
  } catch (error) {
    if (error instanceof TextFileError) yield problem(error.line, `the file ${error.message}`);
    else if (error instanceof CsvError) yield problem(lineOf(error, line + 1), csvFault(error));
    else throw error;
  }
}

async function* records(path: string): AsyncGenerator<{ line: number; fields: readonly string[] }> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxLineLength,
  });
  // Its failure comes out of the iteration below as well; waiting for it here would only repeat it.
  pipeline(Readable.from(readUtf8(path)), parser).catch(() => undefined);
  for await (const { record, info } of parser as AsyncIterable<{
    record: string[];
    info: { lines: number };
  }>)
    yield { line: info.lines, fields: record };
}

function baseOf(header: readonly string[]): CurrencyCode | undefined {
  const [date, code, rate = "", ...more] = header;
  const base = rate.replace(/^rate_per_/, "");
  const named = date === "date" && code === "code" && base !== rate && more.length === 0;
  return named && isCurrencyCode(base) ? base : undefined;
}

function rowOf(
  fields: readonly string[],
): { date: LocalDate; code: CurrencyCode; rate: string } | string {
  const [date = "", code = "", rate = ""] = fields;
  if (fields.length !== 3) return `there are ${fields.length} columns instead of 3`;
  if (!isLocalDate(date)) return "the first column is not a date like 2026-11-22";
  if (!isCurrencyCode(code)) return "the second column is not a currency code";
  if (!isDecimal(rate)) return "the third column is not a plain decimal like 0.00042";
  return { date, code, rate };
}

const lineOf = (error: CsvError, fallback: number): number => {
  const lines: unknown = error["lines"];
  return typeof lines === "number" ? lines : fallback;
};

const csvFault = (error: CsvError): string =>
  error.code === "CSV_MAX_RECORD_SIZE"
    ? `the line is longer than ${maxLineLength} characters, or a quoted field is not closed; the rest was not read`
    : "a quote stands where it may not; the rest was not read";

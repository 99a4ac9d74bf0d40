import { AppError } from "#platform/kernel/errors";
import type { Scales } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { DatevSettings, ReportFailure, ReportScope } from "../contract.ts";
import { reportsErrors } from "../errors.ts";
import { addMonths } from "./calendar.ts";
import type { DatevInput } from "./datev-bookings.ts";
import { createExtfFile } from "./extf.ts";
import { type ExtfHead, readExtfHead } from "./extf-head.ts";

const maxBatchName = 30;
const maxNamed = 10;
/** Stored at once: some hundred bytes each. */
const linesPerPiece = 200;
const monthsOfYear = 12;

export type DatevFile = {
  readonly pieces: () => Iterable<Uint8Array>;
  /** What the file does not have, or has otherwise than it was written; null = nothing. Known once all pieces are made. */
  readonly warning: () => ReportFailure | null;
};

type DatevScope = Pick<ReportScope, "from" | "to" | "currency"> & {
  readonly datev: DatevSettings;
};

/** 422 naming every field that stands in the way of a file of this scope. */
export const requireDatevScope = (scope: DatevScope, scales: Scales): void =>
  void readExtfHead({ ...headOf(scope), createdAt: "" as Instant, fingerprint: "" }, scales);

/** The fiscal year that a day lies in, of a company whose years begin like this one. */
export function fiscalYearOf(start: LocalDate, day: LocalDate): LocalDate {
  let first = start;
  while (addMonths(first, monthsOfYear) <= day) first = addMonths(first, monthsOfYear);
  while (first > day) first = addMonths(first, -monthsOfYear);
  return first;
}

/** Throws `reports.no_bookings` or `reports.too_many_rows` (422) when there is no file of it. */
export function datevFile(
  scope: DatevScope,
  input: DatevInput,
  made: {
    readonly fileBase: string;
    readonly createdAt: Instant;
    readonly fingerprint: string;
    readonly scales: Scales;
  },
): DatevFile {
  if (input.outcome === "too_many")
    throw reportsErrors.fail(
      "too_many_rows",
      `A file holds at most ${input.limit} bookings. Choose a shorter time.`,
      { meta: { limit: input.limit } },
    );
  const { createdAt, fingerprint, scales } = made;
  const head = { ...headOf(scope, made.fileBase), createdAt, fingerprint };
  const file = createExtfFile(fitting(head, scales));
  const { bookings } = input.plan;
  const leftOut = leftOutOf(input.plan);
  if (bookings.length === 0)
    throw reportsErrors.fail("no_bookings", leftOut ?? "There is nothing to book on these days.");
  return {
    *pieces() {
      let pending = [file.head()];
      for (const booking of bookings) {
        pending.push(file.booking(booking));
        if (pending.length < linesPerPiece) continue;
        yield joined(pending);
        pending = [];
      }
      yield joined(pending);
    },
    warning() {
      const said = [leftOut, replacedOf(file.replacements())].filter((text) => text !== null);
      if (said.length === 0) return null;
      return { code: `${reportsErrors.module}.file_incomplete`, detail: said.join(" ") };
    },
  };
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  const piece = new Uint8Array(lines.reduce((length, line) => length + line.byteLength, 0));
  let at = 0;
  for (const line of lines) {
    piece.set(line, at);
    at += line.byteLength;
  }
  return piece;
}

const headOf = (
  { datev, from, to, currency }: DatevScope,
  name = "FinTrack",
): Omit<ExtfHead, "createdAt" | "fingerprint"> => ({
  ...{ settings: datev, from, to, currency },
  name: name.slice(0, maxBatchName),
});

/** Days may lie in two fiscal years by the time that a schedule asks. */
function fitting(head: ExtfHead, scales: Scales): ExtfHead {
  try {
    return readExtfHead(head, scales);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== "invalid") throw error;
    throw reportsErrors.fail("no_bookings", error.fields.map(({ detail }) => detail).join(" "), {
      fields: error.fields,
    });
  }
}

/** Which numbers are missing, for whoever can state them; never guessed. */
function leftOutOf({
  leftOut,
  unmapped,
}: Extract<DatevInput, { readonly outcome: "planned" }>["plan"]): string | null {
  const transactions = new Set(leftOut.map(({ transactionId }) => transactionId)).size;
  if (transactions === 0) return null;
  const names = unmapped.map(({ name, subject }) => name ?? subject);
  const shown = names.slice(0, maxNamed).join(", ");
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : "";
  const why = names.length === 0 ? "" : ` Without an account number: ${shown}${more}.`;
  const which = transactions === 1 ? "1 transaction is" : `${transactions} transactions are`;
  return `${which} not in the file; the report's other files and its model say why.${why}`;
}

function replacedOf(
  replacements: readonly { readonly codes: string; readonly by: string }[],
): string | null {
  if (replacements.length === 0) return null;
  const shown = replacements.slice(0, maxNamed).map(({ codes, by }) => `${codes} as "${by}"`);
  const more = replacements.length > maxNamed ? ` and ${replacements.length - maxNamed} more` : "";
  return `Characters that the format does not have are written otherwise: ${shown.join(", ")}${more}.`;
}

import { invalidField, invalidFields, readAll } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { type CurrencyCode, parseCurrencyCode, type Scales, scaleOf } from "#platform/kernel/money";
import { addDays, type LocalDate, parseLocalDate } from "#platform/kernel/time";
import { isTimeZone } from "#platform/kernel/zone-day";
import type {
  DatevSettings,
  ReportFormat,
  ReportLanguage,
  ReportRateSource,
  ReportScope,
  ReportType,
  ScheduleScope,
} from "../contract.ts";
import { addMonths, isFirstOfMonth } from "./calendar.ts";
import { type DatevInputs, readDatevSettings } from "./datev-settings.ts";

/** What somebody may leave out is undefined. */
export type ScopeInput = {
  readonly type: ReportType;
  readonly accountIds?: readonly string[] | null | undefined;
  readonly currency?: string | undefined;
  readonly rateSource?: ReportRateSource | undefined;
  readonly language?: ReportLanguage | undefined;
  readonly timeZone?: string | undefined;
  readonly formats: readonly ReportFormat[];
  readonly datev?: DatevInputs | null | undefined;
};

/** What a report is in unless somebody says otherwise. */
export type ScopeDefaults = {
  readonly bookId: Id;
  readonly currency: CurrencyCode;
  readonly language: ReportLanguage;
  readonly timeZone: string;
};

export const maxAccounts = 200;
const maxYears = 5;
const monthsOfYear = 12;
/** Rates and accounts of earlier times are nobody's; a later day is a slip of the hand. */
const firstDay = "1970-01-01" as LocalDate;
const lastDay = "2199-12-31" as LocalDate;

/** All but the days. Whether the book has these accounts is for {@link requireAccountsOf}. 422 naming every faulty field. */
export function readScope(
  input: ScopeInput,
  defaults: ScopeDefaults,
  scales: Scales,
): ScheduleScope {
  const { type } = input;
  const scope = readAll<Omit<ScheduleScope, "bookId" | "type" | "rateSource" | "language">>({
    accountIds: () => readAccountIds(type, input.accountIds ?? null),
    currency: () => readCurrency(input.currency ?? defaults.currency, scales),
    timeZone: () => readTimeZone(input.timeZone ?? defaults.timeZone),
    formats: () => readFormats(type, input.formats),
    datev: () => readDatev(input),
  });
  return {
    ...{ bookId: defaults.bookId, type, ...scope },
    rateSource: input.rateSource ?? "market",
    language: input.language ?? defaults.language,
  };
}

/** Throws a 422 that names every faulty field. */
export function readPeriod(
  type: ReportType,
  input: { readonly from: string; readonly to: string },
): Pick<ReportScope, "from" | "to"> {
  const { from, to } = readAll({
    from: () => readDay(input.from, "/from"),
    to: () => readDay(input.to, "/to"),
  });
  if (from > to) throw invalidField("/from", "Must not be after the last day.");
  if (type === "year" && !isWholeYear(from, to))
    throw invalidFields([
      { path: "/from", detail: "Must be the first day of a month." },
      { path: "/to", detail: `Must be the last day of the ${monthsOfYear}th month.` },
    ]);
  if (to >= yearsAfter(from, maxYears))
    throw invalidField("/to", `Must be within ${maxYears} years from the first day.`);
  return { from, to };
}

/** Says nothing about accounts of others. */
export function requireAccountsOf(
  scope: Pick<ScheduleScope, "accountIds">,
  accounts: readonly { readonly id: Id }[],
): void {
  const known = new Set(accounts.map(({ id }) => id));
  if (!(scope.accountIds ?? []).every((id) => known.has(id)))
    throw invalidField("/accountIds", "Must be accounts of the book.");
}

/** Years of a calendar or of a company, whole months of it. */
const isWholeYear = (from: LocalDate, to: LocalDate): boolean =>
  isFirstOfMonth(from) && addDays(addMonths(from, monthsOfYear), -1) === to;

/** 29 February counts as 1 March where a year has none. */
function yearsAfter(day: LocalDate, years: number): LocalDate {
  const first = addMonths(`${day.slice(0, 8)}01` as LocalDate, years * monthsOfYear);
  const offset = day.endsWith("-02-29") ? addDays(first, 28) : null;
  return offset ?? (`${first.slice(0, 8)}${day.slice(8)}` as LocalDate);
}

function readDay(text: string, path: string): LocalDate {
  const day = parseLocalDate(text, path);
  if (day < firstDay || day > lastDay)
    throw invalidField(path, `Must be from ${firstDay} to ${lastDay}.`);
  return day;
}

function readAccountIds(type: ReportType, asked: readonly string[] | null): readonly Id[] | null {
  const path = "/accountIds";
  if (type === "account_statement" && asked?.length !== 1)
    throw invalidField(path, "Must be exactly one account: a statement is of one.");
  if (asked === null) return null;
  if (type === "budgets")
    throw invalidField(path, "Must be left out: budgets are of all accounts.");
  if (asked.length < 1 || asked.length > maxAccounts)
    throw invalidField(path, `Must be 1 to ${maxAccounts} accounts; leave it out for all.`);
  const ids = asked.map((id, at) => parseId(id, `${path}/${at}`));
  if (new Set(ids).size < ids.length) throw invalidField(path, "Must not name an account twice.");
  // In one order: the same accounts make the same report.
  return ids.toSorted();
}

function readCurrency(text: string, scales: Scales): CurrencyCode {
  const currency = parseCurrencyCode(text, "/currency");
  scaleOf(scales, currency, "/currency");
  return currency;
}

function readTimeZone(name: string): string {
  if (!isTimeZone(name))
    throw invalidField("/timeZone", 'Must be a time zone like "Europe/Istanbul".');
  return name;
}

function readFormats(type: ReportType, asked: readonly ReportFormat[]): readonly ReportFormat[] {
  const path = "/formats";
  if (asked.length < 1) throw invalidField(path, "Must be at least one.");
  if (new Set(asked).size < asked.length) throw invalidField(path, "Must not name a format twice.");
  if (asked.includes("datev") && type !== "transactions")
    throw invalidField(path, "Can have `datev` for transactions only.");
  return asked;
}

function readDatev({ formats, datev = null }: ScopeInput): DatevSettings | null {
  const path = "/datev";
  const isAsked = formats.includes("datev");
  if (datev === null && isAsked) throw invalidField(path, "Must be stated for the format `datev`.");
  if (datev !== null && !isAsked)
    throw invalidField(path, "Must be left out without the format `datev`.");
  return datev && readDatevSettings(datev, path);
}

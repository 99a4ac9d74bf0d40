import type { LocalDate } from "#platform/kernel/time";
import type { ReportFormat, ReportScope, ReportType } from "../contract.ts";
import { isFirstOfMonth, isLastOfMonth } from "./calendar.ts";

const maxNameLength = 24;
/** When a name has no letter that ASCII has. */
const nameless = "FinTrack";

/** Letters that are no ASCII letter with a mark on it. */
const spelled: Readonly<Record<string, string>> = {
  ...{ ı: "i", ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ħ: "h", ŋ: "n" },
  ...{ ẞ: "SS", Æ: "AE", Œ: "OE", Ø: "O", Đ: "D", Ð: "D", Þ: "Th", Ł: "L", Ħ: "H", Ŋ: "N" },
  ...{ ə: "e", Ə: "E" },
};
/** As Germans write their umlauts without them; Turkish ö and ü become o and u. */
const umlauts: Readonly<Record<string, string>> = {
  ...{ ä: "ae", ö: "oe", ü: "ue", Ä: "Ae", Ö: "Oe", Ü: "Ue" },
};

/** "2026-09_Yilmaz_EUR", and what a report is of when it is no list of transactions: "2026_Yilmaz_EUR_net-worth". */
export function fileBaseOf(
  scope: Pick<ReportScope, "type" | "from" | "to" | "currency" | "language">,
  name: string,
): string {
  const folded = foldedName(name, scope.language);
  const base = `${periodName(scope.from, scope.to)}_${folded}_${scope.currency}`;
  return scope.type === "transactions" ? base : `${base}_${typeName(scope.type)}`;
}

/** The programs that read a DATEV file know it by the beginning of its name. */
export const fileNameOf = (fileBase: string, format: ReportFormat): string =>
  format === "datev" ? `EXTF_${fileBase}.csv` : `${fileBase}.${format}`;

const typeName = (type: ReportType): string => type.replaceAll("_", "-");

/** "2026-09", "2026-Q3", "2026", "2026-03--2026-05", "2026-09-07--2026-09-13". */
export function periodName(from: LocalDate, to: LocalDate): string {
  if (!isFirstOfMonth(from) || !isLastOfMonth(to)) return `${from}--${to}`;
  const [first, last] = [from.slice(0, 7), to.slice(0, 7)];
  if (first === last) return first;
  const year = from.slice(0, 4);
  if (year === to.slice(0, 4)) {
    const months = `${from.slice(5, 7)} ${to.slice(5, 7)}`;
    const quarter = ["01 03", "04 06", "07 09", "10 12"].indexOf(months);
    if (quarter >= 0) return `${year}-Q${quarter + 1}`;
    if (months === "01 12") return year;
  }
  return `${first}--${last}`;
}

/** ASCII letters, digits and hyphens; "Yılmaz" -> "Yilmaz", "Müller & Söhne" -> "Mueller-Soehne" in German. */
export function foldedName(name: string, language: ReportScope["language"]): string {
  const letters = language === "de-DE" ? { ...spelled, ...umlauts } : spelled;
  const folded = Array.from(name.normalize("NFC"), (letter) => letters[letter] ?? letter)
    .join("")
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .slice(0, maxNameLength)
    .replace(/^-+|-+$/g, "");
  return /[A-Za-z]/.test(folded) ? folded : nameless;
}

/** The last word of a person's name. */
export const familyNameOf = (displayName: string): string =>
  displayName.trim().split(/\s+/u).at(-1) ?? displayName;

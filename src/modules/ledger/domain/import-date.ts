import { isLocalDate, type LocalDate } from "#platform/kernel/time";
import { type DateOrder, dateOrders } from "./import-format.ts";
import { foldWords } from "./import-words.ts";

/** No bank writes of days outside these years; what looks like one is something else. */
const firstYear = 1900;
const lastYear = 2100;
/** Two digits from here on are of the last century, as POSIX strptime has it. */
const firstTwoDigitYear = 69;
const maxDateCharacters = 40;

const time =
  "(?:[T ,-]\\s*\\d{1,2}[:.]\\d{2}(?:[:.]\\d{2}(?:[.,]\\d{1,9})?)?(?: ?[ap]m)?(?: ?Z| ?[+-]\\d{2}:?\\d{2})?)?";
const numeric = new RegExp(
  `^(\\d{4}|\\d{1,2})([./-]) ?(\\d{1,2})\\2 ?(\\d{4}|\\d{1,2})${time}$`,
  "i",
);
const compact = /^\d{8}$/;
const dayFirst = new RegExp(
  `^(\\d{1,2})[. /-]{1,2}(\\p{L}{3,9})[. /,-]{1,2}(\\d{4}|\\d{2})${time}$`,
  "iu",
);
const monthFirst = new RegExp(
  `^(\\p{L}{3,9})[. /-]{1,2}(\\d{1,2})[ /,-]{1,2}(\\d{4})${time}$`,
  "iu",
);

/** Turkish, German and English, folded. */
const monthNames: readonly string[] = [
  "ocak oca januar janner jan january",
  "subat sub februar feb february",
  "mart mar marz maerz mrz march",
  "nisan nis april apr",
  "mayis may mai",
  "haziran haz juni jun june",
  "temmuz tem juli jul july",
  "agustos agu august aug",
  "eylul eyl september sep sept",
  "ekim eki oktober okt october oct",
  "kasim kas november nov",
  "aralik ara dezember dez december dec",
];
const months = new Map(
  monthNames.flatMap((names, index) => names.split(" ").map((name) => [name, index + 1] as const)),
);

type Dates = Readonly<Record<DateOrder, LocalDate | null>>;

const inEveryOrder = (date: LocalDate | null): Dates | null =>
  date && { dmy: date, mdy: date, ymd: date };

/**
 * The calendar day in each order, as it is written, whatever time and zone follow it; null = a day in none. A year of
 * four digits in front, or a month by name, is the same day in every order. A year of two digits in front is only read
 * between hyphens ("26-11-22"): with dots and slashes nobody puts it there.
 */
export function datesIn(text: string): Dates | null {
  if (text.length < 6 || text.length > maxDateCharacters || !/\d/.test(text)) return null;
  const first = text.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) {
    const parts = numeric.exec(text);
    if (parts) return numericDates(parts);
    if (compact.test(text)) return compactDates(text);
    const named = dayFirst.exec(text);
    return named && inEveryOrder(day(named[3], months.get(foldWords(named[2] ?? "")), named[1]));
  }
  const named = monthFirst.exec(text);
  return named && inEveryOrder(day(named[3], months.get(foldWords(named[1] ?? "")), named[2]));
}

/** The day in this order; null = none. */
export const readDate = (text: string, order: DateOrder): LocalDate | null =>
  datesIn(text)?.[order] ?? null;

const orNull = (dates: Dates): Dates | null =>
  dateOrders.some((order) => dates[order] !== null) ? dates : null;

function numericDates([, a = "", mark, b = "", c = ""]: RegExpExecArray): Dates | null {
  if (a.length === 4) return c.length === 4 ? null : inEveryOrder(day(a, b, c));
  const isYearInFront = mark === "-" && a.length === 2 && c.length <= 2;
  return orNull({
    dmy: day(c, b, a),
    mdy: day(c, a, b),
    ymd: isYearInFront ? day(a, b, c) : null,
  });
}

/** "20261122" in every order; "22112026" by it. No eight digits are both: 19 and 20 are no months. */
function compactDates(text: string): Dates | null {
  const yearInFront = inEveryOrder(day(text.slice(0, 4), text.slice(4, 6), text.slice(6)));
  if (yearInFront) return yearInFront;
  const [first, second, year] = [text.slice(0, 2), text.slice(2, 4), text.slice(4)];
  return orNull({ dmy: day(year, second, first), mdy: day(year, first, second), ymd: null });
}

function day(
  year = "",
  month: string | number | undefined = "",
  dayOfMonth = "",
): LocalDate | null {
  if (year.length !== 2 && year.length !== 4) return null;
  const value = Number(year);
  const fullYear =
    year.length === 4 ? value : value < firstTwoDigitYear ? 2000 + value : 1900 + value;
  if (fullYear < firstYear || fullYear > lastYear) return null;
  const text = `${fullYear}-${String(month).padStart(2, "0")}-${dayOfMonth.padStart(2, "0")}`;
  return isLocalDate(text) ? text : null;
}

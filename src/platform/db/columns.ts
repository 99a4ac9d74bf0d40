import { customType, date, uuid } from "drizzle-orm/pg-core";
import { type DecimalString, isDecimal } from "../kernel/decimal.ts";
import type { Id } from "../kernel/ids.ts";
import type { Instant, LocalDate } from "../kernel/time.ts";

const postgresInstant =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:\+00(?::00)?|Z)$/;

/**
 * PostgreSQL's text of a timestamptz in a UTC session ("2026-11-22 09:30:00.5+00", or the ISO form inside JSON) as an
 * Instant. Digits below a millisecond are cut off: our columns have none. Throws RangeError on "infinity" and the like.
 */
export function instantFromPostgres(text: string): Instant {
  const match = postgresInstant.exec(text);
  if (!match) throw new RangeError("not a timestamptz of years 0001-9999 in a UTC session");
  const milliseconds = (match[3] ?? "").slice(0, 3).padEnd(3, "0");
  return `${match[1]}T${match[2]}.${milliseconds}Z` as Instant;
}

/** PostgreSQL's text of a numeric, exact. Throws RangeError on NaN and infinity, which our writers never store. */
export function decimalFromPostgres(text: string): DecimalString {
  if (!isDecimal(text)) throw new RangeError("not a finite numeric within the kernel's bounds");
  return text;
}

/**
 * As {@link decimalFromPostgres}, for what was multiplied or added up and is not rounded yet: it may have more digits than
 * a decimal that enters or is kept.
 */
export function unroundedFromPostgres(text: string): DecimalString {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new RangeError("not a finite numeric");
  return text as DecimalString;
}

/** `timestamptz(3)`: as precise as the kernel's Instant, so that what is written is what is read. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => "timestamptz(3)",
  fromDriver: instantFromPostgres,
});

/** `numeric` without precision: an exact decimal, never rounded, its scale kept. */
export const decimal = customType<{ data: DecimalString; driverData: string }>({
  dataType: () => "numeric",
  fromDriver: decimalFromPostgres,
});

/** `date` as "YYYY-MM-DD". */
export const localDate = (name: string) => date(name, { mode: "string" }).$type<LocalDate>();

/** `uuid`. */
export const id = (name: string) => uuid(name).$type<Id>();

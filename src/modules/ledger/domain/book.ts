import { invalidField, readAll } from "#platform/kernel/errors";
import { readGiven } from "#platform/kernel/given";
import { parseLocale } from "#platform/kernel/locale";
import { type CurrencyCode, parseKnownCurrency, type Scales } from "#platform/kernel/money";
import {
  addDays,
  type Instant,
  type LocalDate,
  parseLocalDate,
  utcDayOf,
} from "#platform/kernel/time";
import { ledgerErrors } from "../errors.ts";
import { readName } from "./name.ts";

/** Of one owner, the default one among them. */
export const maxOwnedBooks = 20;

export type BookInput = {
  readonly name?: string | undefined;
  readonly baseCurrency?: string | undefined;
  readonly locale?: string | undefined;
};

export type BookValues = {
  readonly name: string | undefined;
  readonly baseCurrency: CurrencyCode | undefined;
  readonly locale: string | undefined;
};

/** 422 with every fault. What is absent stays undefined. */
export const readBook = (input: BookInput, scales: Scales): BookValues =>
  readAll({
    name: () => readGiven(input.name, readName),
    baseCurrency: () =>
      readGiven(input.baseCurrency, (code) => parseKnownCurrency(code, scales, "/baseCurrency")),
    locale: () => readGiven(input.locale, (tag) => parseLocale(tag, "/locale")),
  });

/**
 * The last day of a period to close: at the latest the day that it is somewhere on Earth, because closing days to come
 * would only keep everybody from writing.
 */
export function readClosingDay(text: string, now: Instant): LocalDate {
  const day = parseLocalDate(text, "/closedThrough");
  if (day > addDays(utcDayOf(now), 1))
    throw invalidField("/closedThrough", "Must not lie in the future.");
  return day;
}

/** Throws `ledger.period_closed` (409): closing goes forward only. */
export function requireForward(current: LocalDate | null, wanted: LocalDate): void {
  if (current !== null && wanted < current)
    throw ledgerErrors.fail(
      "period_closed",
      "More than that is closed: ask for /reopening, with a reason, to open some of it again.",
      { meta: { closedThrough: current } },
    );
}

/** Throws `ledger.not_closed` (409): reopening goes back only. `wanted` null = nothing stays closed. */
export function requireBackward(current: LocalDate | null, wanted: LocalDate | null): void {
  if (current === null) throw ledgerErrors.fail("not_closed", "Nothing of this book is closed.");
  if (wanted !== null && wanted >= current)
    throw ledgerErrors.fail("not_closed", "No more than that is closed.", {
      meta: { closedThrough: current },
    });
}

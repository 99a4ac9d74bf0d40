import { invalidField, readAll } from "#platform/kernel/errors";
import { type CurrencyCode, type Scales, scaleOf } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { DatevSettings } from "../contract.ts";
import { addMonths } from "./calendar.ts";
import { readDatevSettings } from "./datev-settings.ts";
import { extfColumnNames, extfText } from "./extf-columns.ts";
import { nationalCurrencies } from "./national-currencies.ts";

/** Digits after the point of every amount in the file. */
export const extfDigits = 2;
const monthsOfYear = 12;
const namePattern = /^[\w./ -]{1,30}$/;
/** Of the fingerprint, what the field for the application's own mark holds. */
const markLength = 16;

export type ExtfHead = {
  readonly settings: DatevSettings;
  /** Both days are part of it. Within one fiscal year: a booking states day and month only. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** What the batch is called in the list of batches. */
  readonly name: string;
  /** What the accounts are kept in. */
  readonly currency: CurrencyCode;
  readonly createdAt: Instant;
  /** SHA-256 of the report's model, hex. */
  readonly fingerprint: string;
};

/** Takes what DATEV would take; 422 naming every faulty field otherwise. */
export function readExtfHead(head: ExtfHead, scales: Scales): ExtfHead {
  const { settings, from, to, name, currency } = head;
  return {
    ...head,
    ...readAll<Omit<ExtfHead, "createdAt" | "fingerprint">>({
      settings: () => readDatevSettings(settings, "/datev"),
      from: () => readFrom(from, settings.fiscalYearStart),
      to: () => readTo(to, from, settings.fiscalYearStart),
      name: () => readBatchName(name),
      currency: () => readCurrency(currency, scales),
    }),
  };
}

function readFrom(from: LocalDate, start: LocalDate): LocalDate {
  if (from < start) throw invalidField("/from", "Must not be before the fiscal year begins.");
  return from;
}

function readTo(to: LocalDate, from: LocalDate, start: LocalDate): LocalDate {
  if (to < from) throw invalidField("/to", "Must not be before the first day.");
  if (to >= addMonths(start, monthsOfYear))
    throw invalidField("/to", "Must lie in the same fiscal year as the first day.");
  return to;
}

function readBatchName(name: string): string {
  if (!namePattern.test(name))
    throw invalidField("/name", "Must be 1 to 30 ASCII letters, digits, blanks or any of _ . / -");
  return name;
}

function readCurrency(currency: CurrencyCode, scales: Scales): CurrencyCode {
  if (!nationalCurrencies.has(currency) || scaleOf(scales, currency, "/currency") > extfDigits)
    throw invalidField("/currency", "Must be a national currency of at most two decimals.");
  return currency;
}

/**
 * The first two lines: what the batch is, and the names of its columns. Version 700 of the head, category 21
 * (Buchungsstapel), format version 13 (developer.datev.de, DATEV-Format, Header).
 */
export function extfHeadLines(head: ExtfHead): readonly string[] {
  const { settings, from, to, name, currency, createdAt, fingerprint } = head;
  const digits = (date: string) => date.replace(/\D/g, "");
  const fields = [
    ...[extfText("EXTF"), "700", "21", extfText("Buchungsstapel"), "13"],
    // Created (UTC), imported, origin, exported by, imported by.
    ...[digits(createdAt), "", extfText("FT"), extfText("FinTrack"), extfText("")],
    ...[settings.consultantNumber, settings.clientNumber, digits(settings.fiscalYearStart)],
    ...[String(settings.accountLength), digits(from), digits(to), extfText(name), extfText("")],
    // Financial accounting, for any purpose, not locked: whoever takes it over checks it first.
    ...["1", "0", "0", extfText(currency), "", extfText(""), "", "", extfText(""), "", ""],
    ...[extfText(""), extfText(fingerprint.slice(0, markLength))],
  ];
  return [fields.join(";"), extfColumnNames.join(";")];
}

import { invalidField, readAll } from "#platform/kernel/errors";
import { type LocalDate, parseLocalDate } from "#platform/kernel/time";
import type { DatevSettings } from "../contract.ts";
import { isFirstOfMonth } from "./calendar.ts";

export type DatevInputs = {
  readonly consultantNumber: string;
  readonly clientNumber: string;
  readonly fiscalYearStart: string;
  readonly accountLength: number;
  readonly openingBalanceAccount?: string | null | undefined;
  readonly transitAccount?: string | null | undefined;
};

/** As the head of an EXTF file takes them: digits without zeros in front. */
const consultantPattern = /^[1-9]\d{3,6}$/;
const clientPattern = /^[1-9]\d{0,4}$/;
const accountLengths = { least: 4, most: 8 };

/** 422 naming every faulty field below `path`. */
export const readDatevSettings = (input: DatevInputs, path: string): DatevSettings =>
  readAll<DatevSettings>({
    consultantNumber: () =>
      matching(input.consultantNumber, consultantPattern, `${path}/consultantNumber`, {
        range: "1001 to 9999999",
      }),
    clientNumber: () =>
      matching(input.clientNumber, clientPattern, `${path}/clientNumber`, { range: "1 to 99999" }),
    fiscalYearStart: () => readStart(input.fiscalYearStart, `${path}/fiscalYearStart`),
    accountLength: () => readLength(input.accountLength, `${path}/accountLength`),
    openingBalanceAccount: () =>
      readAccount(
        input.openingBalanceAccount,
        input.accountLength,
        `${path}/openingBalanceAccount`,
      ),
    transitAccount: () =>
      readAccount(input.transitAccount, input.accountLength, `${path}/transitAccount`),
  });

function matching(
  text: string,
  pattern: RegExp,
  path: string,
  { range }: { readonly range: string },
): string {
  // 1000 is no number that DATEV has given to anybody.
  if (!pattern.test(text) || text === "1000") throw invalidField(path, `Must be ${range}.`);
  return text;
}

function readStart(text: string, path: string): LocalDate {
  const day = parseLocalDate(text, path);
  if (!isFirstOfMonth(day)) throw invalidField(path, "Must be the first day of a month.");
  return day;
}

function readLength(length: number, path: string): number {
  const { least, most } = accountLengths;
  if (!Number.isInteger(length) || length < least || length > most)
    throw invalidField(path, `Must be ${least} to ${most}.`);
  return length;
}

/** Of the general ledger: accounts with one digit more are those of customers and suppliers. */
function readAccount(code: string | null | undefined, length: number, path: string): string | null {
  if (code === null || code === undefined) return null;
  if (!/^\d+$/.test(code) || /^0+$/.test(code) || code.length !== length)
    throw invalidField(path, "Must be an account number of `accountLength` digits.");
  return code;
}

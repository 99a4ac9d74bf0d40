import { readAll } from "#platform/kernel/errors";
import { given } from "#platform/kernel/given";
import {
  type CurrencyCode,
  type Money,
  parseKnownCurrency,
  type Scales,
} from "#platform/kernel/money";
import { type LocalDate, parseLocalDate } from "#platform/kernel/time";
import type { AccountKind } from "../contract.ts";
import { readExternalCode, readName } from "./name.ts";
import { type MoneyInput, readMoneyIn } from "./posting-amount.ts";

/** What is owed; all other kinds are what is owned, overdrawn or not. */
export const liabilityKinds = ["credit_card", "loan"] as const satisfies readonly AccountKind[];

/** Of a book; what its accounts are read at once for. */
export const maxAccounts = 10_000;

/** An account as somebody describes one; undefined and null both mean that there is none. */
export type AccountInput = {
  readonly kind: AccountKind;
  readonly name: string;
  readonly currency: string;
  /** Signed: negative = overdrawn or owed. In the currency of the account. */
  readonly openingBalance?: MoneyInput | undefined;
  readonly openingDate: string;
  readonly externalCode?: string | null | undefined;
};

export type AccountDraft = {
  readonly kind: AccountKind;
  readonly name: string;
  readonly currency: CurrencyCode;
  readonly openingBalance: Money;
  readonly openingDate: LocalDate;
  readonly externalCode: string | null;
};

/** 422 with every fault: a currency that we do not know, more decimals than it has, a name of blanks. */
export function readAccount(input: AccountInput, scales: Scales): AccountDraft {
  const { kind } = input;
  const read = readAll({
    name: () => readName(input.name),
    currency: () => parseKnownCurrency(input.currency, scales, "/currency"),
    openingDate: () => parseLocalDate(input.openingDate, "/openingDate"),
    externalCode: () => readExternalCode(input.externalCode),
  });
  const { currency } = read;
  const opening = input.openingBalance ?? { amount: "0", currency };
  return { kind, ...read, openingBalance: readOpening(opening, currency, scales) };
}

/** What of an account may be changed; absent = it stays as it is. */
export type AccountChanges = {
  readonly kind?: AccountKind | undefined;
  readonly name?: string | undefined;
  readonly currency?: string | undefined;
  readonly openingBalance?: MoneyInput | undefined;
  readonly openingDate?: string | undefined;
  readonly externalCode?: string | null | undefined;
};

/** The account as it is to be. An opening balance must fit into the currency, also when only that one changes. */
export function changeAccount(
  before: AccountDraft,
  changes: AccountChanges,
  scales: Scales,
): AccountDraft {
  const { externalCode = before.externalCode, openingBalance, ...rest } = changes;
  const others = given(rest);
  const { currency = before.currency } = others;
  const kept = { amount: before.openingBalance.amount, currency };
  const asked = openingBalance ?? kept;
  return readAccount(
    {
      ...before,
      ...others,
      externalCode,
      // Zero has no decimals that another currency could lack.
      openingBalance:
        currency !== before.currency && isZero(asked.amount) ? { ...asked, amount: "0" } : asked,
    },
    scales,
  );
}

const isZero = (amount: string): boolean => /^-?0(\.0+)?$/.test(amount);

const readOpening = (opening: MoneyInput, currency: CurrencyCode, scales: Scales): Money =>
  readMoneyIn({ code: currency, of: "the account" }, opening, scales, "/openingBalance");

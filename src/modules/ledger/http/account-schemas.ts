import { t } from "elysia";
import {
  currencyCode,
  cursor,
  id,
  instant,
  localDate,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  version,
  yesNoParameter,
} from "#platform/http/schemas";
import { maxBalanceMonths } from "../bounds.ts";
import { bookId } from "./book-schemas.ts";
import { externalCode, nameOf } from "./name-schemas.ts";

const name = nameOf("Salary account");
const kind = oneOf(["checking", "savings", "credit_card", "cash", "investment", "loan", "other"], {
  description: "Credit cards and loans are liabilities, all others assets.",
  examples: ["checking"],
});
const openingBalance = money({
  description: "In the account's currency; negative = overdrawn or owed.",
  examples: [{ amount: "1250.00", currency: "EUR" }],
});
const openingDate = localDate({
  description: "The day on which it held the opening balance.",
  examples: ["2026-01-01"],
});

export const account = t.Object({
  id: id(),
  bookId: id(),
  kind,
  name: t.String({ examples: ["Salary account"] }),
  currency: currencyCode(),
  openingBalance: money(),
  openingDate,
  externalCode: orNull(t.String(), { examples: ["1020"] }),
  balance: money({
    description: "Of all its transactions, future ones too; negative = overdrawn or owed.",
  }),
  archivedAt: orNull(instant(), {
    description: "Since when it takes no transactions and does not count against the plan.",
    examples: [null],
  }),
  version,
});

export const accountPage = pageOf(account);
export const accountParams = t.Object({ id: id() });

export const listAccountsQuery = t.Object({
  bookId,
  archived: t.Optional(
    yesNoParameter({ description: "Only archived (true) or only active ones (false)." }),
  ),
  cursor,
  limit: pageLimit,
});

export const createAccountBody = t.Object({
  bookId,
  kind,
  name,
  currency: currencyCode(),
  openingBalance: t.Optional(openingBalance),
  openingDate,
  externalCode: t.Optional(externalCode),
});

export const updateAccountBody = t.Partial(
  t.Object({ kind, name, currency: currencyCode(), openingBalance, openingDate, externalCode }),
  { description: "What is left out stays as it is." },
);

export const accountBalancesQuery = t.Object({
  on: t.Optional(
    localDate({ description: "At the end of this day; today when nothing is given." }),
  ),
  from: t.Optional(
    localDate({ description: "At the end of each month from then; a year before `to`." }),
  ),
  to: t.Optional(localDate({ description: "And at the end of this day; today when left out." })),
});

export const accountBalances = t.Object({
  accountId: id(),
  currency: currencyCode(),
  items: t.Array(t.Object({ on: localDate(), balance: money() }), { maxItems: maxBalanceMonths }),
});

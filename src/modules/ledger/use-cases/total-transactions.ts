import type { RequestContext } from "#platform/kernel/context";
import { type DecimalString, roundDecimal } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import { type CurrencyCode, scaleOf } from "#platform/kernel/money";
import type { LedgerDeps } from "../deps.ts";
import {
  parseTransactionFilter,
  type TransactionFilterInput,
} from "../domain/transaction-filter.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";
import { resolveFilter } from "./find-transactions.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "transactionSearch" | "scales">;

/** Matches beyond which nothing is counted or added. */
export const maxCountedTransactions = 10_000;

export type TotalTransactionsInput = TransactionFilterInput & {
  readonly bookId?: Id | undefined;
};

export type TransactionTotals = {
  readonly count: number;
  /** More match than were counted: the totals are of the newest ones. */
  readonly more: boolean;
  readonly totals: readonly {
    readonly currency: CurrencyCode;
    readonly income: DecimalString;
    readonly expense: DecimalString;
    /** Income less expense. */
    readonly net: DecimalString;
  }[];
};

/** How many match, and what they come to in each currency; transfers and opening balances are only counted. */
export async function totalTransactions(
  deps: Deps,
  ctx: RequestContext,
  { bookId: asked, ...input }: TotalTransactionsInput,
): Promise<TransactionTotals> {
  const filter = parseTransactionFilter(input);
  const { bookId } = await requireBook(deps, ctx, { bookId: asked, need: "read" });
  const search = await resolveFilter(deps, deps.db.read, bookId, filter);
  const { matched, totals } = await deps.transactionSearch.totals(
    deps.db.read,
    search,
    maxCountedTransactions,
  );
  return {
    count: Math.min(matched, maxCountedTransactions),
    more: matched > maxCountedTransactions,
    totals: totals.map(({ currency, income, expense, net }) => {
      const digits = scaleOf(deps.scales, currency);
      const amount = (sum: string) => roundDecimal(sum as DecimalString, digits);
      return {
        currency,
        ...{ income: amount(income), expense: amount(expense), net: amount(net) },
      };
    }),
  };
}

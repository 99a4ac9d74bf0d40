import type { RequestContext } from "#platform/kernel/context";
import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import { maxCountedTransactions } from "../bounds.ts";
import type { LedgerDeps } from "../deps.ts";
import { shownMoney } from "../domain/shown-money.ts";
import {
  parseTransactionFilter,
  type TransactionFilterInput,
} from "../domain/transaction-filter.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";
import { resolveFilter } from "./find-transactions.ts";

type Deps = BookAccessDeps & Pick<LedgerDeps, "transactionSearch" | "scales">;

export type TotalTransactionsInput = TransactionFilterInput & {
  readonly bookId?: string | undefined;
};

export type TransactionTotals = {
  readonly count: number;
  /** More match than were counted: the totals are of the newest ones. */
  readonly more: boolean;
  readonly totals: readonly {
    readonly currency: CurrencyCode;
    readonly income: Money;
    readonly expense: Money;
    /** Income less expense. */
    readonly net: Money;
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
      const shown = (sum: string) => shownMoney(sum as DecimalString, currency, deps.scales);
      return { currency, income: shown(income), expense: shown(expense), net: shown(net) };
    }),
  };
}

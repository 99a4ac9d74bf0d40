import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import { type LocalDate, parseLocalDate, utcDayOf } from "#platform/kernel/time";
import { maxBalanceMonths } from "../bounds.ts";
import type { LedgerDeps } from "../deps.ts";
import { monthEnds, readRange } from "../domain/day-range.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { type AccountDeps, requireAccount } from "./find-account.ts";

export type AccountBalances = {
  readonly accountId: Id;
  readonly currency: CurrencyCode;
  readonly items: readonly { readonly on: LocalDate; readonly balance: Money }[];
};

/**
 * What the account held at the end of a day, today unless said otherwise; or with `from`, at the end of every month from
 * then to `to`, and at `to` itself.
 */
export async function accountBalances(
  deps: AccountDeps & Pick<LedgerDeps, "balances">,
  ctx: RequestContext,
  input: {
    readonly id: string;
    readonly on?: string | undefined;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  },
): Promise<AccountBalances> {
  const days = readDays(input, utcDayOf(deps.clock.now()));
  const { account } = await requireAccount(deps, ctx, {
    accountId: parseId(input.id),
    need: "read",
  });
  const { id: accountId, currency } = account;
  const rows = await deps.balances.at(deps.db.read, { accountId }, days);
  const items = rows.map(({ on, balance }) => ({
    on,
    balance: shownMoney(balance, currency, deps.scales),
  }));
  return { accountId, currency, items };
}

function readDays(
  input: {
    readonly on?: string | undefined;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  },
  today: LocalDate,
): readonly LocalDate[] {
  const { on, from, to } = input;
  if (from === undefined && to === undefined)
    return [on === undefined ? today : parseLocalDate(on, "on")];
  if (on !== undefined) throw invalidField("on", "Either a day or a time from and to, not both.");
  const range = readRange({ from, to }, today);
  return monthEnds(range, maxBalanceMonths);
}

import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Spending, SpendingGroup, SpentOn } from "../contract.ts";
import type { SpentRow } from "../deps.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { toFlow } from "./cash-flow.ts";
import {
  type AtMarketRates,
  atMarketRates,
  frameOf,
  type InsightDeps,
  type InsightInput,
  type InsightScope,
  ratesOfMoves,
  readScope,
} from "./insight-scope.ts";

type Grouping = { readonly by: SpendingGroup; readonly limit: number };

/** What went to expense categories, refunds taken off; each day at its own rate, each figure rounded once. */
export async function spending(
  deps: InsightDeps,
  ctx: RequestContext,
  input: InsightInput & Grouping,
): Promise<Spending & AtMarketRates> {
  const scope = await readScope(deps, ctx, input);
  return { ...(await spendingIn(deps, ctx, scope, input)), ...atMarketRates };
}

/** As {@link spending}, at whatever rates and of whatever accounts. */
export async function spendingIn(
  deps: InsightDeps,
  ctx: RequestContext,
  scope: InsightScope,
  { by, limit }: Grouping,
): Promise<Spending> {
  const { bookId, range, currency, accountIds } = scope;
  const { rates, summary } = await ratesOfMoves(deps, ctx, scope);
  const query = { bookId, ...range, accountIds, currency, rates };
  const [{ top, rest }, flows] = await Promise.all([
    deps.insights.spending(deps.db.read, { ...query, by, limit }),
    deps.insights.flows(deps.db.read, query),
  ]);
  const { expense, unconverted } = toFlow(deps, currency, flows);
  const categories = by === "category" ? await categoriesOf(deps, top) : undefined;
  const shown = ({ amount, transactions }: SpentRow) => ({
    amount: shownMoney(amount, currency, deps.scales),
    transactions,
  });
  return {
    ...{ ...frameOf(scope), by },
    items: top.map((row) => ({
      ...(categories?.get(row.key) ?? { categoryId: null, parentId: null, name: row.key }),
      ...shown(row),
    })),
    others: rest ? { groups: rest.groups, ...shown(rest) } : null,
    ...{ total: expense, unconverted: unconverted.expense, rates: summary },
  };
}

async function categoriesOf(
  { db, categories }: Pick<InsightDeps, "db" | "categories">,
  rows: readonly SpentRow[],
) {
  const ids = rows.flatMap(({ key }) => (key === null ? [] : [key as Id]));
  const found = await categories.byIds(db.read, ids);
  return new Map<string | null, Pick<SpentOn, "categoryId" | "parentId" | "name">>(
    found.map(({ id, parentId, name }) => [id, { categoryId: id, parentId, name }]),
  );
}

import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Totals } from "../contract.ts";
import type { SpendingGroup, SpentRow } from "../deps.ts";
import { shownMoney } from "../domain/shown-money.ts";
import type { UsedRates } from "../domain/used-rates.ts";
import { toFlow } from "./cash-flow.ts";
import {
  frameOf,
  type InsightDeps,
  type InsightFrame,
  type InsightInput,
  ratesOfMoves,
  readScope,
} from "./insight-scope.ts";

/** One category, payee or tag. All null: what has no payee or no tag. */
export type SpentOn = {
  readonly categoryId: Id | null;
  readonly parentId: Id | null;
  readonly name: string | null;
  readonly amount: Money;
  readonly transactions: number;
};

export type Spending = InsightFrame & {
  readonly by: SpendingGroup;
  /** Most first. */
  readonly items: readonly SpentOn[];
  /** All that are not among the items; null when there are none. */
  readonly others: {
    readonly groups: number;
    readonly amount: Money;
    readonly transactions: number;
  } | null;
  /** Each amount once, also where it counts with several tags. */
  readonly total: Money;
  /** On days without a rate; in none of the figures. */
  readonly unconverted: Totals;
  readonly rates: readonly UsedRates[];
};

/** What went to expense categories, refunds taken off; each day at its own rate, each figure rounded once. */
export async function spending(
  deps: InsightDeps,
  ctx: RequestContext,
  input: InsightInput & { readonly by: SpendingGroup; readonly limit: number },
): Promise<Spending> {
  const scope = await readScope(deps, ctx, input);
  const { bookId, range, currency } = scope;
  const { rates, summary } = await ratesOfMoves(deps, ctx, scope);
  const query = { bookId, ...range, currency, rates };
  const { by, limit } = input;
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

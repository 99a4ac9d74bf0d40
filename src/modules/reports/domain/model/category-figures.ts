import {
  addDecimals,
  compareDecimals,
  type DecimalString,
  signOf,
  zero,
} from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { CategoryPlace, CategoryPlaces } from "./category-places.ts";
import type { CategoryKind, CategoryMonth } from "./ledger-figures.ts";

/** What a category got or gave, as the ledger has it: income and what was spent are positive. Converted ones unrounded. */
export type CategoryFigure = {
  readonly place: CategoryPlace;
  /** Null = nothing of it has a rate. */
  readonly converted: DecimalString | null;
  readonly months: ReadonlyMap<LocalDate, DecimalString>;
  readonly currencies: ReadonlyMap<CurrencyCode, CurrencyFigure>;
};
export type CurrencyFigure = {
  readonly amount: DecimalString;
  readonly converted: DecimalString | null;
};

export type CategoryFigures = {
  /** In the order of the tree. */
  of(kind: CategoryKind): readonly CategoryFigure[];
  /** Of all currencies that anything is in. */
  readonly currencies: ReadonlySet<CurrencyCode>;
  /** By month, kind and currency. */
  readonly items: readonly (CategoryMonth & { readonly kind: CategoryKind })[];
};

export function createCategoryFigures(
  months: readonly CategoryMonth[],
  places: CategoryPlaces,
): CategoryFigures {
  const items = months.map((item) => ({ ...item, kind: places.of(item.categoryId).kind }));
  const byCategory = Map.groupBy(items, ({ categoryId }) => categoryId);
  const figures = [...byCategory.keys()]
    .toSorted((a, b) => places.compare(a, b))
    .map((id) => figureOf(id, byCategory.get(id) ?? [], places));
  return {
    of: (kind) => figures.filter(({ place }) => place.kind === kind),
    currencies: new Set(items.map(({ amount }) => amount.currency)),
    items,
  };
}

function figureOf(id: Id, items: readonly CategoryMonth[], places: CategoryPlaces): CategoryFigure {
  const months = new Map<LocalDate, DecimalString>();
  const currencies = new Map<CurrencyCode, CurrencyFigure>();
  let converted: DecimalString | null = null;
  for (const item of items) {
    const { month, amount } = item;
    const known = currencies.get(amount.currency);
    const own = hasConverted(item) ? item.converted : null;
    currencies.set(amount.currency, {
      amount: addDecimals(known?.amount ?? zero, amount.amount),
      converted: addKnown(known?.converted ?? null, own),
    });
    if (own === null) continue;
    converted = addKnown(converted, own);
    months.set(month, addDecimals(months.get(month) ?? zero, own));
  }
  return { place: places.of(id), converted, months, currencies };
}

/** False where nothing of it has a rate. */
export const hasConverted = ({
  amount,
  converted,
  unconverted,
}: Pick<CategoryMonth, "amount" | "converted" | "unconverted">): boolean =>
  signOf(converted) !== 0 || compareDecimals(amount.amount, unconverted.amount) !== 0;

export const addKnown = (a: DecimalString | null, b: DecimalString | null): DecimalString | null =>
  a === null ? b : b === null ? a : addDecimals(a, b);

import { type Book, idOf } from "./book.ts";
import { amountOf, budgets, monthAfter } from "./household.ts";

/** Sets the budgets that are not there. */
export async function setBudgets({ client, categoryIds, today }: Book): Promise<number> {
  const { items } = await client.get<{ items: readonly { name: string }[] }>("/v1/budgets");
  const missing = budgets.filter((budget) => !items.some(({ name }) => name === budget.name));
  for (const { name, period, cents, rollover, categories } of missing)
    await client.post("/v1/budgets", {
      ...{ name, period, rollover, thresholds: [80, 100] },
      amount: { amount: amountOf(cents), currency: "EUR" },
      categoryIds: categories.map((category) => idOf(categoryIds, category)),
      startsOn:
        period === "yearly"
          ? `${today.slice(0, 4)}-01-01`
          : `${monthAfter(today.slice(0, 7), -2)}-01`,
    });
  return missing.length;
}

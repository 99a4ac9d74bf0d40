import { type Book, idOf, moneyIn, recorded } from "./book.ts";
import type { Entry } from "./household.ts";

/** Writes down what is not there yet: transfers, and purchases in parts. */
export async function recordEntries(book: Book): Promise<number> {
  const known = await recorded(book);
  const missing = book.household.entries.filter(
    (entry) => !known.has({ ...entry, purse: entry.from }),
  );
  for (const entry of missing) await book.client.post("/v1/transactions", bodyOf(book, entry));
  return missing.length;
}

function bodyOf({ accountIds, categoryIds }: Book, entry: Entry): object {
  const { date, from, cents, payee, tags = [] } = entry;
  const common = {
    ...{ date, payee, tags, cleared: true },
    ...{ accountId: idOf(accountIds, from), amount: moneyIn(from, cents) },
  };
  if ("to" in entry)
    return {
      ...{ ...common, kind: "transfer", toAccountId: idOf(accountIds, entry.to) },
      toAmount: moneyIn(entry.to, entry.arrived),
    };
  const { documentNumber, taxRate, parts } = entry;
  return {
    ...{ ...common, kind: "expense", documentNumber, taxRate },
    splits: parts.map(([category, part]) => ({
      categoryId: idOf(categoryIds, category),
      amount: moneyIn(from, part),
    })),
  };
}

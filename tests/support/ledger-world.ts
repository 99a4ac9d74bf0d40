import type { Account, Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import { makeBudget, monthlyBudget } from "./budgets.ts";
import { type Importer, importer } from "./imports.ts";
import type { Answer, TestApp } from "./test-app.ts";

/** What a plan is played in: a user with a book, and what he knows of it. */
export type World = {
  readonly api: TestApp;
  readonly user: Importer;
  /** Deleted ones, too. */
  readonly accounts: { readonly id: Id; currency: string }[];
  /** Two of expenses, the second below the first, and one of income. */
  readonly categories: readonly Id[];
  readonly budgets: readonly string[];
  /** Every transaction ever recorded, with the last answer about it; null = it was changed with others since. */
  readonly transactions: Map<string, Transaction | null>;
  /** Imports that were committed at some time. */
  readonly imports: string[];
};

export async function openWorld(api: TestApp): Promise<World> {
  const user = await importer(api);
  const accounts: World["accounts"] = [];
  for (const currency of ["EUR", "EUR", "JPY", "KWD"])
    accounts.push({ id: await user.addAccount(currency), currency });
  const food = await user.addCategory("expense", "Food");
  const out = await user.addCategory("expense", "Out", { parentId: food });
  const work = await user.addCategory("income", "Work");
  const plans = [
    monthlyBudget([food], { startsOn: "2025-12-15", rollover: "both" }),
    monthlyBudget([out, await user.uncategorised("expense")], {
      ...{ period: "yearly", amount: { amount: "90.000", currency: "KWD" } },
    }),
  ];
  const budgets: string[] = [];
  for (const plan of plans) budgets.push((await makeBudget(user, plan)).id);
  return {
    ...{ api, user, accounts, categories: [food, out, work], budgets },
    ...{ transactions: new Map(), imports: [] },
  };
}

/** What is known of transactions is out of date. */
export function forget({ transactions }: World): void {
  for (const id of transactions.keys()) transactions.set(id, null);
}

/** `which` of those that there are, counted around; as it is now. */
export async function someTransaction({ user, transactions }: World, which: number) {
  const id = [...transactions.keys()][which % Math.max(1, transactions.size)];
  if (id === undefined) return undefined;
  const { status, body } = await user.get<Transaction>(`/v1/transactions/${id}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** Undefined when it was deleted. */
export async function someAccount(
  { user, accounts }: World,
  which: number,
): Promise<Account | undefined> {
  const { status, body } = await user.get<Account>(
    `/v1/accounts/${accounts[which % accounts.length]?.id}`,
  );
  return status === 200 ? body : undefined;
}

/** `done`: the step was let through. */
export type Played = { readonly status: number; readonly done: boolean; readonly code?: string };

export const playedBy = ({ status, body }: Answer<unknown>): Played => {
  const { code } = (body ?? {}) as { code?: string };
  return { status, done: status < 300, ...(code === undefined ? {} : { code }) };
};

import type { Account, Transaction } from "#modules/ledger/contract";
import { accountBody } from "./accounts.ts";
import { type DebtUser, expected } from "./gbs.ts";

/** Ids of expenses that the user has recorded in a book of his own. */
export async function recordedBy(user: DebtUser, count = 1): Promise<string[]> {
  const account = expected(201, await user.post<Account>("/v1/accounts", accountBody()));
  const amount = { amount: "10.00", currency: "EUR" };
  const body = { kind: "expense", date: "2026-09-01", accountId: account.id, amount };
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 1)
    ids.push(expected(201, await user.post<Transaction>("/v1/transactions", body)).id);
  return ids;
}

export type Link = { readonly transactionId: string; readonly paymentId: string | null };
export const linksOf = async (user: DebtUser, debtId: string): Promise<readonly Link[]> =>
  expected(200, await user.get<{ items: Link[] }>(`/v1/debts/${debtId}/posting-links`)).items;

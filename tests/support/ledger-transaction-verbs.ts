import type { Transaction } from "#modules/ledger/contract";
import { ifMatch, type RecordedBody } from "./ledger.ts";
import type { BulkFilter, BulkWhat, Written } from "./ledger-plans.ts";
import { forget, type Played, playedBy, someTransaction, type World } from "./ledger-world.ts";
import { amountOf, digitsOf } from "./transaction-arbitraries.ts";

export async function record(world: World, written: Written): Promise<Played> {
  const answer = await world.user.post<Transaction>("/v1/transactions", bodyOf(world, written));
  if (answer.status === 201) world.transactions.set(answer.body.id, answer.body);
  return playedBy(answer);
}

export async function change(world: World, which: number, written: Written) {
  const seen = await someTransaction(world, which);
  if (!seen) return undefined;
  const body = bodyOf(world, written);
  const sides =
    body.kind === "transfer" ? { toAmount: null } : body.splits ? {} : { categoryId: null };
  const answer = await world.user.patch<Transaction>(
    `/v1/transactions/${seen.id}`,
    { ...sides, ...body },
    ifMatch(seen.version),
  );
  if (answer.status === 200) world.transactions.set(seen.id, answer.body);
  return playedBy(answer);
}

export async function voidOne(world: World, which: number) {
  const seen = await someTransaction(world, which);
  if (!seen) return undefined;
  const path = `/v1/transactions/${seen.id}/void`;
  const answer = await world.user.post<Transaction>(path, {}, ifMatch(seen.version));
  if (answer.status === 200) world.transactions.set(seen.id, answer.body);
  return playedBy(answer);
}

export async function bulk(world: World, by: BulkFilter, what: BulkWhat) {
  const { user, accounts, categories } = world;
  const filters = {
    ...{ payee: { payee: "Migros" }, account: { accountId: accounts[0]?.id } },
    ...{ category: { categoryId: categories[0] }, kind: { kind: "expense" }, all: {} },
  };
  const filter = filters[by];
  const query = new URLSearchParams(filter as Record<string, string>);
  const totals = await user.get<{ count: number }>(`/v1/transactions/totals?${query}`);
  if (totals.body.count === 0) return undefined;
  const changes = {
    ...{ category: { categoryId: categories[1] }, tags: { addTags: ["seen"] } },
    payee: { payee: "Migros", cleared: true },
  };
  const answer = await user.post("/v1/transactions/bulk-changes", {
    ...{ filter, expectedCount: totals.body.count },
    ...(what === "void" ? { void: true, reason: "plan" } : { change: changes[what] }),
  });
  if (answer.status === 200) forget(world);
  return playedBy(answer);
}

function bodyOf({ accounts, categories }: World, written: Written): RecordedBody {
  const from = written.from % accounts.length;
  const account = accounts[from];
  const other = accounts[(from + 1 + (written.to % (accounts.length - 1))) % accounts.length];
  if (!account || !other) throw new Error("a book has two accounts");
  const money = (units: number, { currency }: { readonly currency: string }) => {
    if (digitsOf[currency] === undefined) throw new Error(`how many decimals has ${currency}?`);
    return { amount: amountOf(BigInt(units), currency), currency };
  };
  const { kind, date, payee, parts } = written;
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const common = { kind, date, payee, accountId: account.id, amount: money(whole, account) };
  if (kind === "transfer") {
    const isExchange = account.currency !== other.currency;
    return {
      ...{ ...common, toAccountId: other.id },
      ...(isExchange ? { toAmount: money(written.arrived, other) } : {}),
    };
  }
  if (written.isUncategorised) return common;
  return {
    ...common,
    splits: parts.map((part, index) => ({
      categoryId: categories[index % categories.length] ?? "",
      amount: money(part, account),
    })),
  };
}

import fc from "fast-check";
import type { Account, Transaction } from "#modules/ledger/contract";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import { accountBody, importRates } from "./accounts.ts";
import { makeBudget, monthlyBudget } from "./budgets.ts";
import { hostileTexts } from "./documents.ts";
import { ifMatch, type LedgerUser, ledgerUser, type RecordedBody } from "./ledger.ts";
import type { TestApp } from "./test-app.ts";
import { amountOf } from "./transaction-arbitraries.ts";

/** What accounts are in; dinars have no rate before 15 March 2026, nothing has one before 5 February. */
export const randomCurrencies = ["EUR", "TRY", "BTC", "JPY", "KWD"] as const;
/** The days of a random ledger; the 18th of September 2026 is today. */
export const randomDays = { from: "2026-01-20", to: "2026-05-10" } as const;

/** Quotients of these have no end: whoever rounds too early is found out. */
export const importRandomRates = (api: TestApp): Promise<void> =>
  importRates(api, {
    "2026-02-05": { EUR: "0.9137", TRY: "41.337", BTC: "0.0000113", JPY: "149.71" },
    "2026-02-28": { EUR: "0.9071", TRY: "41.901", BTC: "0.0000107", JPY: "150.03" },
    "2026-03-15": { EUR: "0.8993", TRY: "42.777", BTC: "0.0000091", JPY: "151.49", KWD: "0.3067" },
    "2026-04-01": { EUR: "0.8889", TRY: "43.119", BTC: "0.0000097", JPY: "147.77", KWD: "0.3059" },
    "2026-04-20": { EUR: "0.8911", TRY: "43.613", BTC: "0.0000103", JPY: "148.13", KWD: "0.3071" },
  });

/** One line each, as an API takes them. */
const texts = hostileTexts
  .filter((text) => !/\p{Cc}/u.test(text) && text.length <= 200)
  .map((text) => text.trim());

const stepOf = fc.record({
  what: fc.constantFrom("expense", "expense", "income", "refund", "payback", "transfer", "void"),
  day: fc.integer({ min: 0, max: 110 }),
  from: fc.nat(),
  to: fc.nat(),
  units: fc.array(fc.integer({ min: 1, max: 9_999_999 }), { minLength: 1, maxLength: 4 }),
  payee: fc.constantFrom(...texts, undefined),
  note: fc.constantFrom(...texts, undefined),
  tags: fc.subarray(["home", "İş", "=1+1"]),
  documentNumber: fc.constantFrom("R-2026/001", undefined),
  taxRate: fc.constantFrom("19", "7", "0", "7.5", undefined, undefined),
  cleared: fc.boolean(),
});

export const randomLedger = fc.record({
  openings: fc.array(fc.integer({ min: -9_999_999, max: 9_999_999 }), {
    ...{ minLength: randomCurrencies.length, maxLength: randomCurrencies.length },
  }),
  steps: fc.array(stepOf, { minLength: 3, maxLength: 30 }),
});
export type RandomLedger = typeof randomLedger extends fc.Arbitrary<infer T> ? T : never;

export type PlayedLedger = {
  readonly user: LedgerUser;
  readonly accounts: readonly { readonly id: Id; readonly currency: CurrencyCode }[];
  readonly transactions: readonly Transaction[];
  readonly categories: Readonly<Record<"food" | "out" | "work" | "gifts", Id>>;
};

const dayAt = (offset: number) =>
  new Date(Date.UTC(2026, 0, 20 + offset)).toISOString().slice(0, 10);

/** A user with all that the ledger says, two budgets besides. */
export async function playLedger(
  api: TestApp,
  { openings, steps }: RandomLedger,
): Promise<PlayedLedger> {
  const user = await ledgerUser(api, { locale: "de-DE" });
  const accounts: { id: Id; currency: CurrencyCode }[] = [];
  for (const [index, code] of randomCurrencies.entries()) {
    const currency = code as CurrencyCode;
    const answer = await user.post<Account>(
      "/v1/accounts",
      accountBody({
        ...{ kind: index === 1 ? "credit_card" : "checking", name: texts[index] ?? code, currency },
        openingBalance: { amount: amountOf(BigInt(openings[index] ?? 0), code), currency },
        openingDate: index === 0 ? "2025-12-31" : "2026-02-10",
      }),
    );
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    accounts.push({ id: answer.body.id, currency });
  }
  const food = await user.addCategory("expense", "Food");
  const out = await user.addCategory("expense", "=Out|]]>", { parentId: food });
  const work = await user.addCategory("income", "Work");
  const gifts = await user.addCategory("income", "Gifts", { parentId: work });
  const categories = { food, out, work, gifts };
  const startsOn = "2026-01-15";
  await makeBudget(user, monthlyBudget([food], { rollover: "both", startsOn }));
  await makeBudget(
    user,
    monthlyBudget([out, await user.uncategorised("expense")], {
      ...{ name: "Out", period: "yearly", startsOn },
      amount: { amount: "9000.00", currency: "TRY" },
    }),
  );

  const transactions: Transaction[] = [];
  for (const { what, day, from, to, units, taxRate, ...details } of steps) {
    if (what === "void") {
      const [victim] = transactions.splice(from % Math.max(transactions.length, 1), 1);
      if (victim) await user.post(`/v1/transactions/${victim.id}/void`, undefined, ifMatch(1));
      continue;
    }
    const account = accounts[from % accounts.length];
    const other = accounts[(from + 1 + (to % (accounts.length - 1))) % accounts.length];
    if (!account || !other) throw new Error("no account");
    const { currency } = account;
    const money = (minor: number, code: string = currency) => ({
      amount: amountOf(BigInt(minor), code),
      currency: code,
    });
    const sum = units.reduce((total, part) => total + part, 0);
    const body = { date: dayAt(day), accountId: account.id, amount: money(sum), ...given(details) };
    const pair = what === "income" || what === "payback" ? [work, gifts] : [food, out];
    const splits = units.map((part, index) => ({
      categoryId: pair[index % 2] ?? work,
      amount: money(part),
      ...(index === 1 ? { note: "part" } : {}),
    }));
    const tax = taxRate === undefined ? {} : { taxRate };
    const kind = what === "income" || what === "refund" ? "income" : "expense";
    const recorded: RecordedBody =
      what === "transfer"
        ? {
            ...{ ...body, kind: "transfer", toAccountId: other.id },
            toAmount: money(other.currency === currency ? sum : (units[0] ?? 1), other.currency),
          }
        : { ...body, ...tax, kind, splits };
    transactions.push(await user.record(recorded));
  }
  return { user, accounts, transactions, categories };
}

const given = <T extends object>(fields: T): { [K in keyof T]: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

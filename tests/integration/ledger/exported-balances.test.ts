import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Account, Transaction } from "#modules/ledger/contract";
import {
  checkJournal,
  csvSums,
  describeWithHledger,
  differencesOf,
  journalSums,
  type Sums,
} from "../../support/hledger.ts";
import { type LedgerUser, ledgerUser, type RecordedBody } from "../../support/ledger.ts";
import { openTestApp } from "../../support/test-app.ts";

const api = await openTestApp();
afterAll(() => api.close());

const currencies = ["EUR", "TRY", "JPY", "BTC"] as const;
const digitsOf = { EUR: 2, TRY: 2, JPY: 0, BTC: 8 } as const;

const stepOf = fc.record({
  what: fc.constantFrom("expense", "income", "refund", "transfer", "void"),
  day: fc.integer({ min: 1, max: 28 }),
  from: fc.nat(),
  to: fc.nat(),
  units: fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 4 }),
  payee: fc.constantFrom("Migros", "=1+1", "Ayşe; Köşe | 1", 'a "b", c', "-5"),
});
const ledgerOf = fc.record({
  locale: fc.constantFrom("en-GB", "de-DE", "tr-TR"),
  openings: fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), {
    ...{ minLength: 3, maxLength: 3 },
  }),
  steps: fc.array(stepOf, { minLength: 1, maxLength: 25 }),
});
type Ledger = typeof ledgerOf extends fc.Arbitrary<infer T> ? T : never;
type Place = { readonly id: string; readonly currency: keyof typeof digitsOf };

const written = (units: number, digits: number) => {
  const text = String(Math.abs(units)).padStart(digits + 1, "0");
  const point = text.length - digits;
  const sign = units < 0 ? "-" : "";
  return digits === 0 ? sign + text : `${sign}${text.slice(0, point)}.${text.slice(point)}`;
};

async function play(user: LedgerUser, { openings, steps }: Ledger): Promise<void> {
  const places: Place[] = [];
  for (const [index, opening] of openings.entries()) {
    const currency = currencies[index] ?? "EUR";
    const { status, body } = await user.post<Account>("/v1/accounts", {
      ...{ kind: index === 1 ? "credit_card" : "checking", name: "Konto", currency },
      openingBalance: { amount: written(opening, digitsOf[currency]), currency },
      openingDate: "2026-01-01",
    });
    expect(status).toBe(201);
    places.push({ id: body.id, currency });
  }
  for (const currency of ["BTC", "EUR"] as const)
    places.push({ id: await user.addAccount(currency, { name: "Konto" }), currency });
  const food = await user.addCategory("expense", "Food");
  const leaf = await user.addCategory("expense", "Out: at night", { parentId: food });
  const work = await user.addCategory("income", "Food");
  const made: Transaction[] = [];
  for (const { what, day, from, to, units, payee } of steps) {
    const account = places[from % places.length];
    const other = places[(from + 1 + (to % (places.length - 1))) % places.length];
    if (!account || !other) throw new Error("no account");
    const { currency } = account;
    const sum = units.reduce((total, part) => total + part, 0);
    const common = {
      ...{ date: `2026-02-${String(day).padStart(2, "0")}`, accountId: account.id, payee },
      amount: { amount: written(sum, digitsOf[currency]), currency },
    };
    const splits = units.map((part, index) => ({
      categoryId: what === "income" ? work : index % 2 === 0 ? food : leaf,
      amount: { amount: written(part, digitsOf[currency]), currency },
    }));
    const arrived = other.currency === currency ? sum : (units[0] ?? 1);
    const toAmount = {
      amount: written(arrived, digitsOf[other.currency]),
      currency: other.currency,
    };
    const bodies: Record<typeof what, RecordedBody | null> = {
      expense: { ...common, kind: "expense", splits },
      income: { ...common, kind: "income", splits },
      refund: { ...common, kind: "income", splits },
      transfer: { ...common, kind: "transfer", toAccountId: other.id, toAmount },
      void: null,
    };
    const body = bodies[what];
    if (body) made.push(await user.record(body));
    else {
      const victim = made.splice(from % Math.max(made.length, 1), 1)[0];
      if (!victim) continue;
      const headers = { "if-match": `"${victim.version}"` };
      const { status } = await user.post(`/v1/transactions/${victim.id}/void`, {}, headers);
      expect(status).toBe(200);
    }
  }
}

/** What the API says that the accounts hold, by id. */
async function balancesOf(user: LedgerUser): Promise<Sums> {
  const { body } = await user.get<{ items: readonly Account[] }>("/v1/accounts?limit=200");
  expect(body.items).toHaveLength(5);
  return new Map(
    body.items.map(({ id, balance }) => [`${id} ${balance.currency}`, balance.amount]),
  );
}

async function read(user: LedgerUser, path: string): Promise<string> {
  const response = await fetch(`${api.url}${path}`, {
    headers: { authorization: `Bearer ${user.tokens.accessToken}` },
  });
  expect(response.status).toBe(200);
  // Not text(): it would drop the byte order mark.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}

const directive = /^account (.+?) {2}; id:(\S+)$/gm;

/** With ids in the place of names, for the accounts that have one. */
function byId(journal: string, sums: Sums): Sums {
  const ids = new Map(Array.from(journal.matchAll(directive), ([, name, id]) => [name, id]));
  return new Map(
    [...sums].map(([key, sum]) => {
      const end = key.lastIndexOf(" ");
      return [`${ids.get(key.slice(0, end)) ?? key.slice(0, end)}${key.slice(end)}`, sum];
    }),
  );
}

const only = (sums: Sums, keys: Sums): Sums => new Map([...sums].filter(([key]) => keys.has(key)));

describeWithHledger("whatever was recorded and voided", () => {
  test("hledger finds the balances of the API in the journal and in the CSV", async () => {
    await fc.assert(
      fc.asyncProperty(ledgerOf, async (ledger) => {
        const user = await ledgerUser(api, { locale: ledger.locale });
        await play(user, ledger);
        const balances = await balancesOf(user);

        const journal = await read(user, "/v1/exports/journal");
        await checkJournal(journal);
        const sums = byId(journal, await journalSums(journal));
        expect(differencesOf(balances, only(sums, balances))).toEqual([]);

        const categories = await api.sql<{ key: string; sum: string }[]>`
          select category_id || ' ' || currency as key, sum(amount)::text as sum
          from ledger.postings where book_id = ${user.bookId} and category_id is not null group by 1`;
        const spent: Sums = new Map(categories.map(({ key, sum }) => [key, sum]));
        expect(differencesOf(spent, only(sums, spent))).toEqual([]);

        const csv = await read(user, "/v1/exports/transactions.csv");
        const isEnglish = ledger.locale.startsWith("en");
        expect(csv.startsWith("\uFEFF")).toBe(!isEnglish);
        const dialect = isEnglish
          ? { separator: ",", decimalMark: "." }
          : { separator: ";", decimalMark: "," };
        expect(differencesOf(balances, await csvSums(csv, dialect))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  }, 600_000);
});

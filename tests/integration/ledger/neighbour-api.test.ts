import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { LedgerApi, Transaction } from "#modules/ledger/contract";
import { systemContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { addDays, type LocalDate } from "#platform/kernel/time";
import { accountHolder } from "../../support/accounts.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:reports", "test");
let api: TestApp;
let ledger: LedgerApi;
beforeAll(async () => {
  api = await openTestApp();
  ledger = api.app.ports.ledger;
});
afterAll(() => api.close());

const day = (text: string) => text as LocalDate;
const codeOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? error.code : error;
};

test("a user's books: his default one, made on the way, and those that others let him read", async () => {
  const owner = await accountHolder(api);
  const reader = await signedInUser(api);
  await owner.share(reader, "viewer");
  const books = await ledger.booksOf(ctx, { userId: reader.user.id });
  expect(books.map(({ isDefault, role }) => [isDefault, role])).toEqual([
    [true, "owner"],
    [false, "viewer"],
  ]);
  expect(books[1]?.id).toBe(owner.bookId);
});

test("the accounts of a book, archived ones too, as their owner sees them", async () => {
  const user = await accountHolder(api);
  const account = await user.open({ openingBalance: { amount: "5", currency: "EUR" } });
  const archived = await user.addAccount("TRY");
  await user.archiveAccount(archived);
  const found = await ledger.accountsOf(ctx, { userId: user.user.id, bookId: user.bookId });
  expect(found).toHaveLength(2);
  expect(found.find(({ id }) => id === account.id)).toEqual(account);
  expect(found.find(({ id }) => id === archived)?.archivedAt).not.toBeNull();
});

test("the balances of all accounts on many days at once", async () => {
  const user = await accountHolder(api);
  const [eur, jpy] = [await user.open(), await user.open({ currency: "JPY" })];
  await user.move(eur, "2026-02-10", "7.5");
  await user.move(jpy, "2026-02-11", "-100");
  const days = [day("2026-02-28"), day("2026-02-10")];
  const found = await ledger.balancesAt(ctx, {
    ...{ userId: user.user.id, bookId: user.bookId, days },
  });
  expect(
    new Set(found.map(({ accountId, on, balance }) => `${accountId} ${on} ${balance.amount}`)),
  ).toEqual(
    new Set([
      `${eur.id} 2026-02-10 7.50`,
      `${eur.id} 2026-02-28 7.50`,
      `${jpy.id} 2026-02-10 0`,
      `${jpy.id} 2026-02-28 -100`,
    ]),
  );
});

describe("the transactions of a book", () => {
  async function pagesOf(userId: Id, bookId: Id, limit: number) {
    const items: Transaction[] = [];
    const revisions = new Set<number>();
    let cursor: string | undefined;
    do {
      const page = await ledger.transactionsPage(ctx, {
        ...{ userId, bookId, from: day("2026-01-01"), to: day("2026-12-31"), limit, cursor },
      });
      items.push(...page.items);
      revisions.add(page.bookRevision);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return { items, revisions };
  }

  test("come page by page, the oldest first, each once, without void ones", async () => {
    const user = await accountHolder(api);
    const account = await user.open({
      openingBalance: { amount: "5", currency: "EUR" },
      openingDate: "2026-01-01",
    });
    const made: Transaction[] = [];
    for (let count = 0; count < 11; count += 1)
      made.push(
        await user.move(account, addDays(day("2026-03-01"), (count * 7) % 5), `${count + 1}`),
      );
    const [voided] = made;
    await api.sql`update ledger.transactions set voided_at = created_at where id = ${voided?.id ?? ""}`;
    const whole = await pagesOf(user.user.id, user.bookId, 1_000);
    const parts = await pagesOf(user.user.id, user.bookId, 3);
    expect(parts).toEqual(whole);
    expect(parts.revisions.size).toBe(1);
    const expected = made.slice(1).toSorted((a, b) => (a.date + a.id < b.date + b.id ? -1 : 1));
    expect(parts.items.slice(1)).toEqual(expected);
    expect(parts.items[0]?.kind).toBe("opening");
  });

  test("tell by the revision that the book changed between two pages", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    await user.move(account, "2026-03-01", "1");
    const first = await pagesOf(user.user.id, user.bookId, 10);
    await user.move(account, "2026-03-02", "1");
    const second = await pagesOf(user.user.id, user.bookId, 10);
    expect([...first.revisions]).not.toEqual([...second.revisions]);
  });

  test("are of one state each page, while others write", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    const seen = new Map<number, number>();
    const read = async () => {
      for (let asked = 0; asked < 15; asked += 1) {
        const page = await ledger
          .transactionsPage(ctx, {
            ...{ userId: user.user.id, bookId: user.bookId, limit: 1_000 },
            ...{ from: day("2026-01-01"), to: day("2026-12-31") },
          })
          .catch((error: unknown) => {
            if (error instanceof AppError && error.code === "ledger.book_busy") return undefined;
            throw error;
          });
        if (!page) continue;
        expect(seen.get(page.bookRevision) ?? page.items.length).toBe(page.items.length);
        seen.set(page.bookRevision, page.items.length);
      }
    };
    const write = async () => {
      for (let count = 0; count < 15; count += 1) await user.move(account, "2026-03-01", "1");
    };
    await Promise.all([write(), read(), read()]);
    const counts = [...seen].toSorted(([a], [b]) => a - b).map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });
});

describe("errors", () => {
  const ask = (userId: Id, bookId: Id) => ({
    accountsOf: () => ledger.accountsOf(ctx, { userId, bookId }),
    balancesAt: () => ledger.balancesAt(ctx, { userId, bookId, days: [day("2026-01-01")] }),
    transactionsPage: () =>
      ledger.transactionsPage(ctx, {
        ...{ userId, bookId, from: day("2026-01-01"), to: day("2026-01-02"), limit: 1 },
      }),
  });

  test("book_not_found for a book that is the user's in no way", async () => {
    const [user, other] = [await accountHolder(api), await accountHolder(api)];
    for (const call of Object.values(ask(user.user.id, other.bookId)))
      expect(await codeOf(call())).toBe("ledger.book_not_found");
  });

  test("input.invalid beyond a bound", async () => {
    const user = await accountHolder(api);
    const who = { userId: user.user.id, bookId: user.bookId };
    const days = Array.from({ length: 401 }, (_, index) => addDays(day("2026-01-01"), index));
    expect(await codeOf(ledger.balancesAt(ctx, { ...who, days }))).toBe("input.invalid");
    expect(await ledger.balancesAt(ctx, { ...who, days: days.slice(1) })).toEqual([]);
    const range = { from: day("2026-01-01"), to: day("2026-01-02") };
    for (const wrong of [{ limit: 0 }, { limit: 1_001 }, { limit: 1, cursor: "AAAA" }])
      expect(await codeOf(ledger.transactionsPage(ctx, { ...who, ...range, ...wrong }))).toBe(
        "input.invalid",
      );
  });
});

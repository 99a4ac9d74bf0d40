import { afterAll, beforeAll, expect, test } from "bun:test";
import { postingsOf } from "#modules/ledger/domain/postings";
import { createPostingRepository } from "#modules/ledger/storage/posting.repository";
import type { Tx } from "#platform/db/database";
import { systemContext } from "#platform/kernel/context";
import type { LocalDate } from "#platform/kernel/time";
import { faultsOf } from "../../support/ledger.ts";
import { storeBook, storeTransactions } from "../../support/stored-ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:ledger", "test");
const postings = createPostingRepository();
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ started: false });
});
afterAll(() => api.close());

/** The transaction, and how many statements were sent through it. */
function counted(tx: Tx): { tx: Tx; count(): number } {
  let statements = 0;
  const execute: Tx["execute"] = (query) => {
    statements += 1;
    return tx.execute(query);
  };
  return { tx: { execute } as Tx, count: () => statements };
}

test("thousands of transactions are posted anew with two statements, and all sums follow", async () => {
  const book = await storeBook(api.db);
  const { bookId } = book;
  const made = await storeTransactions(
    api.db,
    book,
    Array.from({ length: 3_000 }, (_, index) => ({
      kind: (["expense", "income", "transfer"] as const)[index % 3] ?? "expense",
      amount: `${index + 1}.01`,
      splits: [{ category: index % 4, amount: `${index + 1}.01` }],
      date: `2026-0${(index % 9) + 1}-0${(index % 7) + 1}`,
    })),
  );
  expect(await faultsOf(api, bookId)).toEqual([]);
  const moved = made.map((one) => ({ ...one, date: "2025-12-24" as LocalDate }));
  await api.db.transact(ctx, async (tx) => {
    await tx.execute(
      `update ledger.transactions set date = '2025-12-24' where book_id = '${bookId}'`,
    );
    const watched = counted(tx);
    await postings.repost(watched.tx, {
      bookId,
      remove: made.map(({ id }) => id),
      add: moved.flatMap((one) => postingsOf(one)),
    });
    expect(watched.count()).toBe(2);
  });
  expect(await faultsOf(api, bookId)).toEqual([]);
  await api.db.transact(ctx, async (tx) => {
    await tx.execute(
      `update ledger.transactions set voided_at = now() where book_id = '${bookId}'`,
    );
    await postings.repost(tx, { bookId, remove: made.map(({ id }) => id), add: [] });
  });
  expect(await faultsOf(api, bookId)).toEqual([]);
  const [left] = await api.sql`select count(*)::int as postings from ledger.postings
    where book_id = ${bookId}`;
  expect(left?.["postings"]).toBe(0);
});

test("postings of another book stay where they are", async () => {
  const [own, other] = [await storeBook(api.db), await storeBook(api.db)];
  const [theirs] = await storeTransactions(api.db, other, [{}]);
  await api.db.transact(ctx, (tx) =>
    postings.repost(tx, { bookId: own.bookId, remove: theirs ? [theirs.id] : [], add: [] }),
  );
  expect(await faultsOf(api, other.bookId)).toEqual([]);
});

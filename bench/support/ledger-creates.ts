import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newTransaction } from "#modules/ledger/domain/new-transaction";
import { postingsOf } from "#modules/ledger/domain/postings";
import { readTransaction, type TransactionInput } from "#modules/ledger/domain/transaction-draft";
import { recordTransaction } from "#modules/ledger/storage/record-transaction";
import type { Actor, RequestContext } from "#platform/kernel/context";
import type { CurrencyCode } from "#platform/kernel/money";
import { systemIds } from "#platform/system";
import type { TestApp } from "../../tests/support/test-app.ts";
import type { BenchBook } from "./ledger-books.ts";
import { somePayee } from "./ledger-rows.ts";

/** One writer per book at a time: more connections only wait. */
const writers = 8;

const inputOf = ({ accountId, categoryId }: BenchBook): TransactionInput => ({
  ...{ kind: "expense", date: "2026-09-01", accountId, categoryId, payee: somePayee },
  amount: { amount: "12.34", currency: "EUR" },
});

/** A second: the statement of the application, with audit context and idempotency record, by itself. */
export async function createByHand(
  { db, clock }: TestApp,
  book: BenchBook,
  seconds: number,
): Promise<number> {
  const scales = { digitsOf: (code: CurrencyCode) => (code === "EUR" ? 2 : undefined) };
  const { userId, bookId } = book;
  const actor: Actor = {
    ...{ type: "user", id: userId, sessionId: null, roles: ["user"] },
    ...{ permissions: ["ledger:write"], authenticatedAt: null },
  };
  const until = performance.now() + seconds * 1000;
  let made = 0;
  async function write(): Promise<void> {
    while (performance.now() < until) {
      const id = systemIds.next();
      const ctx: RequestContext = {
        ...{ actor, requestId: systemIds.next(), operation: "createTransaction" },
        idempotency: { scope: `bench ${userId}`, key: id, fingerprint: "bench" },
      };
      const draft = readTransaction(inputOf(book), scales);
      const origin = { id, bookId, importId: null, createdBy: userId, at: clock.now() };
      const { splits: _, ...stored } = newTransaction(draft, origin);
      const lines = postingsOf({ ...draft, id });
      if (!(await db.writeOne(ctx, recordTransaction(userId, stored, lines))))
        throw new Error("nothing was recorded");
      made += 1;
    }
  }
  await Promise.all(Array.from({ length: writers }, write));
  return made / seconds;
}

/** A second, each request with an Idempotency-Key of its own; `run` is another one for each call. */
export async function createOverHttp(
  { url }: TestApp,
  book: BenchBook,
  seconds: number,
  { directory, run }: { readonly directory: string; readonly run: string },
): Promise<number> {
  const script = join(directory, "create.lua");
  writeFileSync(
    script,
    `local n = 0
    wrk.method = "POST"
    wrk.body = [[${JSON.stringify(inputOf(book))}]]
    wrk.headers["content-type"] = "application/json"
    wrk.headers["authorization"] = "Bearer ${book.token}"
    request = function()
      n = n + 1
      wrk.headers["idempotency-key"] = "bench-${run}-" .. n
      return wrk.format()
    end`,
  );
  const options = ["-t1", `-c${writers}`, `-d${seconds}s`, "-s", script];
  const child = Bun.spawn(["wrk", ...options, `${url}/v1/transactions`], { stderr: "inherit" });
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1];
  if (code !== 0 || rate === undefined || /Non-2xx/.test(text)) throw new Error(`wrk:\n${text}`);
  return Number(rate);
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sendAtRate } from "./load.ts";

/** Where somebody writes, and as whom. */
export type WrittenBook = {
  readonly token: string;
  /** Who made the token: a server answers for its own name only. */
  readonly host: string;
  readonly accountId: string;
  readonly categoryId: string;
};

const bodyOf = ({ accountId, categoryId }: WrittenBook): string =>
  JSON.stringify({
    ...{ kind: "expense", date: "2026-09-01", accountId, categoryId, payee: "The corner shop" },
    amount: { amount: "12.34", currency: "EUR" },
  });

/** Transactions a second that a server takes at most, into these books in turns. `run` is another one for each call. */
export async function createAsManyAsPossible(
  url: string,
  books: readonly WrittenBook[],
  seconds: number,
  { directory, run }: { readonly directory: string; readonly run: string },
): Promise<number> {
  const script = join(directory, `create-${run}.lua`);
  writeFileSync(
    script,
    `local n = 0
    local bodies = { ${books.map((book) => `[[${bodyOf(book)}]]`).join(", ")} }
    local tokens = { ${books.map(({ token }) => `"Bearer ${token}"`).join(", ")} }
    wrk.headers["content-type"] = "application/json"
    wrk.headers["Host"] = "${books[0]?.host}"
    request = function()
      n = n + 1
      local book = n % #bodies + 1
      wrk.headers["authorization"] = tokens[book]
      wrk.headers["idempotency-key"] = "bench-${run}-" .. n
      return wrk.format("POST", nil, nil, bodies[book])
    end`,
  );
  const options = ["-t1", `-c${2 * books.length}`, `-d${seconds}s`, "-s", script];
  const child = Bun.spawn(["wrk", ...options, `${url}/v1/transactions`], { stderr: "inherit" });
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1];
  if (code !== 0 || rate === undefined || /Non-2xx/.test(text)) throw new Error(`wrk:\n${text}`);
  return Number(rate);
}

/** Milliseconds of each at a fixed rate, counted from when it was due. */
export function createAtRate(
  url: string,
  books: readonly WrittenBook[],
  load: { readonly perSecond: number; readonly seconds: number; readonly run: string },
): Promise<number[]> {
  const until = performance.now() + load.seconds * 1000;
  return sendAtRate(
    (sent) => {
      const book = books[sent % books.length];
      if (!book) throw new Error("no books");
      return post(url, book, `bench-${load.run}-${sent}`);
    },
    load.perSecond,
    () => performance.now() < until,
  );
}

/** Gives the transaction's id. */
export async function createOne(url: string, book: WrittenBook, key: string): Promise<string> {
  const response = await post(url, book, key);
  if (!response.ok) throw new Error(`answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

const post = (url: string, book: WrittenBook, key: string): Promise<Response> =>
  fetch(`${url}/v1/transactions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      host: book.host,
      authorization: `Bearer ${book.token}`,
      "idempotency-key": key,
    },
    body: bodyOf(book),
  });

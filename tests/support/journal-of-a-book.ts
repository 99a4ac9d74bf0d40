import { journalSums, type Sums } from "./hledger.ts";
import type { LedgerUser } from "./ledger.ts";
import type { TestApp } from "./test-app.ts";

const directive = /^account (.+?) {2}; id:(\S+)$/gm;

/** What hledger finds in a user's exported journal, by the ids of accounts and categories: "id currency" -> sum. */
export async function bookSums(
  api: Pick<TestApp, "url">,
  { tokens }: Pick<LedgerUser, "tokens">,
  range: string,
): Promise<Sums> {
  const response = await fetch(`${api.url}/v1/exports/journal?${range}`, {
    headers: { authorization: `Bearer ${tokens.accessToken}` },
  });
  const journal = await response.text();
  const ids = new Map(Array.from(journal.matchAll(directive), ([, name, id]) => [name, id]));
  const sums = await journalSums(journal);
  return new Map(
    [...sums].flatMap(([key, sum]) => {
      const end = key.lastIndexOf(" ");
      const id = ids.get(key.slice(0, end));
      return id === undefined ? [] : [[`${id}${key.slice(end).replaceAll('"', "")}`, sum] as const];
    }),
  );
}

import type { Debt } from "#modules/gbs/contract";
import type { CustodyEntry } from "#modules/gbs/domain/custody";
import type { Page } from "#platform/kernel/page";
import type { Head } from "./dossiers.ts";
import { type DebtUser, expected } from "./gbs.ts";
import type { TestApp } from "./test-app.ts";

/** An entry of a log as a party gets it. */
export type ListedEntry = CustodyEntry & {
  readonly values: readonly {
    readonly name: string;
    readonly value: string;
    readonly salt: string;
  }[];
};

/** The whole log as a party reads it, page by page. */
export async function custodyOf(
  user: DebtUser,
  { id }: Pick<Debt, "id">,
  limit = 50,
): Promise<readonly ListedEntry[]> {
  const entries: ListedEntry[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const path = `/v1/debts/${id}/custody?limit=${limit}${query}`;
    const page: Page<ListedEntry> = expected(200, await user.get<Page<ListedEntry>>(path));
    entries.push(...page.items);
    cursor = page.nextCursor;
  }
  return entries;
}

/** A dossier as a party gets it. */
export async function dossierOf(
  app: Pick<TestApp, "url">,
  user: DebtUser,
  { id }: Pick<Debt, "id">,
): Promise<Buffer> {
  const response = await dossierAnswer(app, user, id);
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

export const dossierAnswer = async (
  { url }: Pick<TestApp, "url">,
  user: DebtUser,
  id: string,
  method = "GET",
): Promise<Response> =>
  fetch(`${url}/v1/debts/${id}/dossier`, {
    method,
    headers: { authorization: `Bearer ${await user.token()}` },
  });

/** The ends of logs that mails to somebody have stated. */
export async function headsMailedTo(
  app: Pick<TestApp, "mails">,
  { user }: DebtUser,
): Promise<readonly Head[]> {
  const mails = await app.mails.to(user.address);
  return mails.flatMap(({ text }) =>
    [...text.matchAll(/(\d+):([0-9a-f]{64})/g)].map(([, length, hash = ""]) => ({
      length: Number(length),
      hash,
    })),
  );
}

import type { Debt } from "#modules/gbs/contract";
import type { CustodyEntry } from "#modules/gbs/domain/custody";
import type { Page } from "#platform/kernel/page";
import { type DebtUser, expected } from "./gbs.ts";

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

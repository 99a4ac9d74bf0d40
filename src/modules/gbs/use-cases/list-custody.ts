import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import { decodeCursor, type Page, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import type { CustodyKind, SaltedValue } from "../domain/custody.ts";
import { disclosedTo } from "../domain/dossier.ts";
import type { ListOfDebtInput } from "./find-payments.ts";
import { ownDebt } from "./own-debt.ts";

/** An entry of a debt's log as one of its parties sees it. Hashes, salts and signatures are lower-case hex. */
export type ListedEntry = {
  readonly seq: number;
  readonly at: Instant;
  readonly kind: CustodyKind;
  /** Canonical JSON, as it was signed. */
  readonly text: string;
  readonly hash: string;
  readonly kid: string;
  readonly signature: string;
  /** Of the hashed values those that are disclosed to the reader. */
  readonly values: readonly Pick<SaltedValue, "name" | "value" | "salt">[];
};

/** The log from its first entry on. Throws `gbs.debt_not_found` (404). */
export async function listCustody(
  deps: Pick<GbsDeps, "db" | "debts" | "custody">,
  ctx: RequestContext,
  { id, limit, cursor }: ListOfDebtInput,
): Promise<Page<ListedEntry>> {
  const after = cursor === undefined ? 0 : readPosition(cursor);
  const { debt, party } = await ownDebt(deps, ctx, parseId(id));
  const { read } = deps.db;
  const rows = await deps.custody.entries(read, debt.id, { after, limit: limit + 1 });
  const page = pageOf(rows, limit, ({ seq }) => [String(seq)]);
  const seqs = page.items.map(({ seq }) => seq);
  const values = await deps.custody.values(read, debt.id, seqs);
  const { textHidden } = debt;
  const ofEntry = Map.groupBy(disclosedTo({ party, textHidden }, values), ({ seq }) => seq);
  const items = page.items.map((entry) => ({
    ...entry,
    values: (ofEntry.get(entry.seq) ?? []).map(({ name, value, salt }) => ({ name, value, salt })),
  }));
  return { ...page, items };
}

function readPosition(cursor: string): number {
  const [seq = ""] = decodeCursor(cursor, 1);
  if (!/^[1-9]\d{0,8}$/.test(seq)) throw invalidField("cursor", "Is not a cursor of this list.");
  return Number(seq);
}

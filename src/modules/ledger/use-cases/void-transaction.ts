import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Transaction } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { readOptionalReason } from "../domain/name.ts";
import { lockBook, ownUserId } from "./book-access.ts";
import { type OwnTransactionDeps, ownTransaction, requireChangeable } from "./own-transaction.ts";
import { voidMany } from "./void-many.ts";

type Deps = OwnTransactionDeps & Pick<LedgerDeps, "accounts" | "postings">;

export type VoidTransactionInput = {
  readonly id: string;
  /** The one that the user has seen. */
  readonly version: number;
  readonly reason?: string | undefined;
};

/** Takes its postings away; the transaction itself stays, with what it was in its history. */
export async function voidTransaction(
  deps: Deps,
  ctx: RequestContext,
  { id, version, reason: told }: VoidTransactionInput,
): Promise<Transaction> {
  const reason = readOptionalReason(told);
  const seen = requireChangeable(await ownTransaction(deps, ctx, parseId(id), "write"), version);
  const { bookId } = seen;
  return deps.db.transact(ctx, async (tx) => {
    await lockBook(deps, tx, { bookId, dates: [seen.date] });
    const [locked] = await deps.transactions.byIds(tx, [seen.id]);
    const before = requireChangeable(locked ?? seen, version);
    const write = { bookId, by: ownUserId(ctx), at: deps.clock.now(), reason };
    const [voided = before] = await voidMany(deps, tx, write, [before]);
    return voided;
  });
}

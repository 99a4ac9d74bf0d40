import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { TransactionChange } from "../deps.ts";
import { type OwnTransactionDeps, ownTransaction } from "./own-transaction.ts";

/** What was done to a transaction since it was recorded, the newest change first. */
export async function listTransactionChanges(
  deps: OwnTransactionDeps,
  ctx: RequestContext,
  input: { readonly id: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<TransactionChange>> {
  const { limit, cursor } = input;
  const after = decodeMoment(cursor, "changedAt");
  const { id: transactionId } = await ownTransaction(deps, ctx, parseId(input.id), "read");
  const changes = await deps.transactions.changesOf(deps.db.read, {
    ...{ transactionId, after },
    limit: limit + 1,
  });
  return pageOf(changes, limit, ({ changedAt, id }) => [changedAt, id]);
}

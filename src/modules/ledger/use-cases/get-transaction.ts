import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { Transaction } from "../contract.ts";
import { type OwnTransactionDeps, ownTransaction } from "./own-transaction.ts";

/** A transaction of any kind, void ones too. */
export const getTransaction = (
  deps: OwnTransactionDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Transaction> => ownTransaction(deps, ctx, parseId(input.id), "read");

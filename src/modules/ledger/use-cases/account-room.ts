import type { Entitlements } from "#modules/billing/contract";
import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { LedgerDeps } from "../deps.ts";
import { ledgerErrors } from "../errors.ts";

/** How many active accounts the owner of a book may have, in all his books. */
export type AccountRoom = { readonly ownerId: Id } & Pick<Entitlements, "plan" | "accountsMax">;

/**
 * What the plan of the book's owner allows, asked before the transaction. Throws `ledger.plan_limit_reached` (402) when
 * there is no room now: a plan is missing before anything else is faulty.
 */
export async function accountRoomOf(
  deps: Pick<LedgerDeps, "db" | "billing" | "accounts">,
  ctx: RequestContext,
  { bookId }: { readonly bookId: Id },
): Promise<AccountRoom> {
  const ownerId = await deps.accounts.ownerOf(deps.db.read, bookId);
  if (ownerId === undefined) throw new Error("a book has no owner");
  const [entitled] = await deps.billing.entitlementsOf(ctx, { userIds: [ownerId] });
  if (!entitled) throw new Error("billing does not know what the owner may do");
  const room = { ownerId, plan: entitled.plan, accountsMax: entitled.accountsMax };
  if (room.accountsMax !== null)
    refuseBeyond(room, await deps.accounts.countActive(deps.db.read, ownerId));
  return room;
}

/** One more is added in this transaction: whoever adds another one meanwhile waits, and counts it. */
export async function takeRoom(
  { accounts }: Pick<LedgerDeps, "accounts">,
  tx: Tx,
  room: AccountRoom,
): Promise<void> {
  if (room.accountsMax === null) return;
  await accounts.lockOwner(tx, room.ownerId);
  refuseBeyond(room, await accounts.countActive(tx, room.ownerId));
}

function refuseBeyond({ plan, accountsMax }: AccountRoom, used: number): void {
  if (accountsMax === null || used < accountsMax) return;
  throw ledgerErrors.fail(
    "plan_limit_reached",
    `The plan has room for ${accountsMax} active accounts. Archive one that is no longer used, or take a higher plan.`,
    {
      meta: {
        ...{ plan, limit: accountsMax, used },
        wayOut: "POST /v1/accounts/{id}/archival; GET /v1/billing/plans",
      },
    },
  );
}

import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";

type Deps = Pick<GbsDeps, "db" | "identity" | "debts" | "offers">;

/** As many offers as wait for one address at once; more of them are bound in further rounds. */
const offersAtOnce = 100;

/**
 * Lets somebody who has become a user find the offers that wait for his address. The log says nothing of it, and the
 * lender sees nothing: who has an account is nobody else's business.
 */
export async function bindOffers(
  deps: Deps,
  ctx: RequestContext,
  { userId }: { readonly userId: Id },
  signal: AbortSignal,
): Promise<void> {
  const [mailbox] = await deps.identity.addressesOf(ctx, { userIds: [userId] });
  if (!mailbox) return;
  let after: Id | undefined;
  while (!signal.aborted) {
    const waiting = await deps.offers.waiting(deps.db.read, mailbox.key, after, offersAtOnce);
    for (const debtId of waiting) await bind(deps, ctx, debtId, userId);
    after = waiting.at(-1);
    if (waiting.length < offersAtOnce) return;
  }
  signal.throwIfAborted();
}

async function bind(deps: Deps, ctx: RequestContext, debtId: Id, userId: Id): Promise<void> {
  await deps.db.transact(ctx, async (tx) => {
    const debt = await deps.debts.lock(tx, debtId);
    if (debt?.state !== "offered" || debt.borrowerId !== null) return;
    const suppressed = await deps.offers.isBlocked(tx, debt.lenderId, userId);
    await deps.offers.bind(tx, debtId, { borrowerId: userId, suppressed });
  });
}

import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps, StoredBlock } from "../deps.ts";
import { notPossible } from "../domain/possible.ts";
import { gbsErrors } from "../errors.ts";
import { ownDebt, ownUserId } from "./own-debt.ts";

/** Whom a user wants no offers of. */
export type Block = {
  readonly id: Id;
  readonly displayName: string;
  readonly blockedAt: Instant;
};

type Deps = Pick<GbsDeps, "db" | "clock" | "ids" | "identity" | "debts" | "offers" | "blocks">;

/**
 * The borrower wants no offers of this debt's lender any more. What of them waits for an answer vanishes for him and
 * lapses for the lender, who cannot tell it from silence: no entry in a log, no message, no new version. What binds both
 * goes on. Throws `gbs.debt_not_found` (404), `gbs.not_possible_now` and `gbs.already_blocked` (409).
 */
export async function blockLender(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Block> {
  const { debt, party } = await ownDebt(deps, ctx, parseId(input.id));
  const now = deps.clock.now();
  if (party !== "borrower")
    throw notPossible(debt, party, now, "Only the borrower can block the other party.");
  const block: StoredBlock = {
    ...{ id: deps.ids.next(), blockedAt: now },
    ...{ blockerId: ownUserId(ctx), blockedId: debt.lenderId },
  };
  const view = (await withNames(deps, ctx, [block]))(block);
  return deps.db.transact(ctx, async (tx) => {
    await deps.offers.lockLender(tx, debt.lenderId);
    if (await blockPair(deps, tx, block)) return view;
    throw gbsErrors.fail("already_blocked", "You have blocked the lender of this debt before.");
  });
}

/**
 * Blocks and hides, with the lender locked: an offer that is brought to somebody at the same time comes before, and is
 * hidden, or after, and is never seen. False when there is such a block already.
 */
export async function blockPair(
  deps: Pick<GbsDeps, "blocks">,
  tx: Tx,
  block: StoredBlock,
): Promise<boolean> {
  const added = await deps.blocks.add(tx, block);
  await deps.blocks.suppressOffers(tx, {
    ...{ lenderId: block.blockedId, borrowerId: block.blockerId },
  });
  return added;
}

/** Whom the user has blocked, the newest first. */
export async function listBlocks(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Block>> {
  const { limit, cursor } = input;
  const after = decodeMoment(cursor, "blockedAt");
  const query = { blockerId: ownUserId(ctx), after, limit: limit + 1 };
  const page = pageOf(await deps.blocks.list(deps.db.read, query), limit, ({ blockedAt, id }) => [
    ...[blockedAt, id],
  ]);
  const named = await withNames(deps, ctx, page.items);
  return { items: page.items.map(named), nextCursor: page.nextCursor };
}

/**
 * Offers of that lender arrive again; those that he made meanwhile stay hidden until they lapse. Throws
 * `gbs.block_not_found` (404).
 */
export async function liftBlock(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<void> {
  const block = { id: parseId(input.id), blockerId: ownUserId(ctx) };
  await deps.db.transact(ctx, async (tx) => {
    if (!(await deps.blocks.remove(tx, block)))
      throw gbsErrors.fail("block_not_found", "You have no such block.");
  });
}

type Blocked = { readonly id: Id; readonly blockedId: Id; readonly blockedAt: Instant };

async function withNames(deps: Deps, ctx: RequestContext, blocks: readonly Blocked[]) {
  const userIds = [...new Set(blocks.map(({ blockedId }) => blockedId))];
  const users = userIds.length === 0 ? [] : await deps.identity.usersById(ctx, { userIds });
  const names = new Map(users.map((user) => [user.id, user.displayName]));
  return ({ id, blockedId, blockedAt }: Blocked): Block => ({
    ...{ id, blockedAt, displayName: names.get(blockedId) ?? "" },
  });
}

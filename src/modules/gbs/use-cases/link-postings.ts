import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import { maxPostingLinks } from "../bounds.ts";
import type { PostingLink } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { gbsErrors } from "../errors.ts";
import type { ListOfDebtInput } from "./find-payments.ts";
import { asParty, ownDebt, ownUserId } from "./own-debt.ts";

type Deps = Pick<GbsDeps, "db" | "debts" | "postingLinks">;

export type LinkPostingInput = {
  /** Of the debt. */
  readonly id: string;
  readonly transactionId: string;
  /** Of the debt's payments; without it to the debt as a whole. */
  readonly paymentId?: string | undefined;
};

/**
 * Notes that a transaction in a book of the asker belongs to the debt; nobody else sees it. Throws `gbs.debt_not_found`,
 * `gbs.transaction_not_found`, `gbs.payment_not_found` (404), and `gbs.too_many_posting_links` (409).
 */
export async function linkPosting(
  deps: Deps & Pick<GbsDeps, "clock" | "ledger" | "payments">,
  ctx: RequestContext,
  input: LinkPostingInput,
): Promise<PostingLink> {
  const userId = ownUserId(ctx);
  const { debt } = await ownDebt(deps, ctx, parseId(input.id));
  const transactionId = parseId(input.transactionId, "/transactionId");
  const paymentId = input.paymentId === undefined ? null : parseId(input.paymentId, "/paymentId");
  await requireOwnTransaction(deps, ctx, { userId, transactionId });
  return deps.db.transact(ctx, async (tx) => {
    // One at a time: the number of links is bounded.
    const { debt: locked } = asParty(await deps.debts.lock(tx, debt.id), userId);
    const { currency } = locked.terms.amount;
    if (paymentId && !(await deps.payments.find(tx, { id: locked.id, currency }, paymentId)))
      throw gbsErrors.fail("payment_not_found", "The debt has no such payment.");
    const owner = { debtId: locked.id, userId };
    if ((await deps.postingLinks.countOthers(tx, owner, transactionId)) >= maxPostingLinks)
      throw gbsErrors.fail("too_many_posting_links", "The debt has as many as it may have.", {
        meta: { max: maxPostingLinks },
      });
    const link = { transactionId, paymentId, linkedAt: deps.clock.now() };
    await deps.postingLinks.save(tx, owner, link);
    return link;
  });
}

async function requireOwnTransaction(
  { ledger }: Pick<GbsDeps, "ledger">,
  ctx: RequestContext,
  { userId, transactionId }: { readonly userId: Id; readonly transactionId: Id },
): Promise<void> {
  const { items } = await ledger.transactionsById(ctx, { userId, transactionIds: [transactionId] });
  if (items.length === 0)
    throw gbsErrors.fail("transaction_not_found", "You have no such transaction.");
}

/** The asker's own, the oldest first. Throws `gbs.debt_not_found` (404). */
export async function listPostingLinks(
  deps: Deps,
  ctx: RequestContext,
  { id, limit, cursor }: ListOfDebtInput,
): Promise<Page<PostingLink>> {
  const after = decodeMoment(cursor, "linkedAt");
  const { debt } = await ownDebt(deps, ctx, parseId(id));
  const owner = { debtId: debt.id, userId: ownUserId(ctx) };
  const rows = await deps.postingLinks.list(deps.db.read, owner, { after, limit: limit + 1 });
  return pageOf(rows, limit, ({ linkedAt, transactionId }) => [linkedAt, transactionId]);
}

/** Throws `gbs.debt_not_found` and `gbs.posting_link_not_found` (404). */
export async function unlinkPosting(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly transactionId: string },
): Promise<void> {
  const { debt } = await ownDebt(deps, ctx, parseId(input.id));
  const transactionId = parseId(input.transactionId, "transactionId");
  const owner = { debtId: debt.id, userId: ownUserId(ctx) };
  const removed = await deps.db.transact(ctx, (tx) =>
    deps.postingLinks.remove(tx, owner, transactionId),
  );
  if (!removed)
    throw gbsErrors.fail("posting_link_not_found", "The transaction is not linked to the debt.");
}

import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Payment } from "../contract.ts";
import type { AnsweredAmendment, GbsDeps } from "../deps.ts";
import { shownAmendment } from "./debt-view.ts";
import { ownDebt } from "./own-debt.ts";

type Deps = Pick<GbsDeps, "db" | "debts">;
export type ListOfDebtInput = {
  /** Of the debt. */
  readonly id: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** All payments of a debt, the oldest claim first. Throws `gbs.debt_not_found` (404). */
export async function listPayments(
  deps: Deps & Pick<GbsDeps, "payments">,
  ctx: RequestContext,
  { id, limit, cursor }: ListOfDebtInput,
): Promise<Page<Payment>> {
  const after = decodeMoment(cursor, "claimedAt");
  const debt = await debtOf(deps, ctx, id);
  const rows = await deps.payments.list(deps.db.read, debt, { after, limit: limit + 1 });
  return pageOf(rows, limit, (payment) => [payment.claimedAt, payment.id]);
}

/** All amendments that were ever proposed, the oldest first. Throws `gbs.debt_not_found` (404). */
export async function listAmendments(
  deps: Deps & Pick<GbsDeps, "proposals">,
  ctx: RequestContext,
  { id, limit, cursor }: ListOfDebtInput,
): Promise<Page<AnsweredAmendment>> {
  const after = decodeMoment(cursor, "proposedAt");
  const debt = await debtOf(deps, ctx, id);
  const rows = await deps.proposals.amendments(deps.db.read, debt, { after, limit: limit + 1 });
  const page = pageOf(rows, limit, (amendment) => [amendment.proposedAt, amendment.id]);
  return { ...page, items: page.items.map((item) => shownAmendment(item, debt.textHidden)) };
}

async function debtOf(deps: Deps, ctx: RequestContext, id: string) {
  const { debt } = await ownDebt(deps, ctx, parseId(id));
  const { id: debtId, textHidden } = debt;
  return { id: debtId, currency: debt.terms.amount.currency, textHidden };
}

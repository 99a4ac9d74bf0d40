import type { RequestContext } from "#platform/kernel/context";
import type { GbsDeps } from "./deps.ts";
import { acceptOffer, declineOffer } from "./use-cases/answer-offer.ts";
import { type CreateOfferInput, createOffer } from "./use-cases/create-offer.ts";
import { getDebt, type ListDebtsInput, listDebts } from "./use-cases/find-debts.ts";
import { publishKeys } from "./use-cases/publish-keys.ts";
import { withdrawOffer } from "./use-cases/withdraw-offer.ts";

/** The id of a debt, as a route has it. */
type OfDebt = { readonly id: string };

export type GbsOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export const bindOperations = (deps: GbsDeps) => ({
  publishKeys: () => publishKeys(deps),
  createOffer: (ctx: RequestContext, input: CreateOfferInput) => createOffer(deps, ctx, input),
  listDebts: (ctx: RequestContext, input: ListDebtsInput) => listDebts(deps, ctx, input),
  getDebt: (ctx: RequestContext, input: OfDebt) => getDebt(deps, ctx, input),
  withdrawOffer: (ctx: RequestContext, input: OfDebt) => withdrawOffer(deps, ctx, input),
  acceptOffer: (ctx: RequestContext, input: Parameters<typeof acceptOffer>[2]) =>
    acceptOffer(deps, ctx, input),
  declineOffer: (ctx: RequestContext, input: OfDebt) => declineOffer(deps, ctx, input),
});

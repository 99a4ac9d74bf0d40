import type { RequestContext } from "#platform/kernel/context";
import type { BillingDeps } from "./deps.ts";
import { plans } from "./domain/plans.ts";
import { findOwnPlan } from "./use-cases/find-own-plan.ts";

/** All use-cases with their deps bound: what routes call. */
export type BillingOperations = ReturnType<typeof bindOperations>;

export const bindOperations = (deps: BillingDeps) => ({
  listPlans: () => plans,
  findOwnPlan: (ctx: RequestContext, input: Parameters<typeof findOwnPlan>[2]) =>
    findOwnPlan(deps, ctx, input),
});

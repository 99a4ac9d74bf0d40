import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { BillingOperations } from "../operations.ts";
import { ownPlan, ownPlanQuery, planList } from "./schemas.ts";

const tags = ["Billing"];

/** Plans are looked at here; nothing that a user can ask for changes one. */
export function createBillingRoutes(kit: HttpKit, operations: BillingOperations) {
  const { route } = kit;
  return new Elysia({ name: "billing.routes", prefix: "/v1" })
    .use(kit.plugin)
    .get(
      "/billing/plans",
      () => ({ items: operations.listPlans() }),
      route({
        operationId: "listPlans",
        tags,
        summary: "The plans, what they cost and what they include",
        access: "public",
        limit: "read",
        responses: { 200: planList },
      }),
    )
    .get(
      "/billing/plan",
      ({ ctx, query }) => operations.findOwnPlan(ctx, query),
      route({
        operationId: "findOwnPlan",
        tags,
        summary: "Your plan, what it includes and why you have it",
        description:
          "The higher of the plan that everybody has and those you were given. Lists every plan you were ever given with its reason, the newest first.",
        access: "billing:read_self",
        limit: "costly_read",
        query: ownPlanQuery,
        responses: { 200: ownPlan },
      }),
    );
}

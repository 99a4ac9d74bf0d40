import type { RequestContext } from "#platform/kernel/context";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { UserEntitlements } from "../contract.ts";
import type { BillingDeps } from "../deps.ts";
import { effectivePlan, userEntitlements } from "../domain/effective-plan.ts";
import { type Grant, type GrantStatus, grantStatus } from "../domain/grant.ts";

/** A grant as its user sees it. Who gave it stays with us. */
export type GrantView = Pick<
  Grant,
  "id" | "plan" | "reason" | "grantedAt" | "expiresAt" | "revokedAt" | "revokedReason"
> & { readonly status: GrantStatus };

export type OwnPlan = Omit<UserEntitlements, "userId"> & { readonly grants: Page<GrantView> };

/** What the caller may do and why: the plan in force, and all he was ever given, the newest first. */
export async function findOwnPlan(
  deps: Pick<BillingDeps, "db" | "clock" | "defaultPlan" | "grants">,
  { actor, operation }: RequestContext,
  input: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<OwnPlan> {
  if (actor.type !== "user") throw new Error(`${operation} was reached by nobody who has a plan`);
  const { limit } = input;
  const after = decodeMoment(input.cursor, "grantedAt");
  const now = deps.clock.now();
  const [running, listed] = await Promise.all([
    deps.grants.running(deps.db.read, [actor.id], now),
    deps.grants.list(deps.db.read, { userId: actor.id, after, limit: limit + 1 }),
  ]);
  const plan = effectivePlan(deps.defaultPlan, running, now);
  const { userId: _, ...entitlements } = userEntitlements(actor.id, plan);
  const page = pageOf(listed, limit, ({ grantedAt, id }) => [grantedAt, id]);
  return {
    ...entitlements,
    grants: {
      nextCursor: page.nextCursor,
      items: page.items.map((grant) => ({
        id: grant.id,
        plan: grant.plan,
        status: grantStatus(grant, now),
        reason: grant.reason,
        grantedAt: grant.grantedAt,
        expiresAt: grant.expiresAt,
        revokedAt: grant.revokedAt,
        revokedReason: grant.revokedReason,
      })),
    },
  };
}

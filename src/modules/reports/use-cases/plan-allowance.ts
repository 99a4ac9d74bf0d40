import type { PlanCode } from "#modules/billing/contract";
import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { ReportFormat } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { type Allowance, advancedAllowance, allowanceOf } from "../domain/allowance.ts";
import { reportsErrors } from "../errors.ts";

export type PlanAllowance = Allowance & { readonly plan: PlanCode };

/** Asked before a transaction. */
export async function planAllowanceOf(
  { billing }: Pick<ReportsDeps, "billing">,
  ctx: RequestContext,
  userId: Id,
): Promise<PlanAllowance> {
  const [entitled] = await billing.entitlementsOf(ctx, { userIds: [userId] });
  if (!entitled) throw new Error("billing does not know what a user may do");
  return { ...allowanceOf(entitled), plan: entitled.plan };
}

/** Throws `reports.plan_limit_reached` (402) for formats that the plan does not include. */
export function requireFormats(
  { plan, formats }: PlanAllowance,
  asked: readonly ReportFormat[],
): void {
  const missing = asked.filter((format) => !formats.includes(format));
  if (missing.length === 0) return;
  throw reportsErrors.fail(
    "plan_limit_reached",
    `The plan does not include: ${missing.join(", ")}. Ask for ${formats.join(" or ")}, or take a higher plan.`,
    {
      meta: {
        ...{ plan, formats: formats.join(","), missing: missing.join(",") },
        wayOut: "GET /v1/billing/plans",
      },
      fields: [{ path: "/formats", detail: `Can have ${formats.join(", ")} with this plan.` }],
    },
  );
}

/** Throws `reports.too_many_reports` (429): tomorrow there is room again. `requested` = with this one. */
export function requireToday(
  { plan, perDay }: PlanAllowance,
  requested: number,
  retryAfterSeconds: number,
): void {
  if (requested <= perDay) return;
  throw reportsErrors.fail(
    "too_many_reports",
    `At most ${perDay} reports can be asked for in a day (UTC).`,
    { meta: { plan, limit: perDay, used: requested - 1 }, retryAfterSeconds },
  );
}

/** Throws 402 or `reports.too_many_kept` (409). */
export const requireKept = (allowance: PlanAllowance, used: number): void =>
  requireRoom(allowance, used, {
    limit: "kept",
    things: "reports can be kept at a time",
    way: "DELETE /v1/reports/{id}",
    code: "too_many_kept",
  });

/** Throws 402 or `reports.too_many_schedules` (409). */
export const requireSchedules = (allowance: PlanAllowance, used: number): void =>
  requireRoom(allowance, used, {
    limit: "schedules",
    things: "schedules there can be",
    way: "DELETE /v1/report-schedules/{id}",
    code: "too_many_schedules",
  });

/** Where a higher plan has more room its absence is the reason, and 402. */
function requireRoom(
  allowance: PlanAllowance,
  used: number,
  of: {
    readonly limit: "kept" | "schedules";
    readonly things: string;
    readonly way: string;
    readonly code: "too_many_kept" | "too_many_schedules";
  },
): void {
  const limit = allowance[of.limit];
  if (used < limit) return;
  const isPlan = limit < advancedAllowance[of.limit];
  const detail = `At most ${limit} ${of.things}${isPlan ? " with this plan" : ""}. Delete one${isPlan ? ", or take a higher plan" : ""}.`;
  const wayOut = isPlan ? `${of.way}; GET /v1/billing/plans` : of.way;
  throw reportsErrors.fail(isPlan ? "plan_limit_reached" : of.code, detail, {
    meta: { plan: allowance.plan, limit, used, wayOut },
  });
}

export const isPlanLimit = (error: AppError): boolean => error.kind === "payment_required";

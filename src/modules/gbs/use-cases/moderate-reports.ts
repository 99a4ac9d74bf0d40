import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { AbuseResolution, GbsDeps, ReportedOffer } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { type AdminStepDeps, asAdmin, othersDebt, peopleOf } from "./admin-step.ts";
import { blockPair } from "./block-lender.ts";
import { type DebtStep, said } from "./debt-step.ts";
import { recordOnDebt } from "./record-on-debt.ts";

type ResolveDeps = AdminStepDeps & Pick<GbsDeps, "ids" | "offers" | "blocks" | "moderation">;

/** Of an offer whose description may be hidden from its parties by now. */
export type AbuseReportForAdmin = {
  readonly id: Id;
  readonly debtId: Id;
  readonly reason: string;
  readonly reportedBy: Id;
  readonly reportedAt: Instant;
  readonly state: "open" | "resolved";
  readonly offer: ReportedOffer["debt"];
  readonly resolution: {
    readonly action: AbuseResolution;
    readonly reason: string;
    readonly by: Id;
    readonly at: Instant;
  } | null;
};

export type AbuseAction = "dismiss" | "hide_text" | "block_pair";

const resolutions: Readonly<Record<AbuseAction, AbuseResolution>> = {
  ...{ dismiss: "dismissed", hide_text: "text_hidden", block_pair: "pair_blocked" },
};

/** What borrowers have reported, the oldest first. */
export async function listAbuseReports(
  deps: Pick<GbsDeps, "db" | "moderation">,
  _ctx: RequestContext,
  input: {
    readonly state?: "open" | "resolved" | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<AbuseReportForAdmin>> {
  const { state, limit, cursor } = input;
  const query = { state, after: decodeMoment(cursor, "reportedAt"), limit: limit + 1 };
  const found = await deps.moderation.listReports(deps.db.read, query);
  const page = pageOf(found, limit, ({ report }) => [report.reportedAt, report.id]);
  return { items: page.items.map(reportView), nextCursor: page.nextCursor };
}

/**
 * Ends a report: there is nothing in it, or the description is hidden from both parties for good, or offers of this lender
 * do not reach this borrower any more. Throws `gbs.abuse_report_not_found` (404), `gbs.own_debt` (409), and
 * `gbs.not_possible_now` (409) when it is resolved already.
 */
export async function resolveAbuseReport(
  deps: ResolveDeps,
  ctx: RequestContext,
  input: { readonly id: string; readonly action: AbuseAction; readonly reason: string },
): Promise<AbuseReportForAdmin> {
  const id = parseId(input.id);
  const resolutionReason = readLine(input.reason, "/reason");
  const reported = await deps.moderation.findReport(deps.db.read, id);
  if (!reported) throw gbsErrors.fail("abuse_report_not_found", "There is no such report.");
  const { debtId, reportedBy } = reported.report;
  const seen = await othersDebt(deps, ctx, debtId);
  const people = await peopleOf(deps, ctx, seen);
  const { id: resolvedBy } = asAdmin(ctx);
  const resolution = resolutions[input.action];
  return deps.db.transact(ctx, async (tx) => {
    // Before the debt, as whoever brings offers to people has it.
    if (resolution === "pair_blocked") await deps.offers.lockLender(tx, seen.lenderId);
    const after = await recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      const resolved = { resolution, resolutionReason, resolvedBy, resolvedAt: now };
      if (!(await deps.moderation.resolveReport(tx, id, resolved))) throw resolvedAlready();
      return resolution === "text_hidden" && !debt.textHidden ? hideText(debt, ctx) : null;
    });
    if (resolution === "pair_blocked")
      await blockPair(deps, tx, {
        ...{ id: deps.ids.next(), blockedAt: deps.clock.now() },
        ...{ blockerId: reportedBy, blockedId: after.lenderId },
      });
    const now = await deps.moderation.findReport(tx, id);
    return reportView(now ?? reported);
  });
}

/** Of all terms that the debt had or will have; the log keeps what it was as a salted hash. */
const hideText = (debt: DebtSnapshot, ctx: RequestContext): DebtStep => ({
  debt: { ...debt, textHidden: true },
  custody: [{ kind: "text_hidden", actor: asAdmin(ctx), data: {} }],
  notices: [{ kind: "gbs.text_hidden", to: "lender", data: { money: said(debt.terms.amount) } }],
});

const resolvedAlready = (): AppError =>
  gbsErrors.fail("not_possible_now", "The report is resolved already. Nothing is possible.", {
    meta: { state: "resolved", possible: "" },
  });

function reportView({ report, debt }: ReportedOffer): AbuseReportForAdmin {
  const { id, debtId, reason, reportedBy, reportedAt } = report;
  const { resolution, resolutionReason, resolvedBy, resolvedAt } = report;
  const isResolved =
    resolution !== null && resolutionReason !== null && resolvedBy !== null && resolvedAt !== null;
  return {
    ...{ id, debtId, reason, reportedBy, reportedAt, state: isResolved ? "resolved" : "open" },
    offer: debt,
    resolution: isResolved
      ? { action: resolution, reason: resolutionReason, by: resolvedBy, at: resolvedAt }
      : null,
  };
}

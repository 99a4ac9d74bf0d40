import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { type Page, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { ReportShare, ShareOpening } from "../contract.ts";
import type { OpeningSummary, ReportsDeps } from "../deps.ts";
import { readPosition } from "./find-reports.ts";
import { ownReport } from "./own-report.ts";
import { ownShare } from "./own-share.ts";
import { shareView } from "./share-view.ts";

type Deps = Pick<ReportsDeps, "db" | "clock" | "ledger" | "reports" | "shares">;
type ListInput = {
  readonly id: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** Of one report, the newest first; also those that are over. */
export async function listShares(
  deps: Deps,
  ctx: RequestContext,
  { id, limit, cursor }: ListInput,
): Promise<Page<ReportShare>> {
  const after = cursor === undefined ? undefined : readPosition(cursor);
  const { report } = await ownReport(deps, ctx, parseId(id));
  const { read } = deps.db;
  const rows = await deps.shares.list(read, { reportId: report.id, after, limit: limit + 1 });
  const page = pageOf(rows, limit, ({ createdAt, id }) => [createdAt, id]);
  const ids = page.items.map((share) => share.id);
  const summaries = await deps.shares.summaries(read, ids);
  const now = deps.clock.now();
  return {
    ...page,
    items: page.items.map((share) => shareView(share, summaries.get(share.id) ?? unopened, now)),
  };
}

const unopened: OpeningSummary = { openings: 0, lastOpenedAt: null, hasPassword: false };

/** Who opened a link, the newest first. Throws `reports.share_not_found` (404). */
export async function listOpenings(
  deps: Pick<ReportsDeps, "db" | "shares">,
  ctx: RequestContext,
  { id, limit, cursor }: ListInput,
): Promise<Page<ShareOpening>> {
  const position = cursor === undefined ? undefined : readPosition(cursor);
  const after = position && { openedAt: position.createdAt as Instant, id: position.id };
  const share = await ownShare(deps, ctx, parseId(id));
  const query = { shareId: share.id, after, limit: limit + 1 };
  const rows = await deps.shares.openings(deps.db.read, query);
  const page = pageOf(rows, limit, ({ openedAt, id }) => [openedAt, id]);
  return {
    ...page,
    items: page.items.map(({ openedAt, what, client }) => ({ openedAt, what, client })),
  };
}

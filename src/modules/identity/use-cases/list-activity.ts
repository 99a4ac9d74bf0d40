import type { RequestContext } from "#platform/kernel/context";
import { decodeSequence, type Page } from "#platform/kernel/page";
import { addSeconds, type Instant } from "#platform/kernel/time";
import type { AuditEntry, IdentityDeps } from "../deps.ts";
import { type ActivityAuthor, authorOf, showsClient } from "../domain/activity.ts";
import { ownUserId } from "./own-user.ts";

/** Something that was done with or to an account. */
export type Activity = {
  readonly at: Instant;
  /** An operationId, or the name of a job or command. */
  readonly action: string;
  readonly by: ActivityAuthor;
  /** What it was answered; null = a job or command, or nobody knows. */
  readonly status: number | null;
  /** Address or network, where it is the user's own business. */
  readonly client: string | null;
};

/** How far back users can look. */
const windowSeconds = 90 * 86_400;
/** What apps do by themselves every quarter of an hour. */
const withoutNews = ["refreshSession"];

/** What was done by or to the account of whoever asks, the latest first. Throws `audit.unavailable` (503). */
export async function listActivity(
  { auditTrail, clock }: Pick<IdentityDeps, "auditTrail" | "clock">,
  ctx: RequestContext,
  input: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Activity>> {
  const userId = ownUserId(ctx);
  const { limit, cursor } = input;
  const { items, nextCursor } = await auditTrail.activityOf(
    { userId, from: addSeconds(clock.now(), -windowSeconds), without: withoutNews },
    { before: decodeSequence(cursor), limit },
  );
  return { items: items.map((entry) => toActivity(entry, userId)), nextCursor };
}

function toActivity(entry: AuditEntry, userId: string): Activity {
  const { at, operation, status = null, actor = { type: "system" }, data } = entry;
  const { route, client } = data;
  const by = authorOf(actor, { userId, route: typeof route === "string" ? route : "" });
  return {
    at,
    action: operation ?? "unknown",
    by,
    status,
    client: showsClient(by) && typeof client === "string" ? client : null,
  };
}

import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { type Id, momentOfId } from "#platform/kernel/ids";
import { decodeSequence, type Page } from "#platform/kernel/page";
import { addSeconds, type Instant, secondsBetween } from "#platform/kernel/time";
import type { AdminDeps, AuditEntry, AuditTrail } from "../deps.ts";

type Criteria = Parameters<AuditTrail["search"]>[0];

export type SearchAuditInput = Omit<Criteria, "from" | "requestId"> & {
  readonly requestId?: Id | undefined;
  readonly from?: Instant | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

const daySeconds = 86_400;
/** How far back a search goes that says nothing of it. */
const usualWindowSeconds = 31 * daySeconds;
/** Each month more is a table more to look into. */
const longestWindowSeconds = 366 * daySeconds;
/** The clocks of nodes differ by less. */
const clockSkewSeconds = 3_600;

/** The trail, the latest recorded first. Throws `audit.unavailable` (503), `input.invalid` (422). */
export async function searchAudit(
  { auditTrail, clock }: Pick<AdminDeps, "auditTrail" | "clock">,
  _ctx: RequestContext,
  input: SearchAuditInput,
): Promise<Page<AuditEntry>> {
  const { limit, cursor, ...criteria } = input;
  const before = decodeSequence(cursor);
  return auditTrail.search(
    { ...criteria, from: beginningOf(input, clock.now()) },
    { before, limit },
  );
}

/** A request's id tells when it came, so that no other day has to be looked at. */
function beginningOf({ from, to, requestId }: SearchAuditInput, now: Instant): Instant {
  if (from === undefined)
    return requestId === undefined
      ? addSeconds(to ?? now, -usualWindowSeconds)
      : addSeconds(momentOfId(requestId), -clockSkewSeconds);
  if (secondsBetween(from, to ?? now) > longestWindowSeconds)
    throw invalidField("from", "A search covers at most 366 days.");
  return from;
}

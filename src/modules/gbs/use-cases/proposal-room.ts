import type { Tx } from "#platform/db/database";
import { limitExceeded } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { maxProposalsPerDay } from "../bounds.ts";
import type { GbsDeps } from "../deps.ts";

const daySeconds = 86_400;
/** One of the day's has left the window by then, or soon will. */
const retryAfterSeconds = 3_600;

/** Each of them is a mail to somebody: throws `limit.exceeded` (429) when a day has had as many as it may. */
export async function requireRoom(
  { proposals }: Pick<GbsDeps, "proposals">,
  tx: Tx,
  what: "amendments" | "cancellations" | "disputes",
  { debtId, now }: { readonly debtId: Id; readonly now: Instant },
): Promise<void> {
  const since = addSeconds(now, -daySeconds);
  if ((await proposals.countSince(tx, what, debtId, since)) >= maxProposalsPerDay)
    throw limitExceeded(
      `A debt has at most ${maxProposalsPerDay} ${what} in 24 hours.`,
      retryAfterSeconds,
    );
}

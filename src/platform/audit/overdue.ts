import { addSeconds, type Instant } from "../kernel/time.ts";
import type { EntryDraft } from "./entry.ts";
import type { LogWriter } from "./log-writer.ts";
import { unknownOutcomeDraft } from "./message-drafts.ts";
import type { Unfinished } from "./unfinished.ts";

/** Clocks of two machines differ, and an answer may be recorded before what it answers. */
const clockToleranceSeconds = 3_600;

/** Drafts of requests that are overdue at `at`; those that have an entry after all are forgotten. */
export async function overdueDrafts(
  deps: {
    readonly unfinished: Unfinished;
    readonly writer: Pick<LogWriter, "finishedRequests">;
    readonly clock: { now(): Instant };
  },
  at: Instant,
): Promise<EntryDraft[]> {
  const { unfinished } = deps;
  const overdue = unfinished.overdue(at);
  const oldest = overdue.map(({ committedAt }) => committedAt).toSorted()[0];
  if (!oldest) return [];
  const ids = overdue.map(({ requestId }) => requestId);
  const since = addSeconds(oldest, -clockToleranceSeconds);
  const finished = new Set(await deps.writer.finishedRequests(ids, since));
  return overdue.flatMap((one) => {
    if (finished.has(one.requestId)) {
      unfinished.finished(one.requestId);
      return [];
    }
    unfinished.reported(one, deps.clock.now());
    return [unknownOutcomeDraft(JSON.parse(one.context), { at: one.committedAt, lsn: one.lsn })];
  });
}

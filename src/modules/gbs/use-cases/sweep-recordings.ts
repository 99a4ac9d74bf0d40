import type { RequestContext } from "#platform/kernel/context";
import { type Id, isId } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import { isKeptForLender, type KeptForLenderDeps } from "./kept-for-lender.ts";

export const sweepRecordingsJob = "gbs.sweep_recordings";

const recordingsPrefix = "evidence/";
/** Of 500 objects; more than that wait for the next day. */
const maxPages = 1_000;
const daySeconds = 86_400;

type Deps = Pick<GbsDeps, "db" | "uploads" | "objects" | "logger" | "sweepOrphans"> &
  KeptForLenderDeps;

/**
 * Deletes what is stored of recordings that were cleared away or that MainDB does not know: a writer was so late that it was
 * cleared before, or the database went back to before the upload. Not before recordings are kept no longer, for it may be
 * all that a lender has: see {@link isKeptForLender}.
 */
export async function sweepRecordings(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, uploads, objects, retentionDays } = deps;
  const { deleted } = await deps.sweepOrphans(
    {
      ...{ store: objects, prefix: recordingsPrefix },
      storedBefore: addSeconds(clock.now(), -retentionDays * daySeconds),
      async inUse(keys) {
        const places = new Map(keys.flatMap((key) => placeOf(key) ?? []));
        const kept = new Set(await uploads.uncleared(db.read, [...places.keys()]));
        for (const [uploadId, debtId] of places)
          if (!kept.has(uploadId) && (await isKeptForLender(deps, { uploadId, debtId })))
            kept.add(uploadId);
        return new Set(keys.filter((key) => isOf(kept, key)));
      },
    },
    { after: null, maxPages, signal },
  );
  if (deleted > 0)
    deps.logger.info({ objects: deleted, job: ctx.operation }, "deleted what no recording has");
}

/** What has another name is none of ours, and left alone. */
function placeOf(key: string): [[uploadId: Id, debtId: Id]] | undefined {
  const [debtId = "", uploadId = ""] = key.slice(recordingsPrefix.length).split("/");
  return isId(debtId) && isId(uploadId) ? [[uploadId, debtId]] : undefined;
}

function isOf(kept: ReadonlySet<Id>, key: string): boolean {
  const [place] = placeOf(key) ?? [];
  return place === undefined || kept.has(place[0]);
}

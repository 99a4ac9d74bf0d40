import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import { debtOfDocumentKey, documentsPrefix } from "./make-document.ts";

/** Of 500 files; more than that wait for the next day. */
const maxPages = 1_000;
/** Much longer than a document is made: what is younger may be about to be recorded. */
const unrecordedSeconds = 86_400;

/** Deletes files of documents that no row refers to: their making was killed, or came too late for the terms. */
export async function sweepDocuments(
  deps: Pick<GbsDeps, "db" | "documents" | "objects" | "clock" | "logger" | "sweepOrphans">,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const { deleted } = await deps.sweepOrphans(
    {
      ...{ store: deps.objects, prefix: documentsPrefix },
      storedBefore: addSeconds(deps.clock.now(), -unrecordedSeconds),
      async inUse(keys) {
        const ids = new Set<Id>(keys.flatMap((key) => debtOfDocumentKey(key) ?? []));
        return new Set(await deps.documents.keysOf(deps.db.read, [...ids]));
      },
    },
    { after: null, maxPages, signal },
  );
  if (deleted > 0)
    deps.logger.info({ objects: deleted, job: ctx.operation }, "deleted files of no document");
}

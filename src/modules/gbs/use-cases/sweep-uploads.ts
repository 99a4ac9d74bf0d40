import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import { isKeptForLender, type KeptForLenderDeps } from "./kept-for-lender.ts";

export const sweepUploadsJob = "gbs.sweep_uploads";

const uploadsAtOnce = 100;
/** A writer whose lease has run out may still be storing his last segment; after so long he has given up. */
const lateWriteSeconds = 300;

type Deps = Pick<GbsDeps, "db" | "clock" | "uploads" | "vault"> & KeptForLenderDeps;

/**
 * Ends uploads that were not complete in time, and clears away what is stored of all that were discarded: the header
 * first, for without it nobody reads the rest. One that cannot be cleared keeps none of the others waiting, and is tried
 * again; throws when there were such.
 */
export async function sweepUploads(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  await deps.db.transact(ctx, (tx) => deps.uploads.expire(tx, deps.clock.now(), uploadsAtOnce));
  const failures: unknown[] = [];
  let after: Id | undefined;
  while (!signal.aborted) {
    const leaseOverBy = addSeconds(deps.clock.now(), -lateWriteSeconds);
    const page = await deps.uploads.toClear(deps.db.read, {
      ...{ leaseOverBy, after, limit: uploadsAtOnce },
    });
    for (const upload of page) {
      if (signal.aborted) break;
      await clear(deps, ctx, upload).catch((error: unknown) => failures.push(error));
    }
    after = page.at(-1)?.id;
    if (page.length < uploadsAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} uploads could not be cleared`);
}

async function clear(
  deps: Deps,
  ctx: RequestContext,
  { id, debtId }: { readonly id: Id; readonly debtId: Id },
): Promise<void> {
  if (await isKeptForLender(deps, { uploadId: id, debtId })) return;
  await deps.vault.destroyReviewHeader(id);
  await deps.vault.destroyPayload({ uploadId: id, debtId });
  await deps.db.transact(ctx, (tx) => deps.uploads.setCleared(tx, id, deps.clock.now()));
}

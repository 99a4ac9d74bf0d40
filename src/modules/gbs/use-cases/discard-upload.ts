import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps, UploadFault } from "../deps.ts";
import { ownUpload, uploadEnded } from "./own-upload.ts";

type Deps = Pick<GbsDeps, "db" | "clock" | "uploads">;

/** Nothing more is taken for it; what is stored of it is cleared away by the next sweep. */
export async function discardUpload(
  deps: Deps,
  ctx: RequestContext,
  id: Id,
  fault: UploadFault,
): Promise<boolean> {
  return deps.db.transact(ctx, (tx) => deps.uploads.discard(tx, id, fault, deps.clock.now()));
}

/**
 * The borrower cancels what is on its way. Throws `gbs.upload_not_found` (404) and `gbs.upload_ended` (410), which an
 * upload that has become evidence is, too.
 */
export async function cancelUpload(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<void> {
  const { id } = await ownUpload(deps, ctx, input.id);
  if (await discardUpload(deps, ctx, id, "cancelled")) return;
  throw uploadEnded((await ownUpload(deps, ctx, id)).fault);
}

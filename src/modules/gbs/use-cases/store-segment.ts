import type { RequestContext } from "#platform/kernel/context";
import type { GbsDeps, StoredUpload } from "../deps.ts";
import { type Segment, segmentEnd } from "../domain/upload-parts.ts";
import { videoTypeOf } from "../domain/video-type.ts";
import { gbsErrors } from "../errors.ts";
import { discardUpload } from "./discard-upload.ts";
import { type FinishUploadPayload, finishUploadJob } from "./finish-upload.ts";
import type { HeldLease } from "./upload-lease.ts";

export type StoreSegmentDeps = Pick<GbsDeps, "db" | "clock" | "jobs" | "uploads" | "vault">;

/**
 * Makes one segment durable, and counts it. Which bytes it has is on record before they are sealed: a nonce never covers
 * two plaintexts, whoever comes back with whatever. Throws `gbs.not_a_video` (422) and `gbs.upload_diverged` (409), which
 * end the upload, what a lost lease throws, and failures of the store.
 */
export async function storeSegment(
  deps: StoreSegmentDeps,
  ctx: RequestContext,
  sent: {
    readonly upload: StoredUpload;
    readonly held: HeldLease;
    readonly sealer: Awaited<ReturnType<GbsDeps["sealSegments"]>>;
    readonly segment: Segment;
  },
): Promise<void> {
  const { upload, held, sealer, segment } = sent;
  const { index, offset, bytes } = segment;
  if (index === 0 && videoTypeOf(bytes) === null) {
    await discardUpload(deps, ctx, upload.id, "not_a_video");
    throw gbsErrors.fail("not_a_video", "Send a video: MP4, QuickTime or WebM.");
  }
  const mac = sealer.mac(index, bytes);
  const claimed = await deps.db.transact(ctx, async (tx) =>
    (await deps.uploads.renew(tx, held.lease, held.until()))
      ? deps.uploads.claimSegment(tx, upload.id, index, mac)
      : null,
  );
  if (claimed === null) throw await held.lost();
  if (claimed !== mac) {
    await discardUpload(deps, ctx, upload.id, "diverged");
    throw gbsErrors.fail(
      "upload_diverged",
      "These are other bytes than were sent before. Nothing of the upload is kept: begin a new one.",
    );
  }
  const end = segmentEnd(offset, upload.lengthBytes);
  const isComplete = end === upload.lengthBytes;
  await deps.vault.putSegment(placeOf(upload), index, await sealer.seal(index, bytes, isComplete));
  await count(deps, ctx, sent, { end, isComplete });
}

const placeOf = ({ id, debtId }: StoredUpload) => ({ uploadId: id, debtId });

async function count(
  deps: StoreSegmentDeps,
  ctx: RequestContext,
  { upload, held, segment }: Parameters<typeof storeSegment>[2],
  { end, isComplete }: { readonly end: number; readonly isComplete: boolean },
): Promise<void> {
  const counted = await deps.db.transact(ctx, async (tx) => {
    const to = { from: segment.offset, offset: end, until: held.until(), isComplete };
    if (!(await deps.uploads.advance(tx, held.lease, to))) return false;
    if (isComplete)
      await deps.jobs.enqueue<FinishUploadPayload>(tx, finishUploadJob, { uploadId: upload.id });
    return true;
  });
  if (counted) return;
  // Of an upload that ended meanwhile nothing may be left; to one that goes on these bytes belong, whoever sent them.
  const current = await deps.uploads.find(deps.db.read, upload.id);
  if (current?.state === "discarded")
    await deps.vault.deleteSegment(placeOf(upload), segment.index);
  throw await held.lost();
}

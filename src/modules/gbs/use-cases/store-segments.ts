import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { GbsDeps, StoredUpload } from "../deps.ts";
import { type Segment, segmentEnd } from "../domain/upload-parts.ts";
import { videoTypeOf } from "../domain/video-type.ts";
import { gbsErrors } from "../errors.ts";
import { discardUpload } from "./discard-upload.ts";
import type { HeldLease } from "./upload-lease.ts";
import { createUploadRecord, type UploadRecordDeps } from "./upload-record.ts";

/** Of one request in memory: one comes while others are sealed, written and counted. */
export const segmentsHeld = 4;

export type StoreSegmentsDeps = UploadRecordDeps & Pick<GbsDeps, "clock" | "vault" | "logger">;
export type Writing = {
  readonly upload: StoredUpload;
  readonly held: HeldLease;
  readonly sealer: Awaited<ReturnType<GbsDeps["sealSegments"]>>;
};

/**
 * Makes segments durable, as many at a time as are {@link segmentsHeld | held}, and counts them in their order. Which bytes one has is on
 * record before they are sealed: a nonce never covers two plaintexts, whoever comes back with whatever. Has ended with all
 * that it began, also when it throws: `gbs.not_a_video` (422) and `gbs.upload_diverged` (409), which end the upload, what
 * a lost lease throws, failures of the store, and what `segments` throws. Those before one that failed count.
 */
export async function storeSegments(
  deps: StoreSegmentsDeps,
  ctx: RequestContext,
  writing: Writing,
  segments: AsyncIterable<Segment>,
): Promise<void> {
  const { upload } = writing;
  const record = createUploadRecord(deps, ctx, writing);
  const begun: Promise<void>[] = [];
  const uncounted = new Set<number>();
  let allBefore: Promise<unknown> = Promise.resolve();
  let failure: { readonly reason: unknown } | undefined;

  async function store(segment: Segment, before: Promise<unknown>): Promise<void> {
    const own = place(deps, { ...writing, record, segment });
    const durable = bothOf(before, own);
    allBefore = durable;
    await durable;
    await record.count(segmentEnd(segment.offset, upload.lengthBytes));
    uncounted.delete(segment.index);
  }

  async function begin(): Promise<void> {
    for await (const segment of segments) {
      if (segment.index === 0) await requireVideo(deps, ctx, upload, segment);
      uncounted.add(segment.index);
      begun.push(
        store(segment, allBefore).catch((reason: unknown) => {
          failure ??= { reason };
        }),
      );
      if (begun.length === segmentsHeld) await begun.shift();
      if (failure) return;
    }
  }

  const [read] = await Promise.allSettled([begin()]);
  await Promise.all(begun);
  if (failure) {
    if (isDiverged(failure.reason)) await discardUpload(deps, ctx, upload.id, "diverged");
    await leaveNothing(deps, upload, uncounted);
    throw failure.reason;
  }
  if (read.status === "rejected") throw read.reason;
}

/** Resolves when both have, throws when both have ended: the first one's reason before the second one's. */
async function bothOf(first: Promise<unknown>, second: Promise<unknown>): Promise<void> {
  for (const ended of await Promise.allSettled([first, second]))
    if (ended.status === "rejected") throw ended.reason;
}

async function requireVideo(
  deps: StoreSegmentsDeps,
  ctx: RequestContext,
  { id }: StoredUpload,
  { bytes }: Segment,
): Promise<void> {
  if (videoTypeOf(bytes) !== null) return;
  await discardUpload(deps, ctx, id, "not_a_video");
  throw gbsErrors.fail("not_a_video", "Send a video: MP4, QuickTime or WebM.");
}

/** Durable when it resolves, wherever it stands. */
async function place(
  deps: StoreSegmentsDeps,
  writing: Writing & {
    readonly record: ReturnType<typeof createUploadRecord>;
    readonly segment: Segment;
  },
): Promise<void> {
  const { upload, sealer, record, segment } = writing;
  const { index, offset, bytes } = segment;
  if (!(await record.claim(segment))) throw diverged();
  const isLast = segmentEnd(offset, upload.lengthBytes) === upload.lengthBytes;
  await deps.vault.putSegment(placeOf(upload), index, sealer.seal(index, bytes, isLast));
}

const diverged = (): AppError =>
  gbsErrors.fail(
    "upload_diverged",
    "These are other bytes than were sent before. Nothing of the upload is kept: begin a new one.",
  );
const isDiverged = (error: unknown): boolean =>
  error instanceof AppError && error.code === diverged().code;

const placeOf = ({ id, debtId }: StoredUpload) => ({ uploadId: id, debtId });

/**
 * Of an upload that ended meanwhile nothing may be left: it may have been cleared away before these came. To one that
 * goes on they belong, whoever sent them.
 */
async function leaveNothing(
  deps: StoreSegmentsDeps,
  upload: StoredUpload,
  segments: ReadonlySet<number>,
): Promise<void> {
  try {
    const current = await deps.uploads.find(deps.db.read, upload.id);
    if (current?.state !== "discarded") return;
    for (const segment of segments) await deps.vault.deleteSegment(placeOf(upload), segment);
  } catch (err) {
    deps.logger.warn({ err, uploadId: upload.id }, "segments of an upload that ended may be left");
  }
}

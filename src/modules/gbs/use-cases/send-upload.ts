import type { RequestContext } from "#platform/kernel/context";
import { type AppError, invalidField } from "#platform/kernel/errors";
import type { EvidenceUpload } from "../contract.ts";
import type { GbsDeps, StoredUpload } from "../deps.ts";
import { type Segment, segmentEnd, segmentsOf, tooManyBytes } from "../domain/upload-parts.ts";
import { gbsErrors } from "../errors.ts";
import { discardUpload } from "./discard-upload.ts";
import { isExpired, ownUpload, uploadEnded, uploadView } from "./own-upload.ts";
import { type StoreSegmentsDeps, segmentsHeld, storeSegments } from "./store-segments.ts";
import { type HeldLease, offsetDiffers, withLease } from "./upload-lease.ts";

type Deps = StoreSegmentsDeps & Pick<GbsDeps, "reviewKeys" | "sealSegments">;

export type SendUploadInput = {
  readonly id: string;
  /** Where the client goes on. */
  readonly offset: number;
  /** How many bytes it sends, if it says so. */
  readonly sentBytes: number | null;
  readonly body: AsyncIterable<Uint8Array>;
};

/**
 * Takes the next bytes of a recording: by segments, each of which is durable before the next one counts. What is no whole
 * segment at the end of a request is forgotten. Throws `gbs.upload_not_found` (404), `gbs.upload_offset_differs`,
 * `gbs.upload_busy` and `gbs.upload_diverged` (409), `gbs.upload_ended` (410), `gbs.upload_too_large` (413),
 * `gbs.not_a_video` and 422 for too few bytes, failures of the store, and what reading the body throws. Whatever it
 * throws, segments that were whole by then are kept.
 */
export async function sendUpload(
  deps: Deps,
  ctx: RequestContext,
  input: SendUploadInput,
): Promise<EvidenceUpload> {
  const upload = await ownUpload(deps, ctx, input.id);
  if (upload.state === "discarded" || isExpired(upload, deps.clock.now()))
    throw uploadEnded(upload.fault ?? "expired");
  if (input.offset !== upload.offsetBytes) throw offsetDiffers(upload);
  requireFittingSize(upload, input);
  if (upload.state === "receiving" && input.sentBytes !== 0)
    await withLease(deps, ctx, { id: upload.id, offset: input.offset }, (held) =>
      receive(deps, ctx, { upload, held, body: input.body }),
    );
  return uploadView(await ownUpload(deps, ctx, input.id), deps.clock.now());
}

/** A client that sends less at a time would never get anywhere. */
function requireFittingSize(upload: StoredUpload, { sentBytes, offset }: SendUploadInput): void {
  if (sentBytes === null || sentBytes === 0) return;
  const { lengthBytes } = upload;
  if (offset + sentBytes > lengthBytes) throw tooLarge(upload);
  const least = segmentEnd(offset, lengthBytes) - offset;
  if (sentBytes < least)
    throw invalidField("Content-Length", `Send at least ${least} bytes at a time from here.`);
}

async function receive(
  deps: Deps,
  ctx: RequestContext,
  sent: {
    readonly upload: StoredUpload;
    readonly held: HeldLease;
    readonly body: AsyncIterable<Uint8Array>;
  },
): Promise<void> {
  const { upload, held, body } = sent;
  const fileKey = await deps.reviewKeys.open(ctx, { uploadId: upload.id, epochId: upload.epochId });
  if (!fileKey) {
    await discardUpload(deps, ctx, upload.id, "damaged");
    throw uploadEnded("damaged");
  }
  const sealer = await deps.sealSegments(fileKey, upload.payloadNonce);
  const segments = segmentsOf(alive(body, held), {
    ...{ offset: upload.offsetBytes, lengthBytes: upload.lengthBytes },
    ...{ held: segmentsHeld, macOf: sealer.mac },
  });
  await storeSegments(deps, ctx, { upload, held, sealer }, fitting(upload, segments));
}

async function* fitting(
  upload: StoredUpload,
  segments: AsyncIterable<Segment | typeof tooManyBytes>,
): AsyncGenerator<Segment, void> {
  for await (const segment of segments) {
    if (segment === tooManyBytes) throw tooLarge(upload);
    yield segment;
  }
}

async function* alive(
  body: AsyncIterable<Uint8Array>,
  held: HeldLease,
): AsyncGenerator<Uint8Array, void> {
  for await (const bytes of body) {
    await held.keep();
    yield bytes;
  }
}

const tooLarge = ({ lengthBytes }: StoredUpload): AppError =>
  gbsErrors.fail("upload_too_large", `The recording has ${lengthBytes} bytes, no more.`, {
    meta: { limit: lengthBytes },
  });

import type { RequestContext } from "#platform/kernel/context";
import type { GbsDeps, StoredUpload } from "../deps.ts";
import type { Segment } from "../domain/upload-parts.ts";
import { type FinishUploadPayload, finishUploadJob } from "./finish-upload.ts";
import type { HeldLease } from "./upload-lease.ts";

export type UploadRecordDeps = Pick<GbsDeps, "db" | "jobs" | "uploads">;

/** What is on record of an upload while it is written to: which bytes its segments have, and how many of them are durable. */
export type UploadRecord = {
  /** False when another plaintext has this segment's number. When it resolves, what it says is committed. */
  claim(segment: Segment): Promise<boolean>;
  /** All bytes before `end` are durable, and count when it resolves. */
  count(end: number): Promise<void>;
};

/**
 * What is asked for while a transaction runs is written by the next one, all of it together: segments that are on their
 * way at the same time share their commits. Each transaction asks for the lease; what a lost one throws, or a database
 * that fails, is thrown to everybody from then on.
 */
export function createUploadRecord(
  deps: UploadRecordDeps,
  ctx: RequestContext,
  { upload, held }: { readonly upload: StoredUpload; readonly held: HeldLease },
): UploadRecord {
  let countedEnd = upload.offsetBytes;
  let durableEnd = countedEnd;
  let claims: { readonly segment: number; readonly plainMac: string }[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<ReadonlyMap<number, string>> | null = null;

  function written(): Promise<ReadonlyMap<number, string>> {
    next ??= last.then(() => {
      next = null;
      return write();
    });
    last = next;
    return next;
  }

  async function write(): Promise<ReadonlyMap<number, string>> {
    const [asked, from, offset] = [claims, countedEnd, durableEnd];
    claims = [];
    const isComplete = offset > from && offset === upload.lengthBytes;
    const macs = await deps.db.transact(ctx, async (tx) => {
      const until = held.until();
      const isHeld =
        offset > from
          ? await deps.uploads.advance(tx, held.lease, { from, offset, until, isComplete })
          : await deps.uploads.renew(tx, held.lease, until);
      if (!isHeld) return null;
      if (isComplete)
        await deps.jobs.enqueue<FinishUploadPayload>(tx, finishUploadJob, { uploadId: upload.id });
      return deps.uploads.claimSegments(tx, upload.id, asked);
    });
    if (!macs) throw await held.lost();
    countedEnd = offset;
    return macs;
  }

  return {
    async claim({ index, mac }) {
      claims.push({ segment: index, plainMac: mac });
      return (await written()).get(index) === mac;
    },

    async count(end) {
      durableEnd = Math.max(durableEnd, end);
      await written();
    },
  };
}

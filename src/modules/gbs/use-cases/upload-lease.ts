import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant, secondsBetween } from "#platform/kernel/time";
import type { GbsDeps, Lease, StoredUpload } from "../deps.ts";
import { gbsErrors } from "../errors.ts";
import { isExpired, uploadEnded } from "./own-upload.ts";

/** How long an upload is kept for a writer who has died or whose line is dead. */
export const leaseSeconds = 30;
/** Before a writer whose bytes come slowly says that he is still there. */
const renewSeconds = 10;

type Deps = Pick<GbsDeps, "db" | "clock" | "uploads" | "logger">;

/** The right to write to an upload, for as long as `use` runs. */
export type HeldLease = {
  readonly lease: Lease;
  /** From now on. */
  until(): Instant;
  /** Said often enough, nobody else takes it. Throws when somebody has, or the upload has ended. */
  keep(): Promise<void>;
  /** What the upload is by now, as a failure of whoever lost it. */
  lost(): Promise<AppError>;
};

/**
 * Runs `use` as the only writer of an upload, whatever node the others are on: each step that counts asks for the lease
 * again. Throws `gbs.upload_busy` (409 with Retry-After), `gbs.upload_offset_differs` (409) and `gbs.upload_ended` (410).
 */
export async function withLease<T>(
  deps: Deps,
  ctx: RequestContext,
  { id, offset }: { readonly id: Id; readonly offset: number },
  use: (held: HeldLease) => Promise<T>,
): Promise<T> {
  const until = () => addSeconds(deps.clock.now(), leaseSeconds);
  let renewedAt = deps.clock.now();
  const lease = await deps.db.transact(ctx, (tx) =>
    deps.uploads.lease(tx, id, { offset, now: deps.clock.now(), until: until() }),
  );
  const lost = async (): Promise<AppError> => whyNot(await deps.uploads.find(deps.db.read, id));
  if (!lease) throw await lost();

  function whyNot(upload: StoredUpload | undefined): AppError {
    const now = deps.clock.now();
    if (!upload || upload.state === "discarded" || isExpired(upload, now))
      return uploadEnded(upload?.fault ?? "expired");
    if (upload.offsetBytes !== offset && !lease) return offsetDiffers(upload);
    return busy(upload.leasedUntil, now);
  }

  async function keep(): Promise<void> {
    const now = deps.clock.now();
    if (!lease || secondsBetween(renewedAt, now) < renewSeconds) return;
    renewedAt = now;
    if (!(await deps.db.transact(ctx, (tx) => deps.uploads.renew(tx, lease, until()))))
      throw await lost();
  }

  try {
    return await use({ lease, until, keep, lost });
  } finally {
    // Whoever cannot say that he is done is waited for until the lease has run out.
    await deps.db
      .transact(ctx, (tx) => deps.uploads.release(tx, lease))
      .catch((err: unknown) => deps.logger.warn({ err }, "the lease of an upload is left"));
  }
}

const busy = (leasedUntil: Instant | null, now: Instant): AppError =>
  gbsErrors.fail("upload_busy", "Another request sends to this upload: wait until it is over.", {
    retryAfterSeconds: Math.max(1, leasedUntil ? secondsBetween(now, leasedUntil) : 1),
  });

/** `gbs.upload_offset_differs` (409), with where it goes on. */
export const offsetDiffers = ({ offsetBytes }: StoredUpload): AppError =>
  gbsErrors.fail("upload_offset_differs", `The upload goes on at byte ${offsetBytes}.`, {
    meta: { offset: offsetBytes },
  });

import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { EvidenceUpload } from "../contract.ts";
import type { GbsDeps, StoredUpload } from "../deps.ts";
import { gbsErrors } from "../errors.ts";
import { ownUserId } from "./own-debt.ts";

/** Throws `gbs.upload_not_found` (404) for every upload that another user began, there or not. */
export async function ownUpload(
  deps: Pick<GbsDeps, "db" | "uploads">,
  ctx: RequestContext,
  id: string,
): Promise<StoredUpload> {
  const upload = await deps.uploads.find(deps.db.read, parseId(id));
  if (upload?.userId === ownUserId(ctx)) return upload;
  throw gbsErrors.fail("upload_not_found", "You have begun no such upload.");
}

/** Also before the job that looks for it has come. */
export const isExpired = ({ state, expiresAt }: StoredUpload, now: Instant): boolean =>
  state === "receiving" && expiresAt <= now;

/** As it is shown to whoever began it. */
export function uploadView(upload: StoredUpload, now: Instant): EvidenceUpload {
  const { id, debtId, lengthBytes, offsetBytes, expiresAt } = upload;
  const { state, fault } = isExpired(upload, now)
    ? ({ state: "discarded", fault: "expired" } as const)
    : upload;
  return { id, debtId, state, fault, lengthBytes, offsetBytes, expiresAt };
}

const faults = {
  cancelled: "It was cancelled.",
  diverged: "It went on with other bytes than before.",
  expired: "It was not complete in time.",
  not_a_video: "It is no video.",
  damaged: "What was stored of it cannot be read.",
  no_longer_wanted: "The debt takes no recording any more.",
} as const satisfies Record<NonNullable<EvidenceUpload["fault"]>, string>;

/** `gbs.upload_ended` (410), with why; `fault` null: it has become evidence. */
export const uploadEnded = (fault: EvidenceUpload["fault"]): AppError =>
  gbsErrors.fail(
    "upload_ended",
    fault
      ? `${faults[fault]} Begin a new one.`
      : "It was sent completely. Until it is approved you can take your consent back: then it is destroyed.",
    fault ? { meta: { fault } } : {},
  );

import type { WindowRule } from "#platform/attempts/attempts";
import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { maxKeptBytes, maxOpenUploads, maxUploadsPerDay, uploadHours } from "../bounds.ts";
import type { EvidenceUpload } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { upToDate } from "../domain/clock-steps.ts";
import { requirePossible } from "../domain/possible.ts";
import { gbsErrors } from "../errors.ts";
import { asParty, ownDebt, ownUserId } from "./own-debt.ts";
import { uploadView } from "./own-upload.ts";
import { withinLimit } from "./within-limit.ts";

type Deps = Pick<
  GbsDeps,
  | ("db" | "clock" | "ids" | "attempts" | "debts" | "sentences" | "uploads" | "logger")
  | ("vault" | "reviewKeys" | "newRecordingKey" | "videoMaxBytes")
>;

const uploadsPerDay: WindowRule = {
  ...{ name: "gbs-uploads", kind: "window" },
  ...{ limit: maxUploadsPerDay, windowSeconds: 86_400 },
};

/**
 * The borrower is about to send a recording of so many bytes, in which he says the last sentence that was drawn. Throws
 * `gbs.debt_not_found` (404), `gbs.not_possible_now` and `gbs.sentence_expired` (409), `gbs.upload_too_large` (413),
 * `gbs.too_many_uploads` (429) and failures of the store.
 */
export async function beginUpload(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly lengthBytes: number },
): Promise<EvidenceUpload> {
  // Only the last transaction makes what a repeated request is answered with.
  const { idempotency: _claim, ...beforehand } = ctx;
  const userId = ownUserId(ctx);
  const debtId = parseId(input.id);
  requireLength(deps, input.lengthBytes);
  const { debt, party } = await ownDebt(deps, ctx, debtId);
  const now = deps.clock.now();
  requirePossible(upToDate(debt, now), party, "submit_evidence", now);
  const id = deps.ids.next();
  const says = `You may begin ${maxUploadsPerDay} uploads a day.`;
  return withinLimit(
    deps,
    beforehand,
    { rule: uploadsPerDay, subject: userId, says },
    () => addUpload(deps, ctx, beforehand, { id, debtId, lengthBytes: input.lengthBytes }),
    // Whoever repeats a request gets the upload that its first run began.
    (begun) => begun.id === id,
  );
}

type Asked = { readonly id: Id; readonly debtId: Id; readonly lengthBytes: number };

/** `id`: of the upload, unless the request is a repeat. */
async function addUpload(
  deps: Deps,
  ctx: RequestContext,
  beforehand: RequestContext,
  { id, debtId, lengthBytes }: Asked,
): Promise<EvidenceUpload> {
  const userId = ownUserId(ctx);
  const { fileKey, payloadNonce } = deps.newRecordingKey();
  const { epochId, header } = await deps.reviewKeys.wrap(beforehand, fileKey);
  const begun = await deps.db.transact(ctx, async (tx) => {
    const at = deps.clock.now();
    await deps.uploads.lockUser(tx, userId);
    const { debt: locked, party } = asParty(await deps.debts.lock(tx, debtId), userId);
    requirePossible(upToDate(locked, at), party, "submit_evidence", at);
    await requireRoom(deps, tx, userId, lengthBytes);
    const upload = {
      ...{ id, debtId, userId, lengthBytes, payloadNonce, epochId },
      sentenceId: await spokenSentenceOf(deps, tx, debtId, at),
      ...{ createdAt: at, expiresAt: addSeconds(at, uploadHours * 3_600) },
    };
    await deps.uploads.add(tx, upload);
    return uploadView(await found(deps, tx, id), at);
  });
  if (begun.id === id) await putHeader(deps, beforehand, id, header);
  return begun;
}

function requireLength({ videoMaxBytes }: Pick<Deps, "videoMaxBytes">, lengthBytes: number): void {
  if (lengthBytes < 1) throw invalidField("Upload-Length", "A recording has at least one byte.");
  if (lengthBytes > videoMaxBytes)
    throw gbsErrors.fail("upload_too_large", `A recording has at most ${videoMaxBytes} bytes.`, {
      meta: { limit: videoMaxBytes },
    });
}

async function requireRoom(
  { uploads }: Pick<Deps, "uploads">,
  tx: Tx,
  userId: Id,
  lengthBytes: number,
): Promise<void> {
  const { open, bytes } = await uploads.usage(tx, userId);
  if (open.length >= maxOpenUploads)
    throw gbsErrors.fail(
      "too_many_uploads",
      `${open.length} of your uploads are on their way: complete or cancel one.`,
      { meta: { open: open.length, limit: maxOpenUploads, uploads: open.join(", ") } },
    );
  if (bytes + lengthBytes > maxKeptBytes)
    throw gbsErrors.fail(
      "too_many_uploads",
      `Your recordings have ${bytes} bytes already, of at most ${maxKeptBytes}.`,
      { meta: { bytes, limit: maxKeptBytes } },
    );
}

async function spokenSentenceOf(
  { sentences }: Pick<Deps, "sentences">,
  tx: Tx,
  debtId: Id,
  now: Instant,
): Promise<Id> {
  const sentence = await sentences.last(tx, debtId);
  if (sentence && now < sentence.expiresAt) return sentence.id;
  throw gbsErrors.fail(
    "sentence_expired",
    "What you were asked to say was for another day: draw another sentence, and record that.",
  );
}

async function found({ uploads }: Pick<Deps, "uploads">, tx: Tx, id: Id) {
  const upload = await uploads.find(tx, id);
  if (!upload) throw new Error("an upload that was begun is gone");
  return upload;
}

/** After the row, so that no header is left that nobody knows of; without it nothing could be sealed. */
async function putHeader(
  deps: Pick<Deps, "db" | "clock" | "uploads" | "vault" | "logger">,
  ctx: RequestContext,
  id: Id,
  header: Uint8Array,
): Promise<void> {
  try {
    await deps.vault.putReviewHeader(id, header);
  } catch (error) {
    await deps.db
      .transact(ctx, (tx) => deps.uploads.discard(tx, id, "damaged", deps.clock.now()))
      .catch((cause: unknown) =>
        deps.logger.warn({ err: cause }, "an upload without a header is left"),
      );
    throw error;
  }
}

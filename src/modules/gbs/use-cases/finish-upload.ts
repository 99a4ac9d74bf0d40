import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps, StoredUpload } from "../deps.ts";
import { mayAct, stateAfter } from "../domain/debt-machine.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { videoTypeOf } from "../domain/video-type.ts";
import { clockEffects } from "./clock-effects.ts";
import { type DebtStep, said } from "./debt-step.ts";
import { findPeople } from "./people.ts";
import { type RecordDeps, recordSteps } from "./record-steps.ts";

export const finishUploadJob = "gbs.finish_upload";
export type FinishUploadPayload = { readonly uploadId: Id };

type Deps = RecordDeps &
  Pick<
    GbsDeps,
    | ("db" | "clock" | "identity" | "debts" | "proposals" | "sentences" | "uploads" | "recordings")
    | ("vault" | "reviewKeys" | "logger")
  >;

/** What was found in the store, fit for the log and the row. */
type Findings = {
  readonly sha256: string;
  readonly payloadSha256: string;
  readonly mediaType: string;
};

/**
 * Makes evidence of an upload whose bytes are all there: reads back and opens what is stored, and hands that in, in one
 * transaction. What cannot be read, or is not wanted any more, is discarded. Does nothing twice.
 */
export async function finishUpload(
  deps: Deps,
  ctx: RequestContext,
  { uploadId }: FinishUploadPayload,
  signal: AbortSignal,
): Promise<void> {
  const upload = await deps.uploads.find(deps.db.read, uploadId);
  if (upload?.state !== "checking") return;
  const findings = await examine(deps, ctx, upload, signal);
  const debt = await deps.debts.find(deps.db.read, upload.debtId);
  if (!debt) throw new Error("an upload belongs to no debt");
  const people = (await findPeople(deps, ctx, [debt]))(debt);
  await deps.db.transact(ctx, async (tx) => {
    const before = await deps.debts.lock(tx, upload.debtId);
    const current = await deps.uploads.lock(tx, uploadId);
    if (!before || current?.state !== "checking") return;
    const now = deps.clock.now();
    const caughtUp = clockEffects(deps, before, { people, now });
    const latest = caughtUp.at(-1)?.debt ?? before;
    const step = await stepOf(deps, tx, { debt: latest, upload, findings });
    if (step.custody.length === 0 && !step.notices) {
      await step.rows?.(tx);
      return;
    }
    const steps = [...caughtUp, step, ...clockEffects(deps, step.debt, { people, now })];
    await recordSteps(deps, tx, { before, steps, people, now });
  });
}

/** Null when it is not what was sent, or nobody can open it any more. */
async function examine(
  deps: Deps,
  ctx: RequestContext,
  upload: StoredUpload,
  signal: AbortSignal,
): Promise<Findings | null> {
  const fileKey = await deps.reviewKeys.open(ctx, { uploadId: upload.id, epochId: upload.epochId });
  if (!fileKey) return null;
  const { id, debtId, payloadNonce, lengthBytes } = upload;
  const recording = { uploadId: id, debtId, payloadNonce, sizeBytes: lengthBytes };
  try {
    const { sha256, payloadSha256, beginning } = await deps.vault.examine(
      ...([recording, fileKey, signal] as const),
    );
    const mediaType = videoTypeOf(beginning);
    return mediaType && { sha256, payloadSha256, mediaType };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "gbs.evidence_damaged") throw error;
    deps.logger.error({ err: error, uploadId: id }, "an upload cannot be read back");
    return null;
  }
}

async function stepOf(
  deps: Deps,
  tx: Tx,
  found: {
    readonly debt: DebtSnapshot;
    readonly upload: StoredUpload;
    readonly findings: Findings | null;
  },
): Promise<DebtStep> {
  const { debt, upload, findings } = found;
  const now = deps.clock.now();
  const { id, lengthBytes: sizeBytes } = upload;
  const data = { money: said(debt.terms.amount) };
  if (!mayAct("borrower", "submit_evidence", debt.state)) {
    const rows = async (rowsTx: Tx) =>
      void (await deps.uploads.discard(rowsTx, id, "no_longer_wanted", now));
    return { debt, custody: [], rows };
  }
  if (!findings) {
    const rows = async (rowsTx: Tx) =>
      void (await deps.uploads.discard(rowsTx, id, "damaged", now));
    return {
      ...{ debt, custody: [], rows },
      notices: [{ kind: "gbs.evidence_unusable", to: "borrower", data }],
    };
  }
  const consent = await deps.sentences.consent(tx, debt.id);
  if (!consent) throw new Error("somebody was recorded without his consent");
  const { sha256, payloadSha256, mediaType } = findings;
  return {
    debt: { ...debt, state: stateAfter("submit_evidence", debt.state) },
    custody: [
      {
        kind: "evidence_submitted",
        actor: { role: "borrower", id: upload.userId },
        data: {
          ...{ evidence: id, sentence: upload.sentenceId, consentVersion: consent.version },
          ...{ sha256, sizeBytes, mediaType, payloadSha256 },
        },
      },
    ],
    notices: [
      { kind: "gbs.evidence_submitted", to: "lender", data },
      { kind: "gbs.evidence_submitted", to: "borrower", data },
    ],
    async rows(rowsTx) {
      const { debtId } = upload;
      await deps.uploads.setSubmitted(rowsTx, id, now);
      await deps.recordings.add(rowsTx, {
        ...{ id, debtId, submittedAt: now, sha256, sizeBytes, mediaType, payloadSha256 },
      });
    },
  };
}

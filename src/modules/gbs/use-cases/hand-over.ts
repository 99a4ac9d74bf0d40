import type { RequestContext } from "#platform/kernel/context";
import type { GbsDeps } from "../deps.ts";
import type { HandOverPayload } from "./order-hand-over.ts";
import { type SealPayload, sealEvidenceJob } from "./seal-evidence.ts";

type Deps = Pick<
  GbsDeps,
  | "db"
  | "clock"
  | "jobs"
  | "debts"
  | "handOvers"
  | "lenderHeaders"
  | "lenderKeys"
  | "reviewKeys"
  | "logger"
>;

/**
 * Makes the header of an approved recording for the key that its lender has named and proven, and has it sealed at once.
 * Nothing for other lenders: they are shown a key. However often it is run, there is one header.
 */
export async function handOver(
  deps: Deps,
  ctx: RequestContext,
  { debtId }: HandOverPayload,
): Promise<void> {
  const own = await deps.lenderHeaders.recipient(deps.db.read, debtId);
  const recording = await deps.handOvers.approvedOf(deps.db.read, debtId);
  if (!own || own.provenAt === null || !recording || recording.destroyingAt !== null) return;
  if (await deps.lenderHeaders.last(deps.db.read, recording.id)) return;
  const { id: evidenceId, epochId } = recording;
  const fileKey = await deps.reviewKeys.open(ctx, { uploadId: evidenceId, epochId });
  if (!fileKey) {
    deps.logger.error({ evidenceId }, "what an approved recording was to be opened with is lost");
    return;
  }
  const made = await deps.lenderKeys.headerFor(fileKey, own.recipient);
  fileKey.fill(0);
  await deps.db.transact(ctx, async (tx) => {
    await deps.debts.lock(tx, debtId);
    if (await deps.lenderHeaders.last(tx, evidenceId)) return;
    const madeAt = deps.clock.now();
    const header = { evidenceId, generation: 1, kind: "recipient", ...made, madeAt } as const;
    await deps.lenderHeaders.replace(tx, header);
    await deps.jobs.enqueue<SealPayload>(tx, sealEvidenceJob, { evidenceId });
  });
}

import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import { handedOver, lenderEvidence } from "./lender-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { type SealPayload, sealEvidenceJob } from "./seal-evidence.ts";
import { openWithKey, refuseSecret, wrongKey } from "./try-key.ts";

/** A key that its lender has, and that opens the recording. */
export type AcknowledgedKey = {
  readonly evidenceId: Id;
  readonly generation: number;
  readonly acknowledgedAt: Instant;
  /** Null until what the server could open it with is gone, a moment later. */
  readonly sealedAt: Instant | null;
};

type Deps = RecordOnDebtDeps &
  Pick<GbsDeps, "db" | "identity" | "attempts" | "handOvers" | "lenderHeaders" | "lenderKeys">;

/**
 * The lender types his key back. It has to open the recording; only then is the server's own key to it destroyed, by a job.
 * Afterwards it tells whether a key is the right one. Throws `gbs.debt_not_found` (404), `gbs.not_possible_now`,
 * `gbs.evidence_destroyed` (409), and what {@link openWithKey} throws.
 */
export async function acknowledgeKey(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly key: string },
): Promise<AcknowledgedKey> {
  refuseSecret(deps, "/key", input.key);
  const debtId = parseId(input.id);
  const { debt: seen, header } = await lenderEvidence(deps, ctx, debtId);
  const tried = await openWithKey(deps, ctx, { debtId, header, typed: input.key });
  tried.fileKey.fill(0);
  const { generation } = tried.header;
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const actor = { role: "lender", id: ownUserId(ctx) } as const;
  return deps.db.transact(ctx, async (tx) => {
    let answer: AcknowledgedKey | undefined;
    await recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      const current = await handedOver(deps, tx, { debt, party: "lender", now });
      if (current.header?.generation !== generation)
        throw wrongKey("Another key was shown meanwhile.");
      const { id: evidenceId, acknowledgedAt, sealedAt } = current.recording;
      answer = { evidenceId, generation, acknowledgedAt: acknowledgedAt ?? now, sealedAt };
      if (acknowledgedAt !== null) return null;
      return {
        debt,
        custody: [{ kind: "key_acknowledged", actor, data: { evidence: evidenceId, generation } }],
        rows: async (tx: Tx) => {
          await deps.handOvers.setAcknowledged(tx, evidenceId, now);
          await deps.jobs.enqueue<SealPayload>(tx, sealEvidenceJob, { evidenceId });
        },
      };
    });
    if (!answer) throw new Error("an acknowledgement without an answer");
    return answer;
  });
}

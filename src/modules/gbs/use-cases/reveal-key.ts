import type { AttemptRule } from "#platform/attempts/attempts";
import type { Reader, Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import { maxRevealsPerDay } from "../bounds.ts";
import type { GbsDeps } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { gbsErrors } from "../errors.ts";
import { said } from "./debt-step.ts";
import { type HandedOver, handedOver, lenderEvidence } from "./lender-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { recordOnDebt } from "./record-on-debt.ts";
import { type RecoverHeaderDeps, recoverHeader } from "./recover-headers.ts";
import { withinLimit } from "./within-limit.ts";

/** The only time that anybody sees the key. */
export type RevealedKey = {
  readonly evidenceId: Id;
  readonly key: string;
  /** Which of the keys that were shown: only the last one opens anything. */
  readonly generation: number;
};

type Deps = RecoverHeaderDeps & Pick<GbsDeps, "attempts" | "lenderKeys" | "logger">;

const revealsPerDay: AttemptRule = {
  ...{ name: "gbs.key_reveals", kind: "window", limit: maxRevealsPerDay, windowSeconds: 86_400 },
};

/**
 * Makes a key for the lender and shows it once: it is kept nowhere, and whoever loses the answer asks for another one. Keys
 * that were shown before open nothing any more. What the server itself opens the recording with stays until the lender
 * has typed the key back. Throws `gbs.debt_not_found` (404), `gbs.not_possible_now`, `gbs.already_sealed`,
 * `gbs.evidence_destroyed` (409), `limit.exceeded` (429), `cpu.busy` and `gbs.evidence_damaged` (503).
 */
export async function revealKey(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<RevealedKey> {
  const { debt: seen, ...found } = await lenderEvidence(deps, ctx, parseId(input.id));
  await requireUnsealed(deps, deps.db.read, found);
  const says = `A debt's lender may be shown ${maxRevealsPerDay} keys a day.`;
  return withinLimit(deps, ctx, { rule: revealsPerDay, subject: seen.id, says }, () =>
    newKey(deps, ctx, seen, found.recording),
  );
}

async function newKey(
  deps: Deps,
  ctx: RequestContext,
  seen: DebtSnapshot,
  recording: HandedOver["recording"],
): Promise<RevealedKey> {
  const { key, ...made } = await makeKey(deps, ctx, recording);
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const actor = { role: "lender", id: ownUserId(ctx) } as const;
  return deps.db.transact(ctx, async (tx) => {
    let shown = { evidenceId: recording.id, key, generation: 0 };
    await recordOnDebt(deps, tx, { debtId: seen.id, people }, async ({ debt, now }) => {
      const current = await handedOver(deps, tx, { debt, party: "lender", now });
      await requireUnsealed(deps, tx, current);
      const evidenceId = current.recording.id;
      const generation = (current.header?.generation ?? 0) + 1;
      shown = { evidenceId, key, generation };
      const header = { evidenceId, generation, kind: "passphrase", ...made, madeAt: now } as const;
      const { headerSha256 } = made;
      return {
        debt,
        custody: [
          {
            ...{ kind: "key_revealed", actor },
            data: { evidence: evidenceId, generation, headerSha256 },
          },
        ],
        notices: [
          { kind: "gbs.key_revealed", to: "lender", data: { money: said(debt.terms.amount) } },
        ],
        rows: (tx: Tx) => deps.lenderHeaders.replace(tx, header),
      };
    });
    return shown;
  });
}

/** A key that was typed back is the last one: with another its owner would lose what he has. */
async function requireUnsealed(
  deps: Pick<GbsDeps, "lenderHeaders">,
  reader: Reader,
  { recording, header }: HandedOver,
): Promise<void> {
  const own = await deps.lenderHeaders.recipient(reader, recording.debtId);
  if (header?.kind === "recipient" || (own && own.provenAt !== null))
    throw gbsErrors.fail("already_sealed", "It opens with the key of your own that you named.");
  if (recording.acknowledgedAt !== null || recording.sealedAt !== null)
    throw gbsErrors.fail("already_sealed", "The key was typed back: it is the only one.");
}

async function makeKey(deps: Deps, ctx: RequestContext, recording: HandedOver["recording"]) {
  const { id, epochId } = recording;
  const fileKey = await deps.reviewKeys.open(ctx, { uploadId: id, epochId });
  if (!fileKey && (await recoverHeader(deps, ctx, recording)))
    throw gbsErrors.fail(
      "already_sealed",
      "It was sealed before our database went back to a backup: it opens with the key that you had typed back then.",
    );
  if (!fileKey)
    throw gbsErrors.fail("evidence_damaged", "What the recording was to be opened with is lost.");
  try {
    return await deps.lenderKeys.makeKey(fileKey);
  } finally {
    fileKey.fill(0);
  }
}

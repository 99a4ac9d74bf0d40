import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import { undecidedStates } from "../domain/debt-machine.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { notPossible } from "../domain/possible.ts";
import { lendersDebt } from "./lender-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { refuseSecret } from "./try-key.ts";

type Deps = RecordOnDebtDeps & Pick<GbsDeps, "db" | "identity" | "lenderHeaders" | "lenderKeys">;

/** What the owner of a recipient proves himself with: an age file, base64, that he alone can read. */
export type RecipientChallenge = {
  readonly recipient: string;
  readonly challenge: string;
  readonly askedAt: Instant;
};
export type ProvenRecipient = { readonly recipient: string; readonly provenAt: Instant };

/**
 * The lender names a key of his own (X25519, "age1…"), which the recording is to open with instead of one that we show. It
 * counts once it is proven, and in the place of another that was named before. Until the recording is approved. Throws
 * `gbs.debt_not_found` (404), `gbs.not_possible_now` (409), `input.invalid` (422).
 */
export async function nameRecipient(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly recipient: string },
): Promise<RecipientChallenge> {
  const recipient = readRecipient(deps, input.recipient);
  const debtId = parseId(input.id);
  requireUndecided(await lendersDebt(deps, ctx, debtId), deps.clock.now());
  const { challenge, answerSha256 } = await deps.lenderKeys.challenge(recipient);
  return deps.db.transact(ctx, async (tx) => {
    const debt = await deps.debts.lock(tx, debtId);
    const now = deps.clock.now();
    if (!debt) throw new Error("a debt is gone");
    requireUndecided(debt, now);
    const asked = { debtId, recipient, challengeSha256: answerSha256, askedAt: now };
    await deps.lenderHeaders.askRecipient(tx, asked);
    return { recipient, challenge, askedAt: now };
  });
}

/**
 * What was in the challenge: only who can open the recording later can read it. Throws as {@link nameRecipient} does, and
 * `input.invalid` (422) for something else.
 */
export async function proveRecipient(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly proof: string },
): Promise<ProvenRecipient> {
  refuseSecret(deps, "/proof", input.proof);
  const debtId = parseId(input.id);
  const seen = await lendersDebt(deps, ctx, debtId);
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const actor = { role: "lender", id: ownUserId(ctx) } as const;
  return deps.db.transact(ctx, async (tx) => {
    let proven: ProvenRecipient | undefined;
    await recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      requireUndecided(debt, now);
      const asked = await deps.lenderHeaders.recipient(tx, debtId);
      if (!asked) throw notPossible(debt, "lender", now, "Name a key of your own first.");
      if (!deps.lenderKeys.isAnswer(input.proof.trim(), asked.challengeSha256))
        throw invalidField("/proof", "Is not what was in the challenge.");
      const { recipient, provenAt } = asked;
      proven = { recipient, provenAt: provenAt ?? now };
      if (provenAt !== null) return null;
      return {
        debt,
        custody: [
          {
            ...{ kind: "recipient_proven", actor, data: {} },
            values: [{ name: "recipient", value: recipient, owner: "lender" }],
          },
        ],
        rows: (tx: Tx) => deps.lenderHeaders.setProven(tx, debtId, now),
      };
    });
    if (!proven) throw new Error("a proof without an answer");
    return proven;
  });
}

function readRecipient(deps: Pick<GbsDeps, "lenderKeys">, text: string): string {
  refuseSecret(deps, "/recipient", text);
  const recipient = text.trim();
  if (deps.lenderKeys.isRecipient(recipient)) return recipient;
  throw invalidField("/recipient", "Is no X25519 recipient of age (“age1…”).");
}

function requireUndecided(debt: DebtSnapshot, now: Instant): void {
  if (debt.evidence === "video" && undecidedStates.includes(debt.state)) return;
  throw notPossible(debt, "lender", now, "A key is named before a recording is approved.");
}

import type { RequestContext } from "#platform/kernel/context";
import { type FieldError, invalidField, invalidFields } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { sealWithinSeconds } from "../bounds.ts";
import type { Decided, GbsDeps, ReviewChecklist, ReviewDecision } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import { stateAfter } from "../domain/debt-machine.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { requirePossible } from "../domain/possible.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { closePlaybacks } from "./close-playbacks.ts";
import { type DebtStep, type Notice, said } from "./debt-step.ts";
import { type DrawDeps, drawnEntry, newSentence } from "./draw-sentence.ts";
import { othersEvidence } from "./others-evidence.ts";
import { requireOwnClaim } from "./review-claim.ts";
import type { ReviewItem } from "./review-item.ts";
import { type ReviewStep, type ReviewStepDeps, reviewStep } from "./review-step.ts";

export type DecideInput = {
  readonly id: string;
  readonly decision: ReviewDecision;
  readonly checklist: ReviewChecklist;
  readonly reason?: string | undefined;
};

type Deps = ReviewStepDeps & DrawDeps & Pick<GbsDeps, "playbacks" | "reviewKeys" | "lenderHeaders">;

/**
 * Decides about a recording that the operator has claimed; nothing of it is shown to operators any more. An approval
 * binds the debt, and needs every point of the checklist; all else needs a reason. With what goes back another sentence is
 * drawn. A recording whose review header is lost
 * goes back without being counted. Throws `input.invalid` (422), `gbs.not_claimed`, `gbs.claimed_by_another`,
 * `gbs.not_watched` (409), `gbs.evidence_damaged` (503), and as {@link reviewStep} does.
 */
export async function decideEvidence(
  deps: Deps,
  ctx: RequestContext,
  input: DecideInput,
): Promise<ReviewItem> {
  const evidenceId = parseId(input.id);
  const decided = readDecision(input);
  const isLost = decided.decision !== "refuse" && (await lacksKey(deps, ctx, evidenceId));
  return reviewStep(deps, ctx, evidenceId, async (step) => {
    const { debt, item, claim, actor, now, tx } = step;
    requireOwnClaim(item, claim, { userId: actor.id, now });
    // What was lost here is not his who recorded it: it may go back however often others did.
    const counted = isLost && decided.decision === "send_back" ? { ...debt, sendBacks: 0 } : debt;
    requirePossible(counted, "operator", decided.decision, now);
    if (decided.decision === "approve") {
      if (isLost)
        throw gbsErrors.fail("evidence_damaged", "It cannot be opened any more: send it back.");
      if (!(await deps.playbacks.hasShown(tx, claim.reviewId)))
        throw gbsErrors.fail("not_watched", "Nobody approves what he has not watched.");
    }
    const views = await closePlaybacks(deps, tx, { evidenceId }, now);
    const own = await deps.lenderHeaders.recipient(tx, debt.id);
    const made = outcomes[decided.decision](step, {
      ...{ ...decided, reviewId: claim.reviewId, isLost },
      hasOwnKey: own !== undefined && own.provenAt !== null,
    });
    // What was said once is not said again: the same recording could come back.
    const sentence = decided.decision === "send_back" ? newSentence(deps, step) : null;
    return {
      ...made,
      custody: [...views, ...made.custody, ...(sentence ? [drawnEntry(sentence, step)] : [])],
      rows: async (tx) => {
        await deps.reviews.end(tx, claim.reviewId, now, decided);
        await deps.reviews.decide(tx, evidenceId, becameOf(decided.decision, now));
        if (sentence) await deps.sentences.add(tx, debt.id, sentence, now);
      },
    };
  });
}

function readDecision({ decision, checklist, reason }: DecideInput): Decided {
  if (decision !== "approve") {
    if (reason === undefined) throw invalidField("/reason", "Say to the borrower why.");
    return { decision, checklist, reason: readLine(reason, "/reason") };
  }
  const unmet: FieldError[] = Object.entries(checklist)
    .filter(([, isMet]) => !isMet)
    .map(([point]) => ({ path: `/checklist/${point}`, detail: "An approval needs it." }));
  if (unmet.length > 0) throw invalidFields(unmet);
  if (reason !== undefined) throw invalidField("/reason", "An approval has none.");
  return { decision, checklist, reason: null };
}

/** Whether nobody can open it any more, however whole it is. */
async function lacksKey(deps: Deps, ctx: RequestContext, id: Id): Promise<boolean> {
  const { epochId } = await othersEvidence(deps, ctx, id);
  return (await deps.reviewKeys.open(ctx, { uploadId: id, epochId })) === null;
}

type Made = Decided & {
  readonly reviewId: Id;
  readonly isLost: boolean;
  readonly hasOwnKey: boolean;
};

/** What each decision does to the debt, says in its log, and tells its parties. */
const outcomes: Readonly<Record<ReviewDecision, (step: ReviewStep, made: Made) => DebtStep>> = {
  approve: (step, made) => ({
    debt: after(step.debt, "approve"),
    custody: [entryOf("evidence_approved", step, made)],
    // Who has a key of his own is told when it is sealed with it.
    notices: made.hasOwnKey
      ? []
      : [
          {
            kind: "gbs.evidence_approved",
            to: "lender",
            data: { money: said(step.debt.terms.amount) },
          },
        ],
  }),
  send_back: (step, made) => ({
    debt: {
      ...after(step.debt, "send_back"),
      sendBacks: step.debt.sendBacks + (made.isLost ? 0 : 1),
    },
    custody: [entryOf("evidence_sent_back", step, made)],
    notices: noticesWith("gbs.evidence_sent_back", ["borrower"], step, made),
  }),
  refuse: (step, made) => ({
    debt: { ...after(step.debt, "refuse"), endedAt: step.now },
    custody: [entryOf("evidence_refused", step, made)],
    notices: noticesWith("gbs.evidence_refused", ["borrower", "lender"], step, made),
  }),
};

const after = (debt: DebtSnapshot, decision: ReviewDecision): DebtSnapshot => ({
  ...debt,
  state: stateAfter(decision, debt.state),
});

const entryOf = (
  kind: CustodyStep["kind"],
  { item, actor }: ReviewStep,
  { reviewId, checklist, reason, isLost }: Made,
): CustodyStep => ({
  ...{ kind, actor },
  data: {
    ...{ evidence: item.id, review: reviewId, checklist: { ...checklist } },
    ...(isLost ? { lost: true } : {}),
  },
  ...(reason === null ? {} : { values: [{ name: "reason", value: reason, owner: "both" }] }),
});

const noticesWith = (
  kind: "gbs.evidence_sent_back" | "gbs.evidence_refused",
  parties: readonly ("borrower" | "lender")[],
  { debt }: ReviewStep,
  { reason }: Made,
): readonly Notice[] =>
  parties.map((to) => ({
    ...{ kind, to },
    data: { money: said(debt.terms.amount), reason: reason ?? "" },
  }));

/** What comes back or is refused is to be destroyed; the key of what is approved is to reach the lender. */
function becameOf(decision: ReviewDecision, decidedAt: Instant) {
  if (decision === "approve")
    return {
      ...{ state: "approved" as const, decidedAt, destroyAfter: null },
      sealExpectedBy: addSeconds(decidedAt, sealWithinSeconds),
    };
  const state = decision === "refuse" ? ("refused" as const) : ("sent_back" as const);
  return { state, decidedAt, destroyAfter: decidedAt, sealExpectedBy: null };
}

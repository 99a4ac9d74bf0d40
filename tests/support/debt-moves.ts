import { expect } from "bun:test";
import type { TestApp } from "./test-app.ts";

type Move = { readonly from: readonly string[]; readonly to?: string };
const running = ["active", "overdue"];
const binding = [...running, "defaulted"];
const inReview = ["evidence_submitted", "under_review", "sent_back"];
const agreed = ["accepted", ...inReview, ...binding];
const ended = ["refused", "settled", "cancelled"];
const decided = ["sent_back", ...binding, ...ended];

/** In which states each step may be recorded, and where it leads; by hand, not from the table. */
const moves: Readonly<Record<string, Move>> = {
  offered: { from: ["nothing"], to: "offered" },
  delivered: { from: ["offered"] },
  declined: { from: ["offered"], to: "declined" },
  withdrawn: { from: ["offered"], to: "withdrawn" },
  expired: { from: ["offered"], to: "expired" },
  accepted: { from: ["offered"], to: "accepted" },
  activated: { from: ["accepted"], to: "active" },
  overdue: { from: ["active"], to: "overdue" },
  caught_up: { from: ["overdue"], to: "active" },
  settled: { from: binding, to: "settled" },
  cancelled: { from: agreed, to: "cancelled" },
  defaulted: { from: ["overdue"], to: "defaulted" },
  reminded: { from: running },
  amendment_proposed: { from: running },
  amendment_accepted: { from: running },
  amendment_declined: { from: running },
  amendment_withdrawn: { from: running },
  amendment_lapsed: { from: ["defaulted", "settled", "cancelled"] },
  payment_claimed: { from: binding },
  payment_confirmed: { from: binding },
  payment_contested: { from: binding },
  payment_withdrawn: { from: binding },
  cancellation_proposed: { from: agreed },
  cancellation_accepted: { from: agreed },
  cancellation_declined: { from: agreed },
  cancellation_withdrawn: { from: agreed },
  cancellation_lapsed: { from: ended },
  dispute_raised: { from: agreed },
  dispute_withdrawn: { from: [...agreed, ...ended] },
  document_made: { from: [...agreed, "settled", "cancelled"] },
  consent_given: { from: ["accepted"] },
  consent_withdrawn: { from: ["accepted", ...inReview] },
  sentence_drawn: { from: ["accepted", "sent_back"] },
  evidence_submitted: { from: ["accepted", "sent_back"], to: "evidence_submitted" },
  review_begun: { from: ["evidence_submitted"], to: "under_review" },
  evidence_opened: { from: ["under_review", "defaulted", "settled", "cancelled"] },
  // Also when it is over, and what was watched can be said.
  evidence_viewed: { from: ["evidence_submitted", "under_review", ...decided] },
  evidence_approved: { from: ["under_review"], to: "active" },
  evidence_sent_back: { from: ["under_review"], to: "sent_back" },
  evidence_refused: { from: ["under_review"], to: "refused" },
  recipient_proven: { from: ["offered", "accepted", ...inReview] },
  key_revealed: { from: [...binding, "settled", "cancelled"] },
  key_acknowledged: { from: [...binding, "settled", "cancelled"] },
  sealed: { from: [...binding, "settled", "cancelled"] },
  evidence_fetched: { from: ["defaulted", "settled", "cancelled"] },
  evidence_destroyed: { from: [...agreed, ...ended] },
};

/** A claim that ends after its debt has ended changes nothing of it. */
const movesOf = (kind: string, state: string): Move | undefined =>
  kind === "review_ended"
    ? state === "under_review"
      ? { from: [state], to: "evidence_submitted" }
      : { from: ended }
    : moves[kind];

/** That the log tells of nothing that must not happen, and ends where the debt is. */
export async function expectLegalMoves(api: TestApp, debtId: string): Promise<void> {
  const rows = await api.sql<{ kind: string }[]>`
    select kind from gbs.custody_entries where debt_id = ${debtId} order by seq`;
  const [debt] = await api.sql<{ state: string }[]>`
    select state from gbs.debts where id = ${debtId}`;
  let state = "nothing";
  for (const { kind } of rows) {
    const move = movesOf(kind, state);
    expect(`${kind} of ${move?.from.includes(state) ? "a" : "no"} debt that is ${state}`).toBe(
      `${kind} of a debt that is ${state}`,
    );
    state = move?.to ?? state;
  }
  expect(state).toBe(debt?.state ?? "");
}

import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { gbsErrors } from "../errors.ts";

/** Two administrators keep all of a debt, whatever else would delete it, and two let it go. */
export type LegalHold = {
  readonly id: Id;
  readonly debtId: Id;
  readonly reason: string;
  readonly proposedBy: Id;
  readonly proposedAt: Instant;
  /** In force from then on. */
  readonly confirmedBy: Id | null;
  readonly confirmedAt: Instant | null;
  readonly releaseReason: string | null;
  readonly releaseProposedBy: Id | null;
  readonly releaseProposedAt: Instant | null;
  readonly releasedBy: Id | null;
  readonly releasedAt: Instant | null;
};

/** `release_proposed`: it still holds. `dropped`: it never held, for nobody else confirmed it. */
export type LegalHoldState = "proposed" | "in_force" | "release_proposed" | "released" | "dropped";
export type LegalHoldAction = "confirm" | "release" | "confirm_release";

type Moments = Pick<LegalHold, "confirmedAt" | "releaseProposedAt" | "releasedAt">;

export function holdStateOf({
  confirmedAt,
  releaseProposedAt,
  releasedAt,
}: Moments): LegalHoldState {
  if (confirmedAt === null) return releasedAt === null ? "proposed" : "dropped";
  if (releasedAt !== null) return "released";
  return releaseProposedAt === null ? "in_force" : "release_proposed";
}

/** What an administrator can do to a hold: none confirms what he has proposed himself. */
export function possibleHoldActions(hold: LegalHold, adminId: Id): readonly LegalHoldAction[] {
  switch (holdStateOf(hold)) {
    case "proposed":
      return hold.proposedBy === adminId ? ["release"] : ["confirm", "release"];
    case "in_force":
      return ["release"];
    case "release_proposed":
      return hold.releaseProposedBy === adminId ? [] : ["confirm_release"];
    default:
      return [];
  }
}

/** Throws `gbs.not_possible_now` (409), which says why and what is possible, unless the action is. */
export function requireHoldAction(hold: LegalHold, adminId: Id, action: LegalHoldAction): void {
  const possible = possibleHoldActions(hold, adminId);
  if (possible.includes(action)) return;
  const state = holdStateOf(hold);
  const way =
    possible.length > 0
      ? `Possible now: ${possible.map((one) => actionWords[one]).join(", ")}.`
      : "Nothing is possible for you at present.";
  throw gbsErrors.fail("not_possible_now", `${whyNot(hold, action, adminId)} ${way}`, {
    meta: { state, possible: possible.join(", ") },
  });
}

const whenInState: Readonly<Record<LegalHoldState, string>> = {
  proposed: "while the hold waits for another administrator",
  in_force: "while the hold is in force",
  release_proposed: "while the end of the hold waits for another administrator",
  released: "once a hold has ended",
  dropped: "once a proposed hold was taken back",
};
const actionWords: Readonly<Record<LegalHoldAction, string>> = {
  confirm: "confirm the hold",
  release: "propose its end",
  confirm_release: "confirm its end",
};

function whyNot(hold: LegalHold, action: LegalHoldAction, adminId: Id): string {
  const state = holdStateOf(hold);
  const isOwn =
    (state === "proposed" && action === "confirm" && hold.proposedBy === adminId) ||
    (state === "release_proposed" &&
      action === "confirm_release" &&
      hold.releaseProposedBy === adminId);
  return isOwn
    ? "You proposed this: another administrator has to confirm it."
    : `This cannot be done ${whenInState[state]}.`;
}

/** What is to be written when the actions above are allowed. */
export const confirmedHold = (hold: LegalHold, by: Id, at: Instant): LegalHold => ({
  ...{ ...hold, confirmedBy: by, confirmedAt: at },
});

/** Proposes the end of a hold; one that is not in force ends at once, for it holds nothing. */
export const releasingHold = (
  hold: LegalHold,
  { reason, by, at }: { readonly reason: string; readonly by: Id; readonly at: Instant },
): LegalHold => ({
  ...{ ...hold, releaseReason: reason, releaseProposedBy: by, releaseProposedAt: at },
  ...(hold.confirmedAt === null ? { releasedBy: by, releasedAt: at } : {}),
});

export const releasedHold = (hold: LegalHold, by: Id, at: Instant): LegalHold => ({
  ...{ ...hold, releasedBy: by, releasedAt: at },
});

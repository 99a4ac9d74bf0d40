import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import {
  confirmedHold,
  holdStateOf,
  type LegalHold,
  type LegalHoldAction,
  type LegalHoldState,
  possibleHoldActions,
  releasedHold,
  releasingHold,
  requireHoldAction,
} from "../domain/legal-hold.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { type AdminStepDeps, asAdmin, othersDebt, peopleOf } from "./admin-step.ts";
import { ownUserId } from "./own-debt.ts";
import { recordOnDebt } from "./record-on-debt.ts";

export type LegalHoldForAdmin = LegalHold & {
  readonly state: LegalHoldState;
  /** What whoever asks can do. */
  readonly possible: readonly LegalHoldAction[];
};

type Deps = AdminStepDeps & Pick<GbsDeps, "ids" | "holds">;
type OfHold = { readonly id: string };

/**
 * An administrator proposes to keep all of a debt, whatever else would delete it; another one has to confirm. Throws
 * `gbs.debt_not_found` (404), `gbs.own_debt` and `gbs.hold_exists` (409).
 */
export async function proposeHold(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly reason: string },
): Promise<LegalHoldForAdmin> {
  const debtId = parseId(input.id);
  const reason = readLine(input.reason, "/reason");
  await othersDebt(deps, ctx, debtId);
  const proposedBy = ownUserId(ctx);
  const id = deps.ids.next();
  const proposed = { id, debtId, reason, proposedBy, proposedAt: deps.clock.now() };
  return deps.db.transact(ctx, async (tx) => {
    if (await deps.holds.add(tx, proposed))
      return holdView({ ...proposed, ...nothingYet }, proposedBy);
    throw gbsErrors.fail("hold_exists", "A hold of this debt is proposed or in force already.");
  });
}

const nothingYet = {
  ...{ confirmedBy: null, confirmedAt: null },
  ...{ releaseReason: null, releaseProposedBy: null, releaseProposedAt: null },
  ...{ releasedBy: null, releasedAt: null },
};

/** Puts it in force. Throws `gbs.legal_hold_not_found` (404), `gbs.own_debt` and `gbs.not_possible_now` (409). */
export const confirmHold = (deps: Deps, ctx: RequestContext, input: OfHold) =>
  changeHold(deps, ctx, input, (hold, now) => {
    const by = ownUserId(ctx);
    requireHoldAction(hold, by, "confirm");
    return { hold: confirmedHold(hold, by, now), recorded: "held" };
  });

/**
 * Proposes to let the debt go; it is held until another administrator confirms that. A hold that is not in force ends at
 * once. Throws as {@link confirmHold} does.
 */
export function proposeHoldRelease(
  deps: Deps,
  ctx: RequestContext,
  input: OfHold & { readonly reason: string },
): Promise<LegalHoldForAdmin> {
  const reason = readLine(input.reason, "/reason");
  return changeHold(deps, ctx, input, (hold, at) => {
    const by = ownUserId(ctx);
    requireHoldAction(hold, by, "release");
    return { hold: releasingHold(hold, { reason, by, at }), recorded: null };
  });
}

/** Lets the debt go. Throws as {@link confirmHold} does. */
export const confirmHoldRelease = (deps: Deps, ctx: RequestContext, input: OfHold) =>
  changeHold(deps, ctx, input, (hold, now) => {
    const by = ownUserId(ctx);
    requireHoldAction(hold, by, "confirm_release");
    return { hold: releasedHold(hold, by, now), recorded: "hold_released" };
  });

/** The newest first. */
export async function listHolds(
  deps: Pick<GbsDeps, "db" | "holds">,
  ctx: RequestContext,
  input: {
    readonly state?: LegalHoldState | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<LegalHoldForAdmin>> {
  const { state, limit, cursor } = input;
  const query = { state, after: decodeMoment(cursor, "proposedAt"), limit: limit + 1 };
  const found = await deps.holds.list(deps.db.read, query);
  const page = pageOf(found, limit, ({ proposedAt, id }) => [proposedAt, id]);
  const adminId = ownUserId(ctx);
  return {
    items: page.items.map((hold) => holdView(hold, adminId)),
    nextCursor: page.nextCursor,
  };
}

type Changed = {
  readonly hold: LegalHold;
  /** What the custody log says of it: that it is held, and that it is not, never why. */
  readonly recorded: "held" | "hold_released" | null;
};

/** With the debt's row locked: two administrators at the same time come one after the other. */
async function changeHold(
  deps: Deps,
  ctx: RequestContext,
  input: OfHold,
  change: (hold: LegalHold, now: Instant) => Changed,
): Promise<LegalHoldForAdmin> {
  const found = await deps.holds.find(deps.db.read, parseId(input.id));
  if (!found) throw gbsErrors.fail("legal_hold_not_found", "There is no such hold.");
  const { id, debtId } = found;
  const people = await peopleOf(deps, ctx, await othersDebt(deps, ctx, debtId));
  const actor = asAdmin(ctx);
  return deps.db.transact(ctx, async (tx) => {
    let changed = found;
    await recordOnDebt(deps, tx, { debtId, people }, async ({ debt, now }) => {
      const { hold, recorded } = change((await deps.holds.find(tx, id)) ?? found, now);
      changed = hold;
      await deps.holds.save(tx, hold);
      return recorded && recordOf(debt, { kind: recorded, actor, data: { hold: id } });
    });
    return holdView(changed, actor.id);
  });
}

const recordOf = (debt: DebtSnapshot, entry: CustodyStep) => ({ debt, custody: [entry] });

function holdView(hold: LegalHold, adminId: LegalHold["proposedBy"]): LegalHoldForAdmin {
  return { ...hold, state: holdStateOf(hold), possible: possibleHoldActions(hold, adminId) };
}

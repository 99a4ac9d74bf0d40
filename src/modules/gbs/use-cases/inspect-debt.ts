import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import { maxInspectedEntries } from "../bounds.ts";
import type { CustodyHead } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import type { CustodyEntry } from "../domain/custody.ts";
import { claimedOf, type DebtSnapshot, outstandingOf } from "../domain/debt-snapshot.ts";
import { holdStateOf, type LegalHoldState } from "../domain/legal-hold.ts";
import { readLine } from "../domain/texts.ts";
import { type AdminStepDeps, asAdmin, othersDebt, peopleOf } from "./admin-step.ts";
import { recordOnDebt } from "./record-on-debt.ts";

export type Inspection = {
  readonly id: Id;
  readonly debtId: Id;
  readonly reason: string;
  readonly inspectedAt: Instant;
  readonly debt: Pick<
    DebtSnapshot,
    | "lenderId"
    | "borrowerId"
    | "state"
    | "suppressed"
    | "textHidden"
    | "termsVersion"
    | "offeredAt"
    | "offerExpiresAt"
    | "acceptedAt"
    | "endedAt"
    | "paid"
  > & {
    readonly amount: Money;
    readonly outstanding: Money;
    readonly claimed: Money;
    readonly legalHold: LegalHoldState | null;
  };
  /** With the entry that records this inspection. */
  readonly custody: CustodyHead;
  readonly entries: readonly CustodyEntry[];
  /** Where the log goes on; null = these are all. */
  readonly nextAfter: number | null;
};

type Deps = AdminStepDeps & Pick<GbsDeps, "ids" | "moderation" | "holds">;

/**
 * An administrator looks at a debt: how it stands and what its log says, without what stands there as a hash alone. Why is
 * kept, and the log records it, so that both parties see that somebody has looked. Throws `gbs.debt_not_found` (404) and
 * `gbs.own_debt` (409).
 */
export async function inspectDebt(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly reason: string; readonly after?: number | undefined },
): Promise<Inspection> {
  const debtId = parseId(input.id);
  const reason = readLine(input.reason, "/reason");
  const { after = 0 } = input;
  const people = await peopleOf(deps, ctx, await othersDebt(deps, ctx, debtId));
  const actor = asAdmin(ctx);
  const id = deps.ids.next();
  return deps.db.transact(ctx, async (tx) => {
    const inspectedAt = deps.clock.now();
    const debt = await recordOnDebt(deps, tx, { debtId, people }, async ({ debt: locked }) => {
      const inspection = { id, debtId, inspectedBy: actor.id, reason, inspectedAt };
      await deps.moderation.addInspection(tx, inspection);
      return {
        debt: locked,
        custody: [{ kind: "inspected", actor, data: { inspection: id } }],
      };
    });
    const query = { after, limit: maxInspectedEntries };
    const entries = await deps.custody.entries(tx, debtId, query);
    const hold = await deps.holds.findOpen(tx, debtId);
    const last = entries.at(-1)?.seq ?? after;
    const { lenderId, borrowerId, state, suppressed, textHidden, termsVersion } = debt;
    const { offeredAt, offerExpiresAt, acceptedAt, endedAt, paid, custody } = debt;
    return {
      ...{ id, debtId, reason, inspectedAt },
      debt: {
        ...{ lenderId, borrowerId, state, suppressed, textHidden, termsVersion },
        ...{ offeredAt, offerExpiresAt, acceptedAt, endedAt },
        ...{ amount: debt.terms.amount, paid },
        ...{ outstanding: outstandingOf(debt), claimed: claimedOf(debt) },
        legalHold: hold ? holdStateOf(hold) : null,
      },
      ...{ custody, entries, nextAfter: last < custody.length ? last : null },
    };
  });
}

import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import { keyReminderDays } from "../bounds.ts";
import type { GbsDeps } from "../deps.ts";
import { said } from "./debt-step.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";

export const remindKeysJob = "gbs.remind_keys";

const recordingsAtOnce = 100;
const daySeconds = 86_400;

type Deps = RecordOnDebtDeps & Pick<GbsDeps, "db" | "identity" | "handOvers" | "lenderHeaders">;
type OfDebt = { readonly id: Id; readonly debtId: Id };

/**
 * Reminds lenders who have typed no key back, so many days after the approval; who is late for the first reminder gets the
 * second alone. Throws when some could not be reminded, after all others.
 */
export async function remindKeys(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  for (const [index, days] of [...keyReminderDays.entries()].reverse()) {
    const reminders = index + 1;
    let after: Id | undefined;
    while (!signal.aborted) {
      const decidedBy = addSeconds(deps.clock.now(), -days * daySeconds);
      const page = { after, limit: recordingsAtOnce };
      const due = await deps.handOvers.toRemind(deps.db.read, { reminders, decidedBy }, page);
      for (const one of due) {
        if (signal.aborted) break;
        await remind(deps, ctx, one, reminders).catch((error) => failures.push(error));
      }
      after = due.at(-1)?.id;
      if (due.length < recordingsAtOnce) break;
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} lenders could not be reminded`);
}

async function remind(
  deps: Deps,
  ctx: RequestContext,
  { id, debtId }: OfDebt,
  reminders: number,
): Promise<void> {
  const seen = await deps.debts.find(deps.db.read, debtId);
  if (!seen) throw new Error("a recording of no debt");
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  await deps.db.transact(ctx, (tx) =>
    recordOnDebt(deps, tx, { debtId, people }, async ({ debt }) => {
      const current = await deps.handOvers.find(tx, id);
      if (!current || current.acknowledgedAt !== null || current.sealedAt !== null) return null;
      if (current.keyReminders >= reminders) return null;
      // Nobody is shown a key to what opens with one of his own.
      const own = await deps.lenderHeaders.recipient(tx, debtId);
      const isAsked = own === undefined || own.provenAt === null;
      const data = { money: said(debt.terms.amount) };
      return {
        debt,
        custody: [],
        notices: isAsked ? [{ kind: "gbs.key_reminder", to: "lender", data }] : [],
        rows: (tx) => deps.handOvers.setReminded(tx, id, reminders),
      };
    }),
  );
}

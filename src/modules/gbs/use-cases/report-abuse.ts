import type { AttemptSubject, WindowRule } from "#platform/attempts/attempts";
import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { maxAbuseReportsPerDay } from "../bounds.ts";
import type { GbsDeps } from "../deps.ts";
import { notPossible } from "../domain/possible.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { asParty, ownUserId } from "./own-debt.ts";

type Deps = Pick<GbsDeps, "db" | "clock" | "ids" | "attempts" | "debts" | "moderation">;

/** As whoever made it sees it. */
export type AbuseReport = {
  readonly id: Id;
  readonly debtId: Id;
  readonly reason: string;
  readonly reportedAt: Instant;
};

const daySeconds = 86_400;
const reportsPerDay: WindowRule = {
  ...{ name: "gbs-abuse-reports", kind: "window" },
  ...{ limit: maxAbuseReportsPerDay, windowSeconds: daySeconds },
};

/**
 * The borrower says that an offer is abuse; the lender learns nothing of it. Also of an offer that vanished because he
 * blocked its lender: whoever blocks first may report afterwards. Throws `gbs.debt_not_found` (404),
 * `gbs.not_possible_now` and `gbs.already_reported` (409), `limit.exceeded` (429).
 */
export async function reportAbuse(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly reason: string },
): Promise<AbuseReport> {
  const reportedBy = ownUserId(ctx);
  const reason = readLine(input.reason, "/reason");
  const found = await deps.debts.find(deps.db.read, parseId(input.id));
  const { debt, party } = asParty(found && { ...found, suppressed: false }, reportedBy);
  const now = deps.clock.now();
  if (party !== "borrower")
    throw notPossible(debt, party, now, "Only the borrower can report the other party.");
  // Whoever asks twice has used up nothing of his day.
  if (await deps.moderation.hasOpenReport(deps.db.read, debt.id)) throw reportedAlready();
  const today: AttemptSubject = { rule: reportsPerDay, subject: reportedBy };
  await deps.attempts.require(
    ctx,
    [today],
    `You may report ${maxAbuseReportsPerDay} offers a day.`,
  );
  const report = { id: deps.ids.next(), debtId: debt.id, reportedBy, reason, reportedAt: now };
  const { id, debtId, reportedAt } = report;
  return deps.db.transact(ctx, async (tx) => {
    if (await deps.moderation.addReport(tx, report)) return { id, debtId, reason, reportedAt };
    throw reportedAlready();
  });
}

const reportedAlready = (): AppError =>
  gbsErrors.fail(
    "already_reported",
    "Your report of this debt is open: an administrator will look at it.",
  );

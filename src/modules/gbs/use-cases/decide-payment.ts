import type { RequestContext } from "#platform/kernel/context";
import { type Id, parseId } from "#platform/kernel/ids";
import type { Debt, DebtAction, Payment, PaymentState } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import { moneyData } from "../domain/custody-data.ts";
import { type DebtSnapshot, outstandingOf } from "../domain/debt-snapshot.ts";
import { whyNotInto, withDecided } from "../domain/payments.ts";
import { notPossible } from "../domain/possible.ts";
import { readLine } from "../domain/texts.ts";
import { gbsErrors } from "../errors.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { type Notice, type StepInput, said } from "./debt-step.ts";
import { ownDebt } from "./own-debt.ts";

type Deps = ChangeDebtDeps & Pick<GbsDeps, "payments">;

/** `id`: of the debt. */
export type PaymentInput = { readonly id: string; readonly paymentId: string };

/** The borrower takes a claim back. Throws as {@link changeDebt} does, and `gbs.payment_not_found` (404). */
export const withdrawPayment = (
  deps: Deps,
  ctx: RequestContext,
  input: PaymentInput,
): Promise<Debt> => decide(deps, ctx, input, { action: "withdraw_payment", to: "withdrawn" });

/**
 * The lender says that a payment has arrived, also one that he has contested: it counts. Throws as {@link changeDebt}
 * does, `gbs.payment_not_found` (404), and `gbs.payment_exceeds_outstanding` (409) when others took its place.
 */
export const confirmPayment = (
  deps: Deps,
  ctx: RequestContext,
  input: PaymentInput,
): Promise<Debt> => decide(deps, ctx, input, { action: "confirm_payment", to: "confirmed" });

/** The lender says why a payment does not count. Throws as {@link withdrawPayment} does. */
export function contestPayment(
  deps: Deps,
  ctx: RequestContext,
  input: PaymentInput & { readonly reason: string },
): Promise<Debt> {
  const reason = readLine(input.reason, "/reason");
  return decide(deps, ctx, input, { action: "contest_payment", to: "contested", reason });
}

type Verdict = {
  readonly action: DebtAction;
  readonly to: Exclude<PaymentState, "claimed">;
  /** Of a contest. */
  readonly reason?: string;
};

async function decide(
  deps: Deps,
  ctx: RequestContext,
  input: PaymentInput,
  verdict: Verdict,
): Promise<Debt> {
  const { action, to, reason } = verdict;
  const debtId = parseId(input.id);
  const paymentId = parseId(input.paymentId, "paymentId");
  const { state: seen } = await ownPayment(deps, ctx, { debtId, paymentId });
  return changeDebt(deps, ctx, { debtId, action }, ({ debt, party, actor, now }) => {
    const payment = debt.openPayments.find(({ id }) => id === paymentId);
    const why = whyNotInto(payment?.state ?? seen, to);
    // What was open a moment ago and is not any more has been answered meanwhile.
    if (!payment || why !== null)
      throw notPossible(debt, party, now, why ?? "The payment is answered already.");
    const contestReason = reason ?? null;
    const decided: Payment = { ...payment, state: to, decidedAt: now, contestReason };
    const after = withDecided(debt, payment, decided);
    return {
      debt: after,
      custody: [entryOf(actor, decided, after)],
      notices: noticesOf(decided, after),
      rows: (tx) => deps.payments.decide(tx, decided),
    };
  });
}

async function ownPayment(
  deps: Deps,
  ctx: RequestContext,
  { debtId, paymentId }: { readonly debtId: Id; readonly paymentId: Id },
): Promise<Payment> {
  const { debt } = await ownDebt(deps, ctx, debtId);
  const { currency } = debt.terms.amount;
  const found = await deps.payments.find(deps.db.read, { id: debtId, currency }, paymentId);
  if (found) return found;
  throw gbsErrors.fail("payment_not_found", "The debt has no such payment.");
}

function entryOf(
  actor: StepInput["actor"],
  { id, amount, state, contestReason }: Payment,
  after: DebtSnapshot,
): CustodyStep {
  const data = { payment: id, amount: moneyData(amount) };
  if (state === "confirmed")
    return {
      ...{ kind: "payment_confirmed", actor },
      data: { ...data, paid: moneyData(after.paid), outstanding: moneyData(outstandingOf(after)) },
    };
  if (contestReason === null) return { kind: "payment_withdrawn", actor, data };
  const reason = { name: "reason", value: contestReason, owner: "both" } as const;
  return { kind: "payment_contested", actor, data, values: [reason] };
}

function noticesOf(decided: Payment, after: DebtSnapshot): Notice[] {
  const { amount, paidOn: day, state, contestReason } = decided;
  const told = { money: said(amount), day };
  if (state === "confirmed") {
    const data = { ...told, outstanding: said(outstandingOf(after)) };
    return [{ kind: "gbs.payment_confirmed", to: "borrower", data }];
  }
  if (contestReason === null) return [];
  const data = { ...told, reason: contestReason };
  return [{ kind: "gbs.payment_contested", to: "borrower", data }];
}

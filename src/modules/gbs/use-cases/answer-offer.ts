import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import type { Debt } from "../contract.ts";
import type { CustodyStep } from "../domain/custody.ts";
import { moneyData } from "../domain/custody-data.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { type RecordingConsent, recordingConsent } from "../domain/recording-consent.ts";
import { spokenLanguageOf } from "../domain/sentence/spoken-sentence.ts";
import { gbsErrors } from "../errors.ts";
import { type ChangeDebtDeps, changeDebt } from "./change-debt.ts";
import { type DebtStep, type Notice, type StepInput, said } from "./debt-step.ts";
import { type DrawDeps, drawnEntry, newSentence } from "./draw-sentence.ts";

export type AcceptOfferInput = {
  readonly id: string;
  /** Where the borrower does it from; only its salted hash gets into the log. */
  readonly client: string;
  /** Version of the consent to being recorded; for debts that take a recording, and for no others. */
  readonly recordingConsent?: string | undefined;
};

/**
 * The borrower agrees to the terms, and where the debt takes a recording to being recorded: then he gets the first
 * sentence to say. Throws as {@link changeDebt} does, 422 for a consent that is missing or that nobody asks for, and
 * `gbs.consent_outdated` (409).
 */
export function acceptOffer(
  deps: ChangeDebtDeps & DrawDeps,
  ctx: RequestContext,
  input: AcceptOfferInput,
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "accept" } as const;
  return changeDebt(deps, ctx, asked, (step) => {
    const { debt, actor, now } = step;
    const { termsVersion, terms } = debt;
    requireConsent(debt, input.recordingConsent);
    const recording = debt.evidence === "video" ? beginRecording(deps, step) : nothingRecorded;
    const accepted: CustodyStep = {
      ...{ kind: "accepted", actor },
      data: { termsVersion, amount: moneyData(terms.amount) },
      values: [{ name: "client", value: input.client, owner: "borrower" }],
    };
    const told: Notice = {
      ...{ kind: "gbs.offer_accepted", to: "lender", data: { money: said(terms.amount) } },
    };
    return {
      ...recording,
      debt: { ...debt, state: "accepted", acceptedAt: now },
      custody: [accepted, ...recording.custody],
      notices: [told, ...recording.notices],
    };
  });
}

const nothingRecorded = { custody: [], notices: [] } as const;

function requireConsent({ evidence }: DebtSnapshot, version: string | undefined): void {
  const path = "/recordingConsent";
  if (evidence === "none") {
    if (version === undefined) return;
    throw invalidField(path, "This debt takes no recording: leave it out.");
  }
  if (version === undefined)
    throw invalidField(path, "Say to which version of the consent to being recorded you agree.");
  if (version !== recordingConsent.version)
    throw gbsErrors.fail(
      "consent_outdated",
      "The consent to being recorded has another text by now: read it, and agree to its version.",
    );
}

/** What stands beside an acceptance before anybody records anything. */
function beginRecording(
  deps: DrawDeps,
  step: StepInput,
): Pick<DebtStep, "custody" | "rows"> & { readonly notices: readonly Notice[] } {
  const { debt, actor, people, now } = step;
  const sentence = newSentence(deps, step);
  const { version } = recordingConsent;
  const language = spokenLanguageOf(people.borrower?.locale ?? "en");
  const money = said(debt.terms.amount);
  return {
    custody: [{ kind: "consent_given", actor, data: { version } }, drawnEntry(sentence, step)],
    notices: [{ kind: "gbs.evidence_wanted", to: "borrower", data: { money } }],
    async rows(tx) {
      await deps.sentences.addConsent(tx, { debtId: debt.id, version, language, givenAt: now });
      await deps.sentences.add(tx, debt.id, sentence, now);
    },
  };
}

/** The text that has to be agreed to at present, in all our languages. */
export const getRecordingConsent = (): RecordingConsent => recordingConsent;

/** The borrower does not agree. Throws as {@link changeDebt} does. */
export function declineOffer(
  deps: ChangeDebtDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Debt> {
  const asked = { debtId: parseId(input.id), action: "decline" } as const;
  return changeDebt(deps, ctx, asked, ({ debt, actor, now }) => ({
    debt: { ...debt, state: "declined", endedAt: now },
    custody: [{ kind: "declined", actor, data: {} }],
    notices: [
      { kind: "gbs.offer_declined", to: "lender", data: { money: said(debt.terms.amount) } },
    ],
  }));
}

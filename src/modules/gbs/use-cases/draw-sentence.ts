import type { RequestContext } from "#platform/kernel/context";
import { limitExceeded } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import { dayIn } from "#platform/kernel/zone-day";
import { maxSentencesPerDay, sentenceHours } from "../bounds.ts";
import type { Sentence } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import { drawWords } from "../domain/sentence/random-words.ts";
import { spokenLanguageOf, spokenSentence } from "../domain/sentence/spoken-sentence.ts";
import { gbsErrors } from "../errors.ts";
import { answerChange, type ChangeDebtDeps } from "./change-debt.ts";
import type { MakeStep, StepInput } from "./debt-step.ts";

const daySeconds = 86_400;
/** One of the day's has left the window by then, or soon will. */
const retryAfterSeconds = 3_600;

export type DrawDeps = Pick<GbsDeps, "ids" | "randomBelow" | "sentences">;
type Deps = ChangeDebtDeps & DrawDeps & Pick<GbsDeps, "uploads">;

/**
 * The borrower gets another sentence to say, for today. Throws as {@link answerChange} does,
 * `gbs.upload_open` (409), 429 when he had many today.
 */
export function drawSentence(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Sentence> {
  const asked = { debtId: parseId(input.id), action: "submit_evidence" } as const;
  let drawn: Sentence | undefined;
  const draw: MakeStep = async (step) => {
    const { debt, now, tx } = step;
    const since = addSeconds(now, -daySeconds);
    if ((await deps.sentences.countSince(tx, debt.id, since)) >= maxSentencesPerDay)
      throw limitExceeded(
        `A debt has at most ${maxSentencesPerDay} sentences in 24 hours.`,
        retryAfterSeconds,
      );
    await requireNothingOnItsWay(deps, step);
    const sentence = newSentence(deps, step);
    drawn = sentence;
    return {
      debt,
      custody: [drawnEntry(sentence, step)],
      rows: (rowsTx) => deps.sentences.add(rowsTx, debt.id, sentence, now),
    };
  };
  return answerChange(deps, ctx, asked, draw, () => {
    if (!drawn) throw new Error("a sentence was asked for and none was drawn");
    return drawn;
  });
}

/** What is sent is held against the sentence that its upload began with. */
async function requireNothingOnItsWay(
  { uploads }: Pick<GbsDeps, "uploads">,
  { debt, now, tx }: Pick<StepInput, "debt" | "now" | "tx">,
): Promise<void> {
  const upload = await uploads.onItsWay(tx, debt.id, now);
  if (upload === undefined) return;
  throw gbsErrors.fail(
    "upload_open",
    "A recording of the last sentence is on its way: complete it, or cancel its upload first.",
    { meta: { upload } },
  );
}

/** For this debt and today, in the borrower's language. */
export function newSentence(
  deps: Pick<DrawDeps, "ids" | "randomBelow">,
  { debt, people, now }: Pick<StepInput, "debt" | "people" | "now">,
): Sentence {
  const { lender, borrower } = people;
  if (!borrower) throw new Error("nobody is there to say it");
  const language = spokenLanguageOf(borrower.locale);
  const [words, day] = [drawWords(language, deps.randomBelow), dayIn(debt.terms.timeZone, now)];
  const text = spokenSentence({
    ...{ language, lender: lender.displayName, borrower: borrower.displayName },
    ...{ terms: debt.terms, today: day, randomWords: words },
  });
  const expiresAt = addSeconds(now, sentenceHours * 3_600);
  return { id: deps.ids.next(), text, words, language, day, expiresAt };
}

export const drawnEntry = (
  { id, language, day, text }: Sentence,
  { actor }: Pick<StepInput, "actor">,
): CustodyStep => ({
  ...{ kind: "sentence_drawn", actor },
  data: { sentence: id, language, day },
  values: [{ name: "text", value: text, owner: "both" }],
});

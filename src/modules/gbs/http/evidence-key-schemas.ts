import { t } from "elysia";
import { id, instant, orNull, text, wholeNumber } from "#platform/http/schemas";
import { maxKeyTextLength } from "../bounds.ts";
import { record } from "./debt-schemas.ts";
import { recipient } from "./evidence-schemas.ts";

const maxGeneration = 2_147_483_647;
const maxChallengeLength = 2_000;

const evidenceId = id({ description: "Of the recording." });
const generation = wholeNumber({
  ...{ minimum: 1, maximum: maxGeneration, examples: [1] },
  description: "Which of the keys that were shown for it. Only the last one opens anything.",
});

export const keyBody = t.Object({
  key: text(maxKeyTextLength, {
    minLength: 1,
    description:
      "As it was shown. Upper and lower case, spaces and hyphens do not matter, O is 0, I and L are 1.",
    examples: ["7K3QX-0M9ZT-HW4RB-1CNVD"],
  }),
});
export const recipientBody = t.Object({ recipient });
export const proofBody = t.Object({
  proof: text(maxKeyTextLength, {
    ...{
      minLength: 1,
      examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    },
    description: "What was in the challenge: 64 hexadecimal digits.",
  }),
});

export const revealedKey = record({
  evidenceId,
  key: t.String({
    pattern: "^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$",
    description: "Shown this once and kept nowhere: print it, or write it down.",
    examples: ["7K3QX-0M9ZT-HW4RB-1CNVD"],
  }),
  generation,
});
export const acknowledgedKey = record({
  evidenceId,
  generation,
  acknowledgedAt: instant({ description: "When the key was first typed back." }),
  sealedAt: orNull(instant(), {
    description: "From then on nobody but you opens it; null until our own key is destroyed.",
  }),
});
export const recipientChallenge = record({
  recipient,
  challenge: t.String({
    pattern: "^[A-Za-z0-9+/]+=*$",
    maxLength: maxChallengeLength,
    description: "An age file in base64, encrypted to the recipient. What is in it is the proof.",
    examples: ["YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSA="],
  }),
  askedAt: instant(),
});
export const provenRecipient = record({ recipient, provenAt: instant() });
export const orderedCheck = record({ evidenceId, orderedAt: instant() });

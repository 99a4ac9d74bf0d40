import { t } from "elysia";
import {
  cursor,
  id,
  instant,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  wholeNumber,
} from "#platform/http/schemas";
import { maxDescriptionLength, maxInspectedEntries, maxReasonLength } from "../bounds.ts";
import type { GbsOperations } from "../operations.ts";
import { debtState, maxChainLength, record } from "./debt-schemas.ts";

type Result<Name extends keyof GbsOperations> = Awaited<ReturnType<GbsOperations[Name]>>;
type Hold = Result<"confirmHold">;
type Report = Result<"resolveAbuseReport">;

const maxTermsVersion = 1_000_000;

export const adminParams = t.Object({ id: id() });

const reason = text(maxReasonLength, {
  minLength: 1,
  description: "Kept with what was done; the parties do not read it.",
  examples: ["Asked for by the court in Berlin, 12 O 345/26."],
});
export const adminReasonBody = t.Object({ reason });

const resolutions = ["dismissed", "text_hidden", "pair_blocked"] as const satisfies NonNullable<
  Report["resolution"]
>["action"][];

export const reportsQuery = t.Object({
  state: t.Optional(oneOf(["open", "resolved"], { examples: ["open"] })),
  limit: pageLimit,
  cursor,
});
export const resolutionBody = t.Object({
  action: oneOf(["dismiss", "hide_text", "block_pair"], {
    description:
      "`hide_text` hides the description from both parties for good; `block_pair`: offers of this lender do not reach this borrower any more.",
    examples: ["dismiss"],
  }),
  reason,
});
export const abuseReportForAdmin = record({
  id: id(),
  debtId: id(),
  reason: text(maxReasonLength, {
    description: "The borrower's words.",
    examples: ["Insults me."],
  }),
  reportedBy: id({ description: "The borrower." }),
  reportedAt: instant(),
  state: oneOf(["open", "resolved"], { examples: ["open"] }),
  offer: record({
    lenderId: id(),
    state: debtState,
    description: text(maxDescriptionLength, {
      description: "Also when it is hidden from the parties.",
      examples: ["Deposit for the flat"],
    }),
    textHidden: t.Boolean({ examples: [false] }),
  }),
  resolution: orNull(
    record({
      action: oneOf(resolutions, { examples: ["dismissed"] }),
      reason,
      by: id({ description: "The administrator." }),
      at: instant(),
    }),
  ),
});
export const abuseReportsPage = pageOf(abuseReportForAdmin);

const holdStates = [
  ...(["proposed", "in_force", "release_proposed", "released", "dropped"] as const),
] as const satisfies readonly [Hold["state"], ...Hold["state"][]];
const holdState = oneOf(holdStates, {
  description:
    "`release_proposed` still holds; `dropped` never did, for no other administrator confirmed it.",
  examples: ["in_force"],
});
const holdActions = ["confirm", "release", "confirm_release"] as const;

export const holdsQuery = t.Object({ state: t.Optional(holdState), limit: pageLimit, cursor });
export const legalHold = record({
  id: id(),
  debtId: id(),
  state: holdState,
  possible: t.Array(oneOf(holdActions, { examples: ["confirm"] }), {
    maxItems: holdActions.length,
    description: "What you can do: nobody confirms what he has proposed himself.",
  }),
  reason,
  proposedBy: id({ description: "An administrator, as all others here." }),
  proposedAt: instant(),
  confirmedBy: orNull(id()),
  confirmedAt: orNull(instant(), { description: "In force from then on." }),
  releaseReason: orNull(reason),
  releaseProposedBy: orNull(id()),
  releaseProposedAt: orNull(instant()),
  releasedBy: orNull(id()),
  releasedAt: orNull(instant()),
});
export const legalHoldsPage = pageOf(legalHold);

export const inspectionBody = t.Object({
  reason,
  after: t.Optional(
    wholeNumber({
      ...{ minimum: 0, maximum: maxChainLength, examples: [0] },
      description: "Shows the log after this entry: `nextAfter` of the inspection before.",
    }),
  ),
});
const hash = t.String({
  pattern: "^[0-9a-f]{64}$",
  examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
});
const seq = wholeNumber({ minimum: 1, maximum: maxChainLength, examples: [1] });

export const inspection = record({
  id: id(),
  debtId: id(),
  reason,
  inspectedAt: instant(),
  debt: record({
    lenderId: id(),
    borrowerId: orNull(id(), { description: "Null while the address belongs to nobody." }),
    state: debtState,
    suppressed: t.Boolean({
      description: "The borrower does not see it: one of both has blocked the other.",
      examples: [false],
    }),
    textHidden: t.Boolean({ examples: [false] }),
    termsVersion: wholeNumber({ minimum: 1, maximum: maxTermsVersion, examples: [1] }),
    amount: money(),
    paid: money(),
    outstanding: money(),
    claimed: money(),
    offeredAt: instant(),
    offerExpiresAt: instant(),
    acceptedAt: orNull(instant()),
    endedAt: orNull(instant()),
    legalHold: orNull(holdState, { description: "Null: nothing holds it." }),
  }),
  custody: record({ length: seq, hash }, { description: "With the entry of this inspection." }),
  entries: t.Array(
    record({
      seq,
      at: instant(),
      kind: t.String({ description: "What happened.", examples: ["payment_claimed"] }),
      text: t.String({ description: "Canonical JSON; free texts and addresses as hashes alone." }),
      hash,
      kid: t.String({ pattern: "^[0-9a-f]{16}$", examples: ["9f86d081884c7d65"] }),
      signature: t.String({ pattern: "^[0-9a-f]{128}$" }),
    }),
    { maxItems: maxInspectedEntries },
  ),
  nextAfter: orNull(seq, { description: "Null: the log ends here." }),
});

import { t } from "elysia";
import {
  cursor,
  id,
  instant,
  localDate,
  money,
  oneOf,
  orNull,
  pageLimit,
  pageOf,
  text,
  version,
  wholeNumber,
} from "#platform/http/schemas";
import {
  maxDescriptionLength,
  maxInstalments,
  maxOpenPayments,
  maxReasonLength,
  maxReferenceLength,
} from "../bounds.ts";
import type { DebtAction, DebtState } from "../contract.ts";

/** As identity has it: the longest address with the spaces that people paste around one. */
const maxAddressLength = 320;
const maxTimeZoneLength = 50;
const maxTermsVersion = 1_000_000;
export const maxChainLength = 2_147_483_647;

export const record = <P extends Parameters<typeof t.Object>[0]>(
  properties: P,
  options: { readonly description?: string } = {},
) => t.Object(properties, { additionalProperties: false, ...options });

const states = [
  ...(["offered", "declined", "withdrawn", "expired", "accepted"] as const),
  ...(["evidence_submitted", "under_review", "sent_back", "refused"] as const),
  ...(["active", "overdue", "defaulted", "settled", "cancelled"] as const),
] as const satisfies readonly [DebtState, ...DebtState[]];
const actions = [
  ...(["withdraw", "decline", "accept"] as const),
  "withdraw_consent",
  ...(["submit_evidence", "begin_review", "end_review", "approve", "send_back", "refuse"] as const),
  ...(["propose_amendment", "accept_amendment", "decline_amendment"] as const),
  ...(["withdraw_amendment", "claim_payment", "withdraw_payment", "confirm_payment"] as const),
  ...(["contest_payment", "propose_cancellation", "accept_cancellation"] as const),
  ...(["decline_cancellation", "withdraw_cancellation", "raise_dispute"] as const),
  ...(["withdraw_dispute", "declare_default"] as const),
] as const satisfies readonly [DebtAction, ...DebtAction[]];

export const debtState = oneOf(states, {
  description:
    "`active` binds both; `overdue`: a due day has passed without what was due on it; `defaulted`: the lender has said so, and it can still be paid.",
  examples: ["active"],
});
export const party = oneOf(["lender", "borrower"], { examples: ["borrower"] });
const description = text(maxDescriptionLength, {
  minLength: 1,
  description: "What it is for.",
  examples: ["Deposit for the flat"],
});
/** Why somebody does something to a debt, for the other party to read. */
export const reason = text(maxReasonLength, {
  minLength: 1,
  examples: ["My salary comes a week later."],
});
export const reference = text(maxReferenceLength, {
  minLength: 1,
  description: "By which the lender finds the payment.",
  examples: ["Transfer of 3 November"],
});

/** Of an offer or an amendment; exactly one of the last three. */
export const termsInput = {
  amount: money({ description: "Positive, with no more decimals than the currency has." }),
  description,
  dueOn: t.Optional(localDate({ description: "All of it on one day." })),
  instalments: t.Optional(
    t.Array(record({ dueOn: localDate(), amount: money() }), {
      ...{ minItems: 1, maxItems: maxInstalments },
      description: "In the order of their days; they add up to the amount.",
    }),
  ),
  plan: t.Optional(
    record(
      {
        firstDueOn: localDate(),
        every: oneOf(["week", "month"], { examples: ["month"] }),
        count: wholeNumber({ minimum: 1, maximum: maxInstalments, examples: [12] }),
      },
      {
        description:
          "Like parts at like distances. A month that is too short has its last day instead.",
      },
    ),
  ),
};

export const offerBody = t.Object({
  borrowerAddress: text(maxAddressLength, {
    ...{ minLength: 3, examples: ["mehmet@example.org"] },
    description: "Of whoever is to agree; nobody is told whether it has an account.",
  }),
  ...termsInput,
});

export const debtParams = t.Object({ id: id() });
export const debtsQuery = t.Object({
  role: t.Optional(party),
  state: t.Optional(debtState),
  limit: pageLimit,
  cursor,
});

const terms = record({
  amount: money(),
  instalments: t.Array(record({ dueOn: localDate(), amount: money() }), {
    maxItems: maxInstalments,
  }),
  description: text(maxDescriptionLength, { examples: ["Deposit for the flat"] }),
  timeZone: t.String({
    ...{ maxLength: maxTimeZoneLength, examples: ["Europe/Istanbul"] },
    description: "In which due days end: the lender's when the debt was offered.",
  }),
});

export const payment = record({
  id: id(),
  amount: money(),
  paidOn: localDate(),
  reference,
  state: oneOf(["claimed", "confirmed", "contested", "withdrawn"], {
    description: "Only what the lender has confirmed counts.",
    examples: ["claimed"],
  }),
  claimedAt: instant(),
  decidedAt: orNull(instant()),
  contestReason: orNull(reason),
});
const proposed = { id: id(), proposedBy: party, proposedAt: instant(), reason };
/** What a party proposes in the place of the terms in force. */
export const amendmentFields = { ...proposed, terms };

const fields = {
  id: id(),
  role: oneOf(["lender", "borrower"], { description: "Yours.", examples: ["lender"] }),
  state: debtState,
  counterparty: record({
    displayName: orNull(t.String({ examples: ["Mehmet Demir"] }), {
      description: "Null to the lender until the borrower has accepted.",
    }),
    address: t.String({ examples: ["mehmet@example.org"] }),
  }),
  terms,
  textHidden: t.Boolean({
    description: "An administrator has hidden the description.",
    examples: [false],
  }),
  termsVersion: wholeNumber({
    ...{ minimum: 1, maximum: maxTermsVersion, examples: [1] },
    description: "1 as offered, one more with each amendment.",
  }),
  evidence: oneOf(["none", "video"], {
    description:
      "What it takes to bind after acceptance: nothing more, or a video of the borrower that an operator approves.",
    examples: ["video"],
  }),
  instalments: t.Array(
    record({
      dueOn: localDate(),
      amount: money(),
      covered: money(),
      state: oneOf(["upcoming", "overdue", "paid"], { examples: ["upcoming"] }),
    }),
    { maxItems: maxInstalments, description: "Confirmed payments cover the earliest days first." },
  ),
  paid: money({ description: "All confirmed payments." }),
  outstanding: money({ description: "The amount without what is paid." }),
  claimed: money({ description: "Of payments that wait for the lender's answer." }),
  offeredAt: instant(),
  offerExpiresAt: instant(),
  acceptedAt: orNull(instant()),
  endedAt: orNull(instant()),
  defaultPossibleAt: orNull(instant(), {
    description: "From then on the lender may declare a default, if nothing is paid meanwhile.",
  }),
  openPayments: t.Array(payment, { maxItems: maxOpenPayments }),
  openAmendment: orNull(record(amendmentFields)),
  openCancellation: orNull(record(proposed)),
  openDispute: orNull(record({ id: id(), raisedAt: instant(), reason })),
  possible: t.Array(oneOf(actions, { examples: ["claim_payment"] }), {
    maxItems: actions.length,
    description: "What you can do at present.",
  }),
  custody: record(
    {
      length: wholeNumber({ minimum: 1, maximum: maxChainLength, examples: [3] }),
      hash: t.String({
        pattern: "^[0-9a-f]{64}$",
        examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
      }),
    },
    { description: "How many entries the custody log has, and the hash of the last one." },
  ),
};

/** A debt in an answer, as one of its parties sees it. */
export const debt = record({ ...fields, version });
export const debtsPage = pageOf(debt);

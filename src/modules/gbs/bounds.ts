/** How much debts take and tell: their rules refuse more, their schemas publish it. Lengths are in UTF-16 units. */

export const maxDescriptionLength = 500;
export const maxReasonLength = 500;
export const maxReferenceLength = 100;

export const maxInstalments = 120;
/** From today to the last due day. */
export const maxTermYears = 50;
/** How long an offer waits for its answer. */
export const offerDays = 14;
/** Of one lender, that nobody has answered. */
export const maxOpenOffers = 20;
export const maxOffersPerDay = 20;
/** Mails to an address without an account, whoever offers. */
export const maxInvitationsPerDay = 5;
/** From the end of an unpaid due day until its lender may declare a default. */
export const graceHours = 24;

/** Of a debt: claimed or contested. */
export const maxOpenPayments = 20;
/** Amendments, cancellations and disputes, each, of a debt. */
export const maxProposalsPerDay = 20;
/** Transactions that one party links to a debt. */
export const maxPostingLinks = 200;
/** Of which a receipt states the first; more are possible, each of a cent. */
export const maxReceiptPayments = 2_000;

/** Of one borrower. */
export const maxAbuseReportsPerDay = 10;
/** Of a custody log, that one inspection shows. */
export const maxInspectedEntries = 500;

/** How long an operator has a recording that he took; taken again, it is his for so long from then. */
export const claimSeconds = 1_800;
/** How long somebody may watch before he has to ask again. */
export const playbackSeconds = 600;
/** Of what was watched in one playback, as the custody log says it. */
export const maxViewedRanges = 200;
/** Earlier decisions about a debt's recordings, that an operator is shown. */
export const maxShownReviews = 10;
/** From the approval until an unacknowledged key is shown to both. */
export const sealWithinSeconds = 30 * 86_400;

/** Of a debt: each draws words that hold for a day. */
export const maxSentencesPerDay = 20;
/** Of a borrower, on their way at the same time. */
export const maxOpenUploads = 2;
export const maxUploadsPerDay = 20;
/** Bytes of all recordings of a borrower that are kept or waited for. */
export const maxKeptBytes = 20 * 1024 ** 3;
/** From its creation until its last byte. */
export const uploadHours = 24;
/** From drawing a sentence until an upload that says it has to begin. */
export const sentenceHours = 24;

/** Of a recording, in clear: 64 chunks of an age payload (64 KiB each). What is uploaded becomes durable by so much. */
export const segmentBytes = 4 * 1024 * 1024;

/** Of one debt: each is a new key, and the one before it opens nothing any more. */
export const maxRevealsPerDay = 20;
/** After a wrong key, and while one is tried; doubles with each further one up to the longest. */
export const firstKeyWaitSeconds = 3;
export const maxKeyWaitSeconds = 3_600;
/** After so long without a try all are forgotten. */
export const keyTriesForgottenSeconds = 86_400;
/** Of one debt, that its parties ask for; one a week comes by itself. */
export const maxIntegrityChecksPerDay = 2;
/** After the approval, when the lender has typed no key back. */
export const keyReminderDays = [7, 28] as const;
/** What people paste around a key, or a recipient or proof of age, included. */
export const maxKeyTextLength = 200;

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant, localDate } from "#platform/db/columns";
import { debts, gbsSchema } from "./tables.ts";

const debtId = () =>
  id("debt_id")
    .notNull()
    .references(() => debts.id);
const bytes = (name: string) => bigint(name, { mode: "number" });

/** What the borrower agreed to before anything of him was recorded. */
export const recordingConsents = gbsSchema.table("recording_consents", {
  debtId: debtId().primaryKey(),
  /** Of the text, whose words never change under one version. */
  version: text("version").notNull(),
  language: text("language").notNull(),
  givenAt: instant("given_at").notNull(),
});

/** What the borrower is asked to say: for one debt, on one day. */
export const sentences = gbsSchema.table(
  "sentences",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    language: text("language").notNull(),
    /** The day that is spoken: today where due days of the debt end. */
    day: localDate("day").notNull(),
    words: jsonb("words").$type<readonly string[]>().notNull(),
    /** All of it, words included. */
    text: text("text").notNull(),
    drawnAt: instant("drawn_at").notNull(),
    /** An upload begins before it. */
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("sentences_of").on(table.debtId, table.drawnAt, table.id)],
);

/** `receiving`: bytes are missing; `checking`: all are there; `submitted`: it is evidence; `discarded`: it never will be. */
export type UploadState = "receiving" | "checking" | "submitted" | "discarded";
/** Why an upload was discarded. */
export type UploadFault =
  | "cancelled"
  | "diverged"
  | "expired"
  | "not_a_video"
  | "damaged"
  | "no_longer_wanted";

/** A recording on its way. Its file key is nowhere here: the header in volatile storage has it, wrapped. */
export const uploads = gbsSchema.table(
  "uploads",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    sentenceId: id("sentence_id")
      .notNull()
      .references(() => sentences.id),
    userId: id("user_id").notNull(),
    state: text("state").$type<UploadState>().notNull(),
    fault: text("fault").$type<UploadFault>(),
    /** Of the recording. */
    lengthBytes: bytes("length_bytes").notNull(),
    /** Durable: whole segments, or all. */
    offsetBytes: bytes("offset_bytes").notNull(),
    /** Of the payload (age v1), hex; stands before its first chunk. */
    payloadNonce: text("payload_nonce").notNull(),
    /** Under whose key the review header is. */
    epochId: id("epoch_id")
      .notNull()
      .references(() => reviewEpochs.id),
    /** Rises with every writer; who comes with an older one writes no more. */
    leaseToken: integer("lease_token").notNull(),
    leasedUntil: instant("leased_until"),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
    /** Its objects are gone; only of a discarded one. */
    clearedAt: instant("cleared_at"),
  },
  (table) => [
    index("uploads_of_user")
      .on(table.userId)
      .where(sql`${table.state} in ('receiving', 'checking', 'submitted')`),
    index("uploads_of").on(table.debtId, table.createdAt, table.id),
    index("uploads_expiring").on(table.expiresAt).where(sql`${table.state} = 'receiving'`),
    index("uploads_to_clear")
      .on(table.endedAt)
      .where(sql`${table.state} = 'discarded' and ${table.clearedAt} is null`),
  ],
);

/** Which bytes a segment was made of: written before it, so that no nonce ever covers two plaintexts. */
export const uploadSegments = gbsSchema.table(
  "upload_segments",
  {
    uploadId: id("upload_id")
      .notNull()
      .references(() => uploads.id),
    /** From 0. */
    segment: integer("segment").notNull(),
    /** HMAC-SHA256 of its plaintext under a key derived from the file key, hex. */
    plainMac: text("plain_mac").notNull(),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.segment] })],
);

/** Keys that recordings are wrapped to while they are reviewed, one a week. Here is only what is public of them. */
export const reviewEpochs = gbsSchema.table(
  "review_epochs",
  {
    id: id("id").primaryKey(),
    /** The Monday it begins on, UTC. */
    week: localDate("week").notNull(),
    /** "age1…" */
    recipient: text("recipient").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Its private key exists no longer. */
    destroyedAt: instant("destroyed_at"),
  },
  (table) => [
    uniqueIndex("review_epochs_week").on(table.week).where(sql`${table.destroyedAt} is null`),
  ],
);

/** What became of a recording. `submitted`: waits for an operator, or is with one. */
export type EvidenceState = "submitted" | "approved" | "sent_back" | "refused" | "dropped";

/** A recording that was submitted. Its id is the upload's. */
export const evidence = gbsSchema.table(
  "evidence",
  {
    id: id("id")
      .primaryKey()
      .references(() => uploads.id),
    debtId: debtId(),
    state: text("state").$type<EvidenceState>().notNull(),
    submittedAt: instant("submitted_at").notNull(),
    /** Of the recording as it was sent: hex, bytes, media type by its content. */
    sha256: text("sha256").notNull(),
    sizeBytes: bytes("size_bytes").notNull(),
    mediaType: text("media_type").notNull(),
    /** Of payload nonce and payload, as they lie in the store, hex. */
    payloadSha256: text("payload_sha256").notNull(),
    decidedAt: instant("decided_at"),
    /** The lender has typed the key back. */
    acknowledgedAt: instant("acknowledged_at"),
    /** The review header is gone: from then on nobody but the lender opens it. */
    sealedAt: instant("sealed_at"),
    /** Until when an unacknowledged key is waited for; then both are shown that it is not sealed. Null before approval. */
    sealExpectedBy: instant("seal_expected_by"),
    /** How often the lender was reminded that he has typed no key back. */
    keyReminders: integer("key_reminders").notNull().default(0),
    /** What of it is to be destroyed, if anything, from then on: payload and headers. */
    destroyAfter: instant("destroy_after"),
    /** Nothing stops it any more: from then on some of it may be gone already. */
    destroyingAt: instant("destroying_at"),
    destroyedAt: instant("destroyed_at"),
  },
  (table) => [
    index("evidence_of").on(table.debtId, table.submittedAt, table.id),
    uniqueIndex("evidence_in_force")
      .on(table.debtId)
      .where(sql`${table.state} in ('submitted', 'approved')`),
    index("evidence_queue")
      .on(table.submittedAt, table.id)
      .where(sql`${table.state} = 'submitted'`),
    index("evidence_to_destroy")
      .on(table.destroyAfter)
      .where(sql`${table.destroyAfter} is not null and ${table.destroyedAt} is null`),
  ],
);

const evidenceId = () =>
  id("evidence_id")
    .notNull()
    .references(() => evidence.id);

export type ReviewDecision = "approve" | "send_back" | "refuse";
export type ReviewChecklist = {
  readonly faceVisible: boolean;
  readonly sentenceSpoken: boolean;
  readonly wordsMatch: boolean;
  readonly unedited: boolean;
};

/** An operator has taken a recording: until the claim ends, he alone watches and decides. */
export const reviews = gbsSchema.table(
  "reviews",
  {
    id: id("id").primaryKey(),
    evidenceId: evidenceId(),
    operatorId: id("operator_id").notNull(),
    claimedAt: instant("claimed_at").notNull(),
    claimEndsAt: instant("claim_ends_at").notNull(),
    /** Decided, given back or taken over; null = the claim stands until it ends. */
    endedAt: instant("ended_at"),
    decision: text("decision").$type<ReviewDecision>(),
    checklist: jsonb("checklist").$type<ReviewChecklist>(),
    /** For the borrower to read; null for an approval. */
    reason: text("reason"),
  },
  (table) => [
    uniqueIndex("reviews_open").on(table.evidenceId).where(sql`${table.endedAt} is null`),
    index("reviews_of").on(table.evidenceId, table.claimedAt, table.id),
  ],
);

/** Somebody may watch for some minutes. */
export const playbacks = gbsSchema.table(
  "playbacks",
  {
    id: id("id").primaryKey(),
    evidenceId: evidenceId(),
    userId: id("user_id").notNull(),
    sessionId: id("session_id"),
    /** Of an operator; null = of the lender. */
    reviewId: id("review_id").references(() => reviews.id),
    startedAt: instant("started_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Nothing more is shown; what was shown is to be recorded in the custody log. */
    endedAt: instant("ended_at"),
    recordedAt: instant("recorded_at"),
  },
  (table) => [
    index("playbacks_of").on(table.evidenceId),
    index("playbacks_to_record").on(table.expiresAt).where(sql`${table.recordedAt} is null`),
  ],
);

/** Deleted when the playback ends. Outside the audit trail, as all secrets. */
export const playbackKeys = gbsSchema.table(
  "playback_keys",
  {
    playbackId: id("playback_id")
      .primaryKey()
      .references(() => playbacks.id),
    /** Of the token, hex. */
    tokenSha256: text("token_sha256").notNull(),
    /** The file key under one that only the token gives. */
    sealedFileKey: text("sealed_file_key").notNull(),
  },
  (table) => [uniqueIndex("playback_keys_token").on(table.tokenSha256)],
);

/** What was sent, before it was: bytes of the recording, both ends included. */
export const playbackRanges = gbsSchema.table(
  "playback_ranges",
  {
    id: id("id").primaryKey(),
    playbackId: id("playback_id")
      .notNull()
      .references(() => playbacks.id),
    firstByte: bytes("first_byte").notNull(),
    lastByte: bytes("last_byte").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [index("playback_ranges_of").on(table.playbackId, table.id)],
);

/** Headers that open with what the lender alone has: one for each key that was shown, the last one counts. */
export const lenderHeaders = gbsSchema.table(
  "lender_headers",
  {
    evidenceId: evidenceId(),
    /** From 1. */
    generation: integer("generation").notNull(),
    kind: text("kind").$type<"passphrase" | "recipient">().notNull(),
    /** Of an age v1 file, base64. */
    header: text("header").notNull(),
    /** Of the header's bytes, hex. */
    headerSha256: text("header_sha256").notNull(),
    madeAt: instant("made_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.evidenceId, table.generation] })],
);

/** A key of the lender's own, instead of one that we show him. */
export const lenderRecipients = gbsSchema.table("lender_recipients", {
  debtId: debtId().primaryKey(),
  /** "age1…" */
  recipient: text("recipient").notNull(),
  /** Of what he has to decrypt to prove it his, hex. */
  challengeSha256: text("challenge_sha256").notNull(),
  askedAt: instant("asked_at").notNull(),
  provenAt: instant("proven_at"),
});

/** Whether what is stored is still what was submitted. */
export const integrityChecks = gbsSchema.table(
  "integrity_checks",
  {
    id: id("id").primaryKey(),
    evidenceId: evidenceId(),
    checkedAt: instant("checked_at").notNull(),
    intact: boolean("intact").notNull(),
  },
  (table) => [index("integrity_checks_of").on(table.evidenceId, table.checkedAt, table.id)],
);

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { decimal, id, instant, localDate } from "#platform/db/columns";
import type { ModuleSchema } from "#platform/db/database";
import type { DecimalString } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { DebtParty, DebtState, EvidenceKind, PaymentState } from "../contract.ts";
import type { CustodyKind } from "../domain/custody.ts";
import type { ReminderStage } from "../domain/debt-snapshot.ts";

export const gbsSchema = pgSchema("gbs");

/** Amounts are of the debt's currency everywhere below: it never changes. */
export const debts = gbsSchema.table(
  "debts",
  {
    id: id("id").primaryKey(),
    lenderId: id("lender_id").notNull(),
    /** Null until the invited address is known to belong to somebody. */
    borrowerId: id("borrower_id"),
    /** As mails go to it, and the same for every spelling of one mailbox. */
    invitedAddress: text("invited_address").notNull(),
    invitedAddressKey: text("invited_address_key").notNull(),
    state: text("state").$type<DebtState>().notNull(),
    /** Fixed when it is offered. */
    evidence: text("evidence").$type<EvidenceKind>().notNull().default("none"),
    /** One of both has blocked the other: the lender sees a sent offer, the borrower nothing. */
    suppressed: boolean("suppressed").notNull(),
    /** An administrator has hidden what the lender wrote. */
    textHidden: boolean("text_hidden").notNull(),
    currency: text("currency").$type<CurrencyCode>().notNull(),
    amount: decimal("amount").notNull(),
    description: text("description").notNull(),
    timeZone: text("time_zone").notNull(),
    /** Of the instalments that are in force. */
    termsVersion: integer("terms_version").notNull(),
    offeredAt: instant("offered_at").notNull(),
    offerExpiresAt: instant("offer_expires_at").notNull(),
    /** When the borrower was told, or would have been; null = the job has not come to it. */
    deliveredAt: instant("delivered_at"),
    acceptedAt: instant("accepted_at"),
    /** When the lender declared a default, whatever was paid since. */
    defaultedAt: instant("defaulted_at"),
    endedAt: instant("ended_at"),
    /** How often evidence came back to its borrower. */
    sendBacks: integer("send_backs").notNull(),
    /** The sum of confirmed payments. */
    paid: decimal("paid").notNull(),
    chainLength: integer("chain_length").notNull(),
    /** Hash of the last entry, hex. */
    chainHead: text("chain_head").notNull(),
    /** When time does something to it; null = never again. */
    wakeAt: instant("wake_at"),
    version: integer("version").notNull(),
  },
  (table) => [
    index("debts_lender").on(table.lenderId, table.offeredAt, table.id),
    index("debts_borrower").on(table.borrowerId, table.offeredAt, table.id),
    index("debts_waiting")
      .on(table.invitedAddressKey)
      .where(sql`${table.borrowerId} is null and ${table.state} = 'offered'`),
    index("debts_wake").on(table.wakeAt).where(sql`${table.wakeAt} is not null`),
  ],
);

const debtId = () =>
  id("debt_id")
    .notNull()
    .references(() => debts.id);

/** Of every version of the terms. */
export const instalments = gbsSchema.table(
  "instalments",
  {
    debtId: debtId(),
    termsVersion: integer("terms_version").notNull(),
    /** From 1, in the order of the days. */
    position: integer("position").notNull(),
    dueOn: localDate("due_on").notNull(),
    amount: decimal("amount").notNull(),
  },
  (table) => [primaryKey({ columns: [table.debtId, table.termsVersion, table.position] })],
);

export const payments = gbsSchema.table(
  "payments",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    amount: decimal("amount").notNull(),
    paidOn: localDate("paid_on").notNull(),
    reference: text("reference").notNull(),
    state: text("state").$type<PaymentState>().notNull(),
    claimedAt: instant("claimed_at").notNull(),
    /** Of the last change of state; null while claimed. */
    decidedAt: instant("decided_at"),
    contestReason: text("contest_reason"),
  },
  (table) => [
    index("payments_of").on(table.debtId, table.claimedAt, table.id),
    index("payments_open").on(table.debtId).where(sql`${table.state} in ('claimed', 'contested')`),
  ],
);

/** What became of something that one party proposed. `lapsed`: the debt left the states in which it may be answered. */
export type ProposalState = "open" | "accepted" | "declined" | "withdrawn" | "lapsed";

const proposal = () => ({
  id: id("id").primaryKey(),
  debtId: debtId(),
  proposedBy: text("proposed_by").$type<DebtParty>().notNull(),
  reason: text("reason").notNull(),
  state: text("state").$type<ProposalState>().notNull(),
  proposedAt: instant("proposed_at").notNull(),
  /** Null while open. */
  decidedAt: instant("decided_at"),
});

/** Terms that would take the place of those in force. */
export const amendments = gbsSchema.table(
  "amendments",
  {
    ...proposal(),
    amount: decimal("amount").notNull(),
    description: text("description").notNull(),
    timeZone: text("time_zone").notNull(),
    instalments: jsonb("instalments")
      .$type<readonly { readonly dueOn: LocalDate; readonly amount: DecimalString }[]>()
      .notNull(),
  },
  (table) => [
    index("amendments_of").on(table.debtId, table.proposedAt, table.id),
    uniqueIndex("amendments_open").on(table.debtId).where(sql`${table.state} = 'open'`),
  ],
);

export const cancellations = gbsSchema.table("cancellations", proposal(), (table) => [
  index("cancellations_of").on(table.debtId, table.proposedAt, table.id),
  uniqueIndex("cancellations_open").on(table.debtId).where(sql`${table.state} = 'open'`),
]);

export const disputes = gbsSchema.table(
  "disputes",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    reason: text("reason").notNull(),
    raisedAt: instant("raised_at").notNull(),
    /** Null while it stands. */
    withdrawnAt: instant("withdrawn_at"),
  },
  (table) => [
    index("disputes_of").on(table.debtId, table.raisedAt, table.id),
    uniqueIndex("disputes_open").on(table.debtId).where(sql`${table.withdrawnAt} is null`),
  ],
);

/** Everything that happened to a debt, each entry bound to the one before it. Never changed: a trigger refuses. */
export const custodyEntries = gbsSchema.table(
  "custody_entries",
  {
    debtId: debtId(),
    /** From 1. */
    seq: integer("seq").notNull(),
    at: instant("at").notNull(),
    kind: text("kind").$type<CustodyKind>().notNull(),
    /** Canonical JSON, as it was hashed and signed. */
    entry: text("entry").notNull(),
    /** SHA-256 of the entry, hex. */
    hash: text("hash").notNull(),
    kid: text("kid").notNull(),
    /** Ed25519, hex. */
    signature: text("signature").notNull(),
  },
  (table) => [primaryKey({ columns: [table.debtId, table.seq] })],
);

/** Whom a value of the log is shown to. */
export type ValueOwner = DebtParty | "both";

/** What stands in the log as a salted hash. */
export const custodyValues = gbsSchema.table(
  "custody_values",
  {
    debtId: debtId(),
    seq: integer("seq").notNull(),
    /** Of the member in the entry's data. */
    name: text("name").notNull(),
    value: text("value").notNull(),
    /** 16 random bytes, hex. */
    salt: text("salt").notNull(),
    owner: text("owner").$type<ValueOwner>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.debtId, table.seq, table.name] })],
);

export type DocumentKind = "agreement" | "receipt";

export const documents = gbsSchema.table(
  "documents",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    kind: text("kind").$type<DocumentKind>().notNull(),
    /** Of the terms that it states. */
    termsVersion: integer("terms_version").notNull(),
    /** In the object store. */
    objectKey: text("object_key").notNull(),
    fileName: text("file_name").notNull(),
    /** Of the file's bytes, hex. */
    sha256: text("sha256").notNull(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    madeAt: instant("made_at").notNull(),
  },
  (table) => [
    // Made by a job that may run twice.
    uniqueIndex("documents_once").on(table.debtId, table.kind, table.termsVersion),
  ],
);

/** Which reminders were sent: each once. */
export const reminders = gbsSchema.table(
  "reminders",
  {
    debtId: debtId(),
    dueOn: localDate("due_on").notNull(),
    stage: text("stage").$type<ReminderStage>().notNull(),
    sentAt: instant("sent_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.debtId, table.dueOn, table.stage] })],
);

/** Which transactions of a party's own book belong to a debt. The other one never sees them. */
export const postingLinks = gbsSchema.table(
  "posting_links",
  {
    debtId: debtId(),
    userId: id("user_id").notNull(),
    transactionId: id("transaction_id").notNull(),
    /** Null = to the debt as a whole. */
    paymentId: id("payment_id").references(() => payments.id),
    linkedAt: instant("linked_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.debtId, table.userId, table.transactionId] })],
);

/** No offer of the blocked reaches the blocker. */
export const blocks = gbsSchema.table(
  "blocks",
  {
    id: id("id").notNull().default(sql`gen_random_uuid()`),
    blockerId: id("blocker_id").notNull(),
    blockedId: id("blocked_id").notNull(),
    blockedAt: instant("blocked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.blockerId, table.blockedId] }),
    uniqueIndex("blocks_id").on(table.id),
    index("blocks_of").on(table.blockerId, table.blockedAt, table.id),
    index("blocks_blocked").on(table.blockedId),
  ],
);

export type AbuseResolution = "dismissed" | "text_hidden" | "pair_blocked";

/** What a borrower says of an offer, for an administrator to look at. */
export const abuseReports = gbsSchema.table(
  "abuse_reports",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    reportedBy: id("reported_by").notNull(),
    reason: text("reason").notNull(),
    reportedAt: instant("reported_at").notNull(),
    /** What an administrator did about it, and why; null while open. */
    resolution: text("resolution").$type<AbuseResolution>(),
    resolutionReason: text("resolution_reason"),
    resolvedBy: id("resolved_by"),
    resolvedAt: instant("resolved_at"),
  },
  (table) => [
    uniqueIndex("abuse_reports_one_open").on(table.debtId).where(sql`${table.resolvedAt} is null`),
    index("abuse_reports_reported").on(table.reportedAt, table.id),
    index("abuse_reports_open")
      .on(table.reportedAt, table.id)
      .where(sql`${table.resolvedAt} is null`),
  ],
);

/** Keeps everything of a debt, whatever else would delete it. Takes two administrators, and two to end. */
export const legalHolds = gbsSchema.table(
  "legal_holds",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    reason: text("reason").notNull(),
    proposedBy: id("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    /** In force from then on. */
    confirmedBy: id("confirmed_by"),
    confirmedAt: instant("confirmed_at"),
    releaseReason: text("release_reason"),
    releaseProposedBy: id("release_proposed_by"),
    releaseProposedAt: instant("release_proposed_at"),
    releasedBy: id("released_by"),
    releasedAt: instant("released_at"),
  },
  (table) => [
    uniqueIndex("legal_holds_open").on(table.debtId).where(sql`${table.releasedAt} is null`),
    index("legal_holds_proposed").on(table.proposedAt, table.id),
  ],
);

/** Which administrator has looked at a debt, and why. */
export const inspections = gbsSchema.table(
  "inspections",
  {
    id: id("id").primaryKey(),
    debtId: debtId(),
    inspectedBy: id("inspected_by").notNull(),
    reason: text("reason").notNull(),
    inspectedAt: instant("inspected_at").notNull(),
  },
  (table) => [index("inspections_of").on(table.debtId, table.inspectedAt, table.id)],
);

/** What people have written stays out of the audit trail: the custody log says what happened, and hashes the words. */
export const gbsTables: ModuleSchema = {
  name: "gbs",
  tables: {
    debts: "keys",
    instalments: "full",
    payments: "keys",
    amendments: "keys",
    cancellations: "keys",
    disputes: "keys",
    custody_entries: "full",
    custody_values: "keys",
    documents: "full",
    reminders: "full",
    posting_links: "full",
    blocks: "full",
    abuse_reports: "keys",
    legal_holds: "full",
    inspections: "full",
    recording_consents: "full",
    sentences: "keys",
    uploads: "full",
    upload_segments: "keys",
    review_epochs: "full",
    evidence: "full",
    reviews: "keys",
    playbacks: "full",
    playback_keys: "none",
    playback_ranges: "full",
    lender_headers: "keys",
    lender_recipients: "keys",
    integrity_checks: "full",
  },
};

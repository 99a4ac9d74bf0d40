import { sql } from "drizzle-orm";
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant, localDate } from "#platform/db/columns";
import type { ModuleSchema } from "#platform/db/database";
import type { Money } from "#platform/kernel/money";
import type {
  ReportFailure,
  ReportFormat,
  ReportScope,
  ReportState,
  ReportType,
  ScheduleRhythm,
  ScheduleScope,
} from "../contract.ts";
import type { OpeningKind } from "../domain/share.ts";

export const reportsSchema = pgSchema("reports");

const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/** Reports that come by themselves. */
export const schedules = reportsSchema.table(
  "schedules",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id").notNull(),
    createdBy: id("created_by").notNull(),
    name: text("name").notNull(),
    rhythm: text("rhythm").$type<ScheduleRhythm>().notNull(),
    scope: jsonb("scope").$type<ScheduleScope>().notNull(),
    /** First day, in the zone of its scope, that a report is due for; null = paused. */
    nextOn: localDate("next_on"),
    /** The instant that day begins there: what the job looks for. */
    nextAt: instant("next_at"),
    /** Why the job paused it; null when its owner did. */
    pausedFor: jsonb("paused_for").$type<ReportFailure>(),
    version: integer("version").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("schedules_of").on(table.createdBy, table.createdAt, table.id),
    index("schedules_due").on(table.nextAt).where(sql`${table.nextAt} is not null`),
  ],
);

export const reports = reportsSchema.table(
  "reports",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id").notNull(),
    createdBy: id("created_by").notNull(),
    type: text("type").$type<ReportType>().notNull(),
    scope: jsonb("scope").$type<ReportScope>().notNull(),
    /** Of its files, without what tells the formats apart: "2026-09_Yilmaz_EUR". */
    fileBase: text("file_base").notNull(),
    state: text("state").$type<ReportState>().notNull(),
    progress: integer("progress").notNull(),
    /** When a job was sent for it; null = its user has others in front of it. */
    sentAt: instant("sent_at"),
    /** The run that makes it: nobody else may finish it. */
    attempt: id("attempt"),
    /** How many runs have begun. */
    tries: integer("tries").notNull(),
    fingerprint: text("fingerprint"),
    asOf: instant("as_of"),
    bookRevision: bigint("book_revision", { mode: "number" }),
    failure: jsonb("failure").$type<ReportFailure>(),
    /** Keys in the object store of the model, and of what each covered transaction did. */
    modelKey: text("model_key"),
    coverageKey: text("coverage_key"),
    /** The ledger's digest of all that the report covers, when it was made. */
    coverage: text("coverage"),
    /** Up to which revision of the book it is known whether the report still stands, and the digest of then. */
    comparedRevision: bigint("compared_revision", { mode: "number" }),
    comparedCoverage: text("compared_coverage"),
    /** The counts are of that digest; null = not counted yet. */
    supersededAt: instant("superseded_at"),
    changedTransactions: integer("changed_transactions"),
    differences: jsonb("differences").$type<readonly Money[]>(),
    scheduleId: id("schedule_id"),
    /** The day it was due; a schedule makes one report for it. */
    scheduledFor: localDate("scheduled_for"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    finishedAt: instant("finished_at"),
    expiresAt: instant("expires_at"),
    version: integer("version").notNull(),
  },
  (table) => [
    index("reports_of").on(table.createdBy, table.createdAt, table.id),
    index("reports_expiry").on(table.expiresAt).where(sql`${table.state} = 'ready'`),
    index("reports_ready").on(table.bookId, table.id).where(sql`${table.state} = 'ready'`),
    index("reports_open")
      .on(table.createdBy, table.createdAt, table.id)
      .where(sql`${table.state} in ('queued', 'running')`),
    index("reports_uncounted")
      .on(table.supersededAt, table.id)
      .where(sql`${table.state} = 'ready' and ${table.changedTransactions} is null`),
    index("reports_finished").on(table.finishedAt),
    uniqueIndex("reports_scheduled")
      .on(table.scheduleId, table.scheduledFor)
      .where(sql`${table.scheduleId} is not null`),
  ],
);

export const reportFiles = reportsSchema.table(
  "report_files",
  {
    reportId: id("report_id")
      .notNull()
      .references(() => reports.id, { onDelete: "cascade" }),
    format: text("format").$type<ReportFormat>().notNull(),
    fileName: text("file_name").notNull(),
    /** Key in the object store; null = it could not be made. */
    storageKey: text("storage_key"),
    sizeBytes: bigint("size_bytes", { mode: "number" }),
    sha256: text("sha256"),
    failure: jsonb("failure").$type<ReportFailure>(),
    warning: jsonb("warning").$type<ReportFailure>(),
  },
  (table) => [primaryKey({ columns: [table.reportId, table.format] })],
);

/** How many reports somebody has asked for on a day: stays when they are deleted. */
export const requestCounts = reportsSchema.table(
  "request_counts",
  {
    userId: id("user_id").notNull(),
    /** In UTC. */
    day: localDate("day").notNull(),
    requested: integer("requested").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.day] }),
    index("request_counts_day").on(table.day),
  ],
);

/** A link that opens a report for whoever has it. What it is opened with stands in share_secrets. */
export const shares = reportsSchema.table(
  "shares",
  {
    id: id("id").primaryKey(),
    reportId: id("report_id")
      .notNull()
      .references(() => reports.id, { onDelete: "cascade" }),
    createdBy: id("created_by").notNull(),
    /** For whom, in the owner's words; shown to the owner alone. */
    label: text("label"),
    /** The language of the page. */
    language: text("language").$type<ReportScope["language"]>().notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
    version: integer("version").notNull(),
  },
  (table) => [index("shares_report").on(table.reportId, table.createdAt, table.id)],
);

export const shareSecrets = reportsSchema.table("share_secrets", {
  shareId: id("share_id")
    .primaryKey()
    .references(() => shares.id, { onDelete: "cascade" }),
  /** SHA-256 of the link's token. */
  tokenHash: bytes("token_hash").notNull().unique("share_secrets_token"),
  /** Argon2id; null = the link alone opens it. */
  passwordHash: text("password_hash"),
  /** Clients that open the link are told apart by a hash with it. */
  clientSalt: bytes("client_salt").notNull(),
});

/** Who opened a link, shown to its owner. */
export const shareOpenings = reportsSchema.table(
  "share_openings",
  {
    id: id("id").primaryKey(),
    shareId: id("share_id")
      .notNull()
      .references(() => shares.id, { onDelete: "cascade" }),
    openedAt: instant("opened_at").notNull(),
    what: text("what").$type<OpeningKind>().notNull(),
    /** Tells openings of one client from another's: a hash of its address with the link's own salt. */
    client: text("client").notNull(),
  },
  (table) => [index("share_openings_of").on(table.shareId, table.openedAt, table.id)],
);

export const reportsTables: ModuleSchema = {
  name: "reports",
  tables: {
    schedules: "full",
    reports: "full",
    report_files: "full",
    request_counts: "none",
    shares: "full",
    share_secrets: "none",
    share_openings: "keys",
  },
};

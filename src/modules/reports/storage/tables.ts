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
import type {
  ReportFailure,
  ReportFormat,
  ReportScope,
  ReportState,
  ReportType,
} from "../contract.ts";
import type { ScheduleRhythm, ScheduleScope } from "../domain/schedule.ts";

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
    state: text("state").$type<ReportState>().notNull(),
    progress: integer("progress").notNull(),
    fingerprint: text("fingerprint"),
    asOf: instant("as_of"),
    bookRevision: bigint("book_revision", { mode: "number" }),
    failure: jsonb("failure").$type<ReportFailure>(),
    /** What the ledger says of all that the report covers, when it was made. */
    coverage: text("coverage"),
    /** Up to which revision of the book it is known whether the report still stands. */
    comparedRevision: bigint("compared_revision", { mode: "number" }),
    supersededAt: instant("superseded_at"),
    changedTransactions: integer("changed_transactions"),
    differences: jsonb("differences").$type<readonly { amount: string; currency: string }[]>(),
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
    index("reports_expiry").on(table.expiresAt),
    index("reports_ready").on(table.id).where(sql`${table.state} = 'ready'`),
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
  },
  (table) => [primaryKey({ columns: [table.reportId, table.format] })],
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
    /** `page`, `wrong_password`, or the format of the file that was fetched. */
    what: text("what").notNull(),
    /** Tells openings of one client from another's: a salted hash of its address. */
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
    shares: "full",
    share_secrets: "none",
    share_openings: "keys",
  },
};

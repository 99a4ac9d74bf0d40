import { bigint, index, integer, pgSchema, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { instant } from "../db/columns.ts";
import type { ModuleSchema } from "../db/database.ts";
import type { Attribution, EntryKind } from "./entry.ts";

/** LogDB's schema: the audit trail, apart from the database it watches. */
export const audit = pgSchema("audit");

/**
 * The chain. `content` is the entry, whole; `hash` its SHA-256; the other columns repeat what queries look for.
 * Partitioned by month of `recordedAt`, which never falls from one entry to the next: a partition is a piece of the chain.
 */
export const entries = audit.table(
  "entries",
  {
    /** 1, 2, 3, …: none is left out but those that a `gap` says are lost. */
    seq: bigint("seq", { mode: "number" }).notNull(),
    recordedAt: instant("recorded_at").notNull(),
    /** When it happened: a transaction's commit, a request's arrival. */
    at: instant("at").notNull(),
    kind: text("kind").$type<EntryKind>().notNull(),
    /** Canonical JSON with `seq` and `prev` (the hash of the entry before) inside. */
    content: text("content").notNull(),
    /** Lower-case hex. */
    hash: text("hash").notNull(),
    actorType: text("actor_type").$type<"anonymous" | "user" | "system">(),
    /** Id of a user, name of a system actor. */
    actorId: text("actor_id"),
    requestId: text("request_id"),
    operation: text("operation"),
    /** "schema.table" of a change. */
    tableName: text("table_name"),
    /** Values of the primary key of a changed row; ids in the path of a request. */
    targets: text("targets").array(),
    status: integer("status"),
    attribution: text("attribution").$type<Attribution>(),
  },
  (table) => [
    primaryKey({ columns: [table.seq, table.recordedAt] }),
    index("entries_by_actor").on(table.actorId, table.seq),
    index("entries_by_request").on(table.requestId),
    index("entries_by_operation").on(table.operation, table.seq),
    index("entries_by_time").on(table.at),
    index("entries_by_target").using("gin", table.targets),
  ],
);

/** Signed statements of how the chain stood. */
export const checkpoints = audit.table("checkpoints", {
  seq: bigint("seq", { mode: "number" }).primaryKey(),
  at: instant("at").notNull(),
  /** Canonical JSON: what is signed. */
  statement: text("statement").notNull(),
  /** Ed25519, lower-case hex. */
  signature: text("signature").notNull(),
});

/** Up to where MainDB's changes stand in the chain: one row. The relay's own, as the two tables below. */
export const position = audit.table("position", {
  id: smallint("id").primaryKey(),
  /** Of MainDB's cluster (IDENTIFY_SYSTEM). */
  systemId: text("system_id").notNull(),
  timeline: integer("timeline").notNull(),
  slot: text("slot").notNull(),
  /** End of the last transaction that is in the chain, or of what held nothing for it. Null while the slot is made. */
  lsn: text("lsn"),
  /** Entries that the last transaction made. */
  ordinal: integer("ordinal").notNull(),
  /** The chain's last entry. */
  seq: bigint("seq", { mode: "number" }).notNull(),
  hash: text("hash").notNull(),
  recordedAt: instant("recorded_at").notNull(),
});

/** Requests that changed something and whose outcome has not come yet. */
export const unfinished = audit.table(
  "unfinished",
  {
    requestId: text("request_id").primaryKey(),
    committedAt: instant("committed_at").notNull(),
    /** The audit context, JSON. */
    context: text("context").notNull(),
    lsn: text("lsn").notNull(),
    /** When it was recorded as unknown; null = still waited for. */
    reportedAt: instant("reported_at"),
  },
  (table) => [index("unfinished_by_time").on(table.committedAt)],
);

/** Which counters of a process have been seen, 8192 of them a row: a copied message repeats one. */
export const seenCounters = audit.table(
  "seen_counters",
  {
    /** "audit:<process>" or "audit_outcome:<process>". */
    source: text("source").notNull(),
    block: integer("block").notNull(),
    /** A bit per counter, base64. */
    bits: text("bits").notNull(),
  },
  (table) => [primaryKey({ columns: [table.source, table.block] })],
);

/** LogDB is not followed by an audit trail: it is one. */
export const auditSchema: ModuleSchema = {
  name: "audit",
  folder: "log",
  tables: {
    ...{ entries: "none", checkpoints: "none", position: "none" },
    ...{ unfinished: "none", seen_counters: "none" },
  },
};

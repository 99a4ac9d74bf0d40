import { bigint, integer, text } from "drizzle-orm/pg-core";
import { instant } from "../db/columns.ts";
import { platform } from "../db/tables.ts";

/** `backup` = one was made; `drill` = the newest one was restored and found whole. */
export type BackupKind = "backup" | "drill";

/** How the last ones went, a row a kind: whoever made them may be no server that shows metrics. */
export const backupStates = platform.table("backup_states", {
  kind: text("kind").$type<BackupKind>().primaryKey(),
  /** Null = there was none yet. Name, size and duration are of this one. */
  succeededAt: instant("succeeded_at"),
  name: text("name"),
  sizeBytes: bigint("size_bytes", { mode: "number" }),
  durationMs: bigint("duration_ms", { mode: "number" }),
  /** Since this installation began. */
  failures: integer("failures").notNull(),
  failedAt: instant("failed_at"),
});

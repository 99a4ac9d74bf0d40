import { boolean, text } from "drizzle-orm/pg-core";
import { instant } from "../db/columns.ts";
import { platform } from "../db/tables.ts";

/** One row: whether the whole installation works on its queues. A restore from a snapshot pauses it. */
export const jobControl = platform.table("job_control", {
  singleton: boolean("singleton").primaryKey().default(true),
  paused: boolean("paused").notNull(),
  /** For the person who decides about resuming. */
  reason: text("reason"),
  changedAt: instant("changed_at").notNull(),
});

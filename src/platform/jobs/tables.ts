import { sql } from "drizzle-orm";
import { boolean, check, text } from "drizzle-orm/pg-core";
import { instant } from "../db/columns.ts";
import { platform } from "../db/tables.ts";

/** One row: whether this installation, all its processes together, works on its queues. */
export const jobControl = platform.table(
  "job_control",
  {
    singleton: boolean("singleton").primaryKey().default(true),
    paused: boolean("paused").notNull(),
    /** For the person who decides about resuming. */
    reason: text("reason"),
    /** null = never paused. */
    changedAt: instant("changed_at"),
  },
  (t) => [check("job_control_has_one_row", sql`${t.singleton}`)],
);

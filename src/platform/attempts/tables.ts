import { index, integer, text } from "drizzle-orm/pg-core";
import { instant } from "../db/columns.ts";
import { platform } from "../db/tables.ts";

/** Attempts at what can be guessed, one row for each subject of a rule that is not yet forgotten. */
export const attempts = platform.table(
  "attempts",
  {
    /** HMAC of rule and subject, hex: the table tells neither addresses nor who logs in. */
    subject: text("subject").primaryKey(),
    count: integer("count").notNull(),
    /** Until then further attempts are refused; null = the next one is free. */
    blockedUntil: instant("blocked_until"),
    /** From then on it is as if there had been no attempt. */
    expiresAt: instant("expires_at").notNull(),
  },
  (t) => [index().on(t.expiresAt)],
);

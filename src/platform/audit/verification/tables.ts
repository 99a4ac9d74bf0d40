import { json, smallint, text } from "drizzle-orm/pg-core";
import { instant } from "../../db/columns.ts";
import { platform } from "../../db/tables.ts";
import type { TrailReport } from "../verify.ts";

/** Whether the audit trail is whole: the last time that it was asked for, and the last answer that says it: two rows. */
export const auditVerifications = platform.table("audit_verifications", {
  id: smallint("id").primaryKey(),
  askedAt: instant("asked_at").notNull(),
  /** Fingerprints of the keys that may have signed; null = whichever. */
  keys: text("keys").array(),
  /** Null = it waits for a worker. */
  beganAt: instant("began_at"),
  /** Null = it runs. */
  finishedAt: instant("finished_at"),
  /** Null = the trail could not be read. */
  report: json("report").$type<TrailReport>(),
});

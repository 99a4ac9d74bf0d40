import { boolean, index, json, pgSchema, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import type { ModuleSchema } from "./database.ts";

export const platform = pgSchema("platform");

/**
 * What was answered to a request with an Idempotency-Key, for a day. `result` is `json`, not `jsonb`, so that a replay
 * has the very text of the first answer; null when the use-case gave nothing or when the answer is secret.
 */
export const idempotencyKeys = platform.table(
  "idempotency_keys",
  {
    scope: text("scope").notNull(),
    key: text("key").notNull(),
    fingerprint: text("fingerprint").notNull(),
    operation: text("operation").notNull(),
    requestId: text("request_id").notNull(),
    replayable: boolean("replayable").notNull(),
    result: json("result"),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.key] }), index().on(t.createdAt)],
);

export const platformSchema: ModuleSchema = {
  name: "platform",
  tables: {
    ...{ attempts: "none", audit_verifications: "none", backup_states: "none" },
    ...{ idempotency_keys: "none", job_control: "none" },
  },
};

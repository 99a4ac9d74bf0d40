import { sql } from "drizzle-orm";
import { check, index, pgSchema, text } from "drizzle-orm/pg-core";
import { id, instant } from "#platform/db/columns";
import type { ModuleSchema } from "#platform/db/database";
import type { GrantablePlan } from "../domain/grant.ts";

export const billingSchema = pgSchema("billing");

/** Plans that were given to users for a while, and taken back. Rows stay: their users see why they had what they had. */
export const grants = billingSchema.table(
  "grants",
  {
    id: id("id").primaryKey(),
    userId: id("user_id").notNull(),
    plan: text("plan").$type<GrantablePlan>().notNull(),
    reason: text("reason").notNull(),
    /** A user's id, or the name of a command. */
    grantedBy: text("granted_by").notNull(),
    grantedAt: instant("granted_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
    revokedBy: text("revoked_by"),
    revokedReason: text("revoked_reason"),
  },
  (table) => [
    index("grants_user").on(table.userId, table.grantedAt, table.id),
    check("grants_plan", sql`${table.plan} in ('plus', 'pro')`),
    check("grants_reason", sql`char_length(${table.reason}) between 1 and 500`),
    // 366 days in hours: a day of a time zone may be longer.
    check(
      "grants_bounded",
      sql`${table.expiresAt} > ${table.grantedAt} and ${table.expiresAt} <= ${table.grantedAt} + interval '8784 hours'`,
    ),
    check("grants_not_to_oneself", sql`${table.grantedBy} <> ${table.userId}::text`),
    check(
      "grants_revoked_whole",
      sql`num_nulls(${table.revokedAt}, ${table.revokedBy}, ${table.revokedReason}) in (0, 3)`,
    ),
  ],
);

export const billingTables: ModuleSchema = { name: "billing", tables: { grants: "full" } };

import { pgSchema } from "drizzle-orm/pg-core";
import type { ModuleSchema } from "../db/database.ts";

/** LogDB's schema: the audit trail, apart from the database it watches. */
export const audit = pgSchema("audit");

export const auditSchema: ModuleSchema = { name: "audit", folder: "log", tables: {} };

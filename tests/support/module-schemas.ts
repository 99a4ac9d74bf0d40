import type { ModuleSchema } from "#platform/db/database";

/** The modules whose tables stand in test databases. */
export const moduleSchemas: readonly ModuleSchema[] = [];

import type postgres from "postgres";

/** One connection of the owner, with the migration lock held. Plain postgres.js: not touched by Drizzle. */
export type OwnerConnection = postgres.Sql;

import { auditSchema } from "../audit/tables.ts";
import type { ModuleSchema } from "./database.ts";
import { platformSchema } from "./tables.ts";

/** The roles that work with a database at run time; its owner only migrates. */
export const roleKinds = ["app", "reader", "relay"] as const;
export type RoleKind = (typeof roleKinds)[number];
/** Names of the roles of one server; null = it has none of that kind. */
export type RoleNames = Readonly<Record<RoleKind, string | null>>;

/** What stands in a database and who may do what with it. */
export type DatabaseLayout = {
  readonly schemas: readonly ModuleSchema[];
  /** Table privileges of each role; empty = not even USAGE of the schemas. */
  readonly privileges: Readonly<Record<RoleKind, readonly TablePrivilege[]>>;
  /** What a role may do beyond that, with single tables and functions ("audit.make_partition(date)"). */
  readonly additions?: Partial<
    Record<
      RoleKind,
      {
        readonly tables: Readonly<Record<string, readonly TablePrivilege[]>>;
        readonly functions: readonly string[];
      }
    >
  >;
  /** Whether the audit trail follows this database: MainDB; LogDB is the trail. */
  readonly audited: boolean;
  /** Directory of the migration folders. */
  readonly migrationsRoot: string;
};
export type TablePrivilege = "select" | "insert" | "update" | "delete";

/** Found from this file, so that the working directory does not matter. */
const migrationsRoot = new URL("../../../drizzle", import.meta.url).pathname;

/** MainDB: the platform's own schema and one for each module. */
export const mainLayout = (modules: readonly ModuleSchema[]): DatabaseLayout => ({
  schemas: [platformSchema, ...modules],
  privileges: { app: ["select", "insert", "update", "delete"], reader: ["select"], relay: [] },
  audited: true,
  migrationsRoot,
});

/** LogDB: append-only for the relay, readable for the others. */
export const logLayout: DatabaseLayout = {
  schemas: [auditSchema],
  privileges: { app: ["select"], reader: ["select"], relay: ["select", "insert"] },
  additions: {
    relay: {
      // How far it is, and what it waits for, is no part of the trail.
      tables: {
        "audit.position": ["update"],
        "audit.unfinished": ["update", "delete"],
        "audit.seen_counters": ["update"],
      },
      functions: ["audit.make_partition(date)", "audit.drop_expired(timestamptz)"],
    },
  },
  audited: false,
  migrationsRoot,
};

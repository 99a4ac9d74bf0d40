import type { Sql } from "postgres";
import { journalSchema } from "./journal.ts";
import {
  type AppliedMigrations,
  SnapshotError,
  type SnapshotPartition,
  type SnapshotSequence,
  type TableName,
} from "./snapshot-manifest.ts";

/** A client or an open transaction. */
export type Session = Pick<Sql, "unsafe">;

export type CatalogTable = TableName & {
  /** Without generated ones: they are computed again. */
  readonly columns: readonly string[];
  readonly isPartitioned: boolean;
};

/** What the database holds besides rows. */
export type Catalog = {
  /** Without partitions: their rows belong to the table that they are part of. */
  readonly tables: readonly CatalogTable[];
  readonly partitions: readonly SnapshotPartition[];
  readonly sequences: readonly Omit<SnapshotSequence, "lastValue" | "isCalled">[];
  readonly migrations: AppliedMigrations;
  readonly serverVersion: string;
};

/** pg-boss makes and upgrades its own tables; its queues and waiting jobs are data like any other. */
const librarySchema = "pgboss";
/** Which rows of a library's table belong to a snapshot: null = all. Its other tables are rebuilt at start. */
const libraryTables: Readonly<Record<string, string | null>> = {
  queue: null,
  job: "state < 'completed'",
};

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
export const qualified = ({ schema, table }: TableName): string =>
  `${quote(schema)}.${quote(table)}`;
export const keyOf = ({ schema, table }: TableName): string => `${schema}.${table}`;

/** Rows that a snapshot of the table leaves out are those that this condition does not select; null = none. */
export const conditionOf = ({ schema, table }: TableName): string | null =>
  schema === librarySchema ? (libraryTables[table] ?? null) : null;

const ourSchemas = `nspname !~ '^pg_' and nspname not in ('information_schema', '${journalSchema}')`;

/** Every schema that is not the system's; empty ones too. */
export const readSchemas = async (session: Session): Promise<string[]> => {
  const rows = await session.unsafe<{ name: string }[]>(
    "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  );
  return rows.map(({ name }) => name);
};

export async function readTables(session: Session): Promise<CatalogTable[]> {
  const rows = await session.unsafe<CatalogTable[]>(`
    select nspname as schema, relname as table, relkind = 'p' as "isPartitioned",
      array(select attname::text from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'p') and not relispartition and ${ourSchemas}
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
    order by 1, 2`);
  return rows.filter(({ schema, table }) => schema !== librarySchema || table in libraryTables);
}

/** Everything, in one go, so that it fits together when the session is in one REPEATABLE READ transaction. */
export async function readCatalog(session: Session): Promise<Catalog> {
  const [server] = await session.unsafe<{ version: string }[]>(
    "select current_setting('server_version') as version",
  );
  const partitions = await session.unsafe<SnapshotPartition[]>(`
    with recursive tree as (
      select inhrelid as oid, inhparent as parent, 1 as depth from pg_inherits
        join pg_class p on p.oid = inhparent where p.relkind = 'p' and not p.relispartition
      union all
      select i.inhrelid, i.inhparent, depth + 1 from pg_inherits i join tree on i.inhparent = tree.oid
    )
    select n.nspname as schema, c.relname as table, pg_get_expr(c.relpartbound, c.oid) as bound,
      jsonb_build_object('schema', pn.nspname, 'table', p.relname) as parent,
      pg_get_partkeydef(c.oid) as "partitionedBy"
    from tree join pg_class c on c.oid = tree.oid join pg_namespace n on n.oid = c.relnamespace
      join pg_class p on p.oid = tree.parent join pg_namespace pn on pn.oid = p.relnamespace
    where c.relkind in ('r', 'p') and n.nspname <> '${librarySchema}'
      and n.oid in (select oid from pg_namespace where ${ourSchemas})
    order by depth, 1, 2`);
  const sequences = await session.unsafe<Catalog["sequences"][number][]>(`
    select nspname as schema, relname as sequence from pg_class join pg_namespace n on n.oid = relnamespace
    where relkind = 'S' and ${ourSchemas} and nspname <> '${librarySchema}' order by 1, 2`);
  return {
    tables: inLoadOrder(await readTables(session), await readReferences(session)),
    partitions,
    sequences,
    migrations: await readMigrations(session),
    serverVersion: server?.version ?? "",
  };
}

/** What the journals say is applied, oldest first. */
export async function readMigrations(session: Session): Promise<AppliedMigrations> {
  const journals = await session.unsafe<{ folder: string }[]>(`
    select relname as folder from pg_class
    where relkind = 'r' and relnamespace = to_regnamespace('${journalSchema}') order by 1`);
  const applied: Record<string, AppliedMigrations[string]> = {};
  for (const { folder } of journals) {
    const rows = await session.unsafe<{ hash: string; when: string }[]>(
      `select hash, created_at::text as when from ${quote(journalSchema)}.${quote(folder)} order by created_at, id`,
    );
    applied[folder] = rows.map(({ hash, when }) => ({ hash, when: Number(when) }));
  }
  return applied;
}

type Reference = { readonly from: string; readonly to: string };

/** Foreign keys that are checked at once. Deferrable ones are checked at the end and need no order. */
const readReferences = (session: Session) =>
  session.unsafe<Reference[]>(`
    select fn.nspname || '.' || f.relname as from, tn.nspname || '.' || t.relname as to
    from pg_constraint c
      join pg_class f on f.oid = c.conrelid join pg_namespace fn on fn.oid = f.relnamespace
      join pg_class t on t.oid = c.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    where c.contype = 'f' and not c.condeferrable and c.conparentid = 0 and c.conrelid <> c.confrelid`);

/** Whatever a table refers to comes before it. Throws {@link SnapshotError} when tables refer to each other in a circle. */
export function inLoadOrder<T extends TableName>(
  tables: readonly T[],
  references: readonly Reference[],
): T[] {
  const ordered: T[] = [];
  let waiting = [...tables];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(keyOf));
    const isFree = (table: T) =>
      !references.some(({ from, to }) => from === keyOf(table) && to !== from && names.has(to));
    const free = waiting.filter(isFree);
    if (free.length === 0)
      throw new SnapshotError(
        `The tables ${[...names].join(", ")} refer to each other in a circle: no order would load them. ` +
          "Make one of their foreign keys DEFERRABLE.",
      );
    ordered.push(...free);
    waiting = waiting.filter((table) => !free.includes(table));
  }
  return ordered;
}

import type { AuditMode, ModuleSchema } from "./database.ts";
import type { OwnerConnection } from "./owner-connection.ts";

/** What the audit relay subscribes to. No column lists and no FOR TABLES IN SCHEMA: each table is named. */
export const publication = "fintrack_audit";

/** What of a table's changes it tells, as the publication's option `publish` lists it. */
export const publishedEvents = "insert, update, delete, truncate";

/** pg_class.relreplident: what of the old row an UPDATE or DELETE writes to the WAL. */
const identities = { full: "f", keys: "d" } as const satisfies Partial<Record<AuditMode, string>>;

type TableState = {
  readonly schema: string;
  readonly table: string;
  readonly hasKey: boolean;
  readonly identity: string;
  readonly published: boolean;
  /** By a row filter or a column list: changes that do not pass it are in no trail. */
  readonly narrowed: boolean;
};

/**
 * Makes the publication follow exactly the tables that are declared `full` or `keys`, whole and with all that happens to
 * them, with the replica identity that each needs. Idempotent. Throws, naming the table, when one is undeclared, declared
 * but missing, published without a primary key (every UPDATE of it would fail), or published although no module declares
 * it.
 */
export async function ensureAudited(
  owner: OwnerConnection,
  schemas: readonly ModuleSchema[],
): Promise<void> {
  const tables = await readTables(owner);
  const faults = findFaults(tables, schemas);
  if (faults.length > 0) throw new Error(`audit: ${faults.join("; ")}`);

  await ensurePublication(owner);
  for (const schema of schemas)
    for (const table of tables.filter((one) => one.schema === schema.name))
      await follow(owner, table, schema.tables[table.table] ?? "none");
}

async function ensurePublication(owner: OwnerConnection): Promise<void> {
  const [existing] = await owner<{ isComplete: boolean }[]>`
    select pubinsert and pubupdate and pubdelete and pubtruncate as "isComplete"
    from pg_publication where pubname = ${publication}`;
  const name = owner(publication);
  if (!existing) await owner`create publication ${name}`;
  else if (!existing.isComplete)
    await owner`alter publication ${name} set (publish = ${owner.unsafe(`'${publishedEvents}'`)})`;
}

async function follow(owner: OwnerConnection, state: TableState, mode: AuditMode): Promise<void> {
  const table = owner`${owner(state.schema)}.${owner(state.table)}`;
  if (mode === "none") {
    if (state.published) await owner`alter publication ${owner(publication)} drop table ${table}`;
    return;
  }
  if (state.identity !== identities[mode])
    await owner`alter table ${table} replica identity ${mode === "full" ? owner`full` : owner`default`}`;
  if (!state.published) await owner`alter publication ${owner(publication)} add table ${table}`;
  else if (state.narrowed)
    // Together: what is written between the two would be in no trail.
    await owner.begin(async (tx) => {
      const whole = tx`${tx(state.schema)}.${tx(state.table)}`;
      await tx`alter publication ${tx(publication)} drop table ${whole}`;
      await tx`alter publication ${tx(publication)} add table ${whole}`;
    });
}

function findFaults(tables: readonly TableState[], schemas: readonly ModuleSchema[]): string[] {
  const faults: string[] = [];
  const declared = new Map(
    schemas.flatMap((schema) =>
      Object.entries(schema.tables).map(([table, mode]) => [`${schema.name}.${table}`, mode]),
    ),
  );
  const names = new Set(schemas.map(({ name }) => name));
  const found = new Set(tables.map(({ schema, table }) => `${schema}.${table}`));
  for (const { schema, table, hasKey, published } of tables) {
    const name = `${schema}.${table}`;
    const mode = declared.get(name);
    if (names.has(schema) && mode === undefined)
      faults.push(`${name} does not say how the audit trail follows it (full, keys or none)`);
    if (!names.has(schema) && published) faults.push(`${name} is published but no module's`);
    if (mode !== undefined && mode !== "none" && !hasKey) faults.push(`${name} has no primary key`);
  }
  for (const name of declared.keys())
    if (!found.has(name)) faults.push(`${name} is declared but does not exist`);
  return faults;
}

/** Every table outside the system's schemas; partitions count as their parent. */
const readTables = (owner: OwnerConnection) => owner<TableState[]>`
  select n.nspname as schema, c.relname as table, c.relreplident as identity,
    exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as "hasKey",
    exists (select from pg_publication_tables p
      where p.pubname = ${publication} and p.schemaname = n.nspname and p.tablename = c.relname) as published,
    exists (select from pg_publication_rel r join pg_publication b on b.oid = r.prpubid
      where b.pubname = ${publication} and r.prrelid = c.oid
        and (r.prqual is not null or r.prattrs is not null)) as narrowed
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
  order by 1, 2`;

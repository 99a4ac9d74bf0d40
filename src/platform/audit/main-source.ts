import { Client } from "pg";
import { publication } from "../db/audited.ts";
import { type ConnectionSettings, pgOptions } from "../db/connection.ts";
import { formatLsn, type Lsn, parseLsn } from "./lsn.ts";
import type { StreamIdentity } from "./trail-position.ts";

const statementTimeoutMs = 30_000;
/** Creating a slot waits for every open write transaction of the cluster. */
const slotTimeoutMs = 120_000;
/** From this release on a standby can keep a copy of the slot (sync_replication_slots). */
const failoverSlotsSince = 170_000;
/** undefined_object. https://www.postgresql.org/docs/18/errcodes-appendix.html */
const undefinedObject = "42704";

/**
 * Whether a replication ended because there was no publication when what it reads was written: up to PostgreSQL 17 that does
 * not pass, also when there is one again.
 */
export const tellsOfNoPublication = (error: unknown): boolean =>
  error instanceof Error &&
  (error as { code?: unknown }).code === undefinedObject &&
  error.message.includes(`"${publication}"`);

export type SlotState = {
  readonly isLost: boolean;
  readonly isActive: boolean;
  readonly confirmedLsn: Lsn | null;
};

export type PublishedTable = {
  /** "schema.table". */
  readonly table: string;
  /** pg_class.relreplident: "f" = full, "d" = the primary key. */
  readonly identity: string;
  /** SQL of its row filter: changes of rows that do not pass it are not told. Null = none. */
  readonly filter: string | null;
  /** Names in its column list: others are not told. Null = none. */
  readonly columns: readonly string[] | null;
};

/** MainDB as the relay sees it beside the stream of changes. */
export type MainSource = {
  readonly identity: StreamIdentity;
  /** Where its WAL ends now. */
  currentLsn(): Promise<Lsn>;
  slot(): Promise<SlotState | null>;
  /** Makes the slot. Gives from where on changes come through it. */
  createSlot(): Promise<Lsn>;
  dropSlot(): Promise<void>;
  /** Whether the publication was there when what comes behind `lsn` was written. Nobody may be reading; lets go what is before. */
  isPublished(lsn: Lsn): Promise<boolean>;
  /** Where its WAL left that timeline for its own or for one between; null = it does not come from there. */
  switchedAt(timeline: number): Promise<Lsn | null>;
  hasPublication(): Promise<boolean>;
  /** Columns of the primary keys, by "schema.table". */
  primaryKeys(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Whether the server tells of changes to the schema. */
  tellsDdl(): Promise<boolean>;
  published(): Promise<{ readonly tables: readonly PublishedTable[]; readonly events: string }>;
  close(): Promise<void>;
};

export async function openMainSource(connection: ConnectionSettings): Promise<MainSource> {
  const client = new Client({
    ...pgOptions(connection),
    application_name: "fintrack relay",
    statement_timeout: statementTimeoutMs,
  });
  client.on("error", () => {}); // the next query tells
  await client.connect();
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query(text, [...values])).rows as Row[];
  try {
    const identity = await readIdentity(connection, query);
    const { slot } = identity;
    return {
      identity,
      async currentLsn() {
        const [row] = await query<{ lsn: string }>("select pg_current_wal_lsn() as lsn");
        return parseLsn(row?.lsn ?? "");
      },
      async slot() {
        const [row] = await query<{ lost: boolean; active: boolean; confirmed: string | null }>(
          `select coalesce(wal_status = 'lost', false) as lost, active, confirmed_flush_lsn as confirmed
           from pg_replication_slots where slot_name = $1`,
          [slot],
        );
        if (!row) return null;
        const confirmedLsn = row.confirmed === null ? null : parseLsn(row.confirmed);
        return { isLost: row.lost, isActive: row.active, confirmedLsn };
      },
      async createSlot() {
        const [server] = await query<{ version: number }>(
          "select current_setting('server_version_num')::int as version",
        );
        const failover = (server?.version ?? 0) >= failoverSlotsSince ? ", failover => true" : "";
        await client.query(`set statement_timeout = ${slotTimeoutMs}`);
        const [row] = await query<{ lsn: string }>(
          `select lsn from pg_create_logical_replication_slot($1, 'pgoutput'${failover})`,
          [slot],
        );
        await client.query(`set statement_timeout = ${statementTimeoutMs}`);
        return parseLsn(row?.lsn ?? "");
      },
      async dropSlot() {
        await query("select pg_drop_replication_slot($1)", [slot]);
      },
      async isPublished(lsn) {
        await query(
          `select pg_replication_slot_advance(slot_name, $2::pg_lsn) from pg_replication_slots
           where slot_name = $1 and confirmed_flush_lsn < $2::pg_lsn`,
          [slot, formatLsn(lsn)],
        );
        try {
          await query(
            `select 1 as one from pg_logical_slot_peek_binary_changes($1, null, 1,
               'proto_version', '1', 'publication_names', $2)`,
            [slot, publication],
          );
          return true;
        } catch (error) {
          return !tellsOfNoPublication(error); // whatever else is wrong, the session meets it
        }
      },
      switchedAt: (timeline) => switchedAt(connection, identity.timeline, timeline),
      async hasPublication() {
        const rows = await query("select 1 as one from pg_publication where pubname = $1", [
          publication,
        ]);
        return rows.length > 0;
      },
      async tellsDdl() {
        const rows = await query(
          "select 1 as one from pg_event_trigger where evtname = 'fintrack_ddl' and evtenabled <> 'D'",
        );
        return rows.length > 0;
      },
      async primaryKeys() {
        const rows = await query<{ table: string; columns: string[] }>(
          `select n.nspname || '.' || c.relname as table,
             array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(num, place)
               join pg_attribute a on a.attrelid = c.oid and a.attnum = k.num order by place) as columns
           from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
           where i.indisprimary and n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')`,
        );
        return new Map(rows.map(({ table, columns }) => [table, columns]));
      },
      async published() {
        const tables = await query<PublishedTable>(
          `select p.schemaname || '.' || p.tablename as table, c.relreplident as identity,
             pg_get_expr(r.prqual, r.prrelid) as filter,
             case when r.prattrs is not null then array(select a.attname::text from pg_attribute a
               where a.attrelid = c.oid and a.attnum = any(r.prattrs::int2[]) order by a.attnum) end as columns
           from pg_publication_tables p
             join pg_publication b on b.pubname = p.pubname
             join pg_namespace n on n.nspname = p.schemaname
             join pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
             left join pg_publication_rel r on r.prpubid = b.oid and r.prrelid = c.oid
           where p.pubname = $1 order by 1`,
          [publication],
        );
        const [events] = await query<{ events: string }>(
          `select concat_ws(', ', case when pubinsert then 'insert' end, case when pubupdate then 'update' end,
             case when pubdelete then 'delete' end, case when pubtruncate then 'truncate' end) as events
           from pg_publication where pubname = $1`,
          [publication],
        );
        return { tables, events: events?.events ?? "" };
      },
      close: () => close(client),
    };
  } catch (error) {
    await close(client);
    throw error;
  }
}

type Query = <Row extends object>(text: string) => Promise<Row[]>;

/** The slot's name ends in the database's oid: installations that share a cluster do not meet. */
async function readIdentity(connection: ConnectionSettings, query: Query): Promise<StreamIdentity> {
  const [database] = await query<{ oid: string }>(
    "select oid::text from pg_database where datname = current_database()",
  );
  const { systemid, timeline } = await identifySystem(connection);
  return { systemId: systemid, timeline, slot: `fintrack_audit_${database?.oid}` };
}

/** https://www.postgresql.org/docs/18/protocol-replication.html#PROTOCOL-REPLICATION-IDENTIFY-SYSTEM */
async function identifySystem(connection: ConnectionSettings) {
  const [row] = await replicationCommand<{ systemid: string; timeline: number | string }>(
    connection,
    "IDENTIFY_SYSTEM",
  );
  if (!row) throw new Error("the server does not say which one it is");
  // PostgreSQL 15 gives the timeline as int4, later ones as int8, which the driver leaves as text.
  return { systemid: row.systemid, timeline: Number(row.timeline) };
}

/** A line a timeline: its number, where it was left, why. The first timeline has no history. */
async function switchedAt(
  connection: ConnectionSettings,
  current: number,
  timeline: number,
): Promise<Lsn | null> {
  if (current === 1) return null;
  const [row] = await replicationCommand<{ content: Buffer | string }>(
    connection,
    `TIMELINE_HISTORY ${current}`,
  );
  const lines = String(row?.content ?? "").split("\n");
  const [, lsn] =
    lines.map((line) => line.trim().split(/\s+/)).find(([id]) => id === String(timeline)) ?? [];
  return lsn === undefined ? null : parseLsn(lsn);
}

async function replicationCommand<Row extends object>(
  connection: ConnectionSettings,
  command: string,
): Promise<Row[]> {
  const config = { ...pgOptions(connection), replication: "database" };
  const client = new Client(config);
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(command)).rows;
  } finally {
    await close(client);
  }
}

const closeTimeoutMs = 1_000;
const close = async (client: Client): Promise<void> => {
  await Promise.race([client.end().catch(() => {}), Bun.sleep(closeTimeoutMs)]);
};

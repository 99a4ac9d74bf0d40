import { Client, type QueryConfig } from "pg";
import { type ConnectionSettings, pgOptions } from "../db/connection.ts";
import type { Instant } from "../kernel/time.ts";
import { type ChainHead, chain, type Entry, type EntryDraft, emptyHead } from "./entry.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import type { CounterBlock, StoredBlock } from "./seen-counters.ts";
import type { TrailPosition } from "./trail-position.ts";
import type { Waiting } from "./unfinished.ts";

/** One relay at a time; the key means nothing, it only has to be ours. */
const relayLockKey = "8246108931375106";
/** In one statement, */
const entriesPerInsert = 500;
/** and in characters of their content. */
const charsPerInsert = 4_194_304;
const closeTimeoutMs = 1_000;

/** Of what either side of the connection hears nothing for so long, it takes the other for gone. */
export type LogTimeouts = {
  /** LogDB gives a statement up. */
  readonly statementMs: number;
  /** LogDB ends a session that says nothing, and frees its lock for another relay; this one says something thrice as often. */
  readonly silenceMs: number;
};
const defaultTimeouts: LogTimeouts = { statementMs: 60_000, silenceMs: 30_000 };

/** Somebody else has written where only one may write: this relay knows less than LogDB. */
export class TrailMovedError extends Error {
  override readonly name = "TrailMovedError";
}

export type WrittenBatch = {
  readonly position: Omit<TrailPosition, "head">;
  readonly counters: readonly StoredBlock[];
  readonly nowWaiting: readonly Waiting[];
  readonly noLongerWaiting: readonly string[];
};

/** The only way into the chain: one connection that holds the relay's lock, so that losing it loses both. */
export type LogWriter = {
  /** The chain's end as this connection knows it: with what an open batch has added. */
  head(): ChainHead;
  /** Where the trail stands; null = it has not begun. */
  readPosition(): Promise<TrailPosition | null>;
  readCounters(block: CounterBlock): Promise<string | null>;
  readWaiting(): Promise<Waiting[]>;
  /** Request ids of these that have an entry of their own. */
  finishedRequests(ids: readonly string[], since: Instant): Promise<string[]>;
  begin(): Promise<void>;
  /** Leaves the numbers up to `seq` to entries that were lost: none stands for two. */
  skipTo(seq: number): void;
  /** Adds to the batch that was begun. */
  add(drafts: readonly EntryDraft[]): Promise<readonly Entry[]>;
  /** Stores the batch with its position, in one transaction. Throws {@link TrailMovedError} when another relay wrote. */
  commit(batch: WrittenBatch): Promise<void>;
  /** Of an open batch, if there is one. */
  rollback(): Promise<void>;
  /** Runs a statement outside batches. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
};

/** Connects and takes the lock; null when another relay has it. `onLost`: the connection broke by itself. */
export async function openLogWriter(options: {
  readonly connection: ConnectionSettings;
  readonly now: () => Instant;
  readonly onLost: (error: unknown) => void;
  readonly timeouts?: LogTimeouts | undefined;
}): Promise<LogWriter | null> {
  const { statementMs, silenceMs } = options.timeouts ?? defaultTimeouts;
  const beatMs = Math.floor(silenceMs / 3);
  const client = new Client({
    ...pgOptions(options.connection),
    application_name: "fintrack relay",
    statement_timeout: statementMs,
    // A network that swallows everything breaks no connection.
    query_timeout: statementMs + beatMs,
  });
  client.on("error", options.onLost);
  await client.connect();
  let outstanding = 0;
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []) => {
    outstanding += 1;
    try {
      return (await client.query(text, [...values])).rows as Row[];
    } finally {
      outstanding -= 1;
    }
  };
  try {
    await client.query(`set timezone = 'UTC'; set synchronous_commit = on;
      set idle_session_timeout = ${silenceMs}; set idle_in_transaction_session_timeout = ${silenceMs}`);
    const [lock] = await query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [
      relayLockKey,
    ]);
    if (!lock?.taken) {
      await client.end();
      return null;
    }
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  const beating = setInterval(() => {
    // What waits for an answer has a time limit of its own.
    if (outstanding > 0) return;
    client.query({ text: "select 1", query_timeout: beatMs } as QueryConfig).catch(options.onLost);
  }, beatMs);

  let stored: TrailPosition | null = null;
  let head = emptyHead;
  let month = "";

  async function ensurePartitions(recordedAt: Instant): Promise<void> {
    if (recordedAt.slice(0, 7) === month) return;
    await query("select audit.make_partition($1::date)", [recordedAt.slice(0, 10)]);
    await query("select audit.make_partition(($1::date + interval '1 month')::date)", [
      recordedAt.slice(0, 10),
    ]);
    month = recordedAt.slice(0, 7);
  }

  return {
    head: () => head,
    query,
    async readPosition() {
      const [row] = await query<StoredPosition>(
        `select system_id, timeline, slot, lsn, ordinal, seq::text, hash,
           to_char(recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as recorded_at from audit.position`,
      );
      stored = row ? fromRow(row) : null;
      head = stored?.head ?? emptyHead;
      return stored;
    },
    async readCounters({ source, block }) {
      const [row] = await query<{ bits: string }>(
        "select bits from audit.seen_counters where source = $1 and block = $2",
        [source, block],
      );
      return row?.bits ?? null;
    },
    async readWaiting() {
      const rows = await query<Waiting & { context: string }>(
        `select request_id as "requestId", context, lsn,
           to_char(committed_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "committedAt",
           to_char(reported_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "reportedAt"
         from audit.unfinished order by committed_at`,
      );
      return rows;
    },
    async finishedRequests(ids, since) {
      const rows = await query<{ id: string }>(
        `select distinct request_id as id from audit.entries
         where request_id = any($1) and kind = 'request' and recorded_at >= $2`,
        [ids, since],
      );
      return rows.map(({ id }) => id);
    },
    async begin() {
      await ensurePartitions(options.now());
      await query("begin");
    },
    skipTo(seq) {
      head = { ...head, seq };
    },
    async add(drafts) {
      const now = options.now();
      const added: Entry[] = [];
      for (const draft of drafts) {
        const entry = chain(head, draft, now);
        head = { seq: entry.seq, hash: entry.hash, recordedAt: entry.recordedAt };
        added.push(entry);
      }
      if (added.length > 0) await ensurePartitions(head.recordedAt);
      for (const some of inserts(added)) await insertEntries(query, some);
      return added;
    },
    async commit({ position, counters, nowWaiting, noLongerWaiting }) {
      await writeState(query, { counters, nowWaiting, noLongerWaiting });
      const next: TrailPosition = { ...position, head };
      await movePosition(query, stored, next);
      await query("commit");
      stored = next;
    },
    async rollback() {
      head = stored?.head ?? emptyHead;
      month = ""; // a partition that was made in it is gone again
      await query("rollback");
    },
    async close() {
      clearInterval(beating);
      client.off("error", options.onLost);
      client.on("error", () => {});
      await Promise.race([client.end().catch(() => {}), Bun.sleep(closeTimeoutMs)]);
    },
  };
}

type Query = LogWriter["query"];

function* inserts(entries: readonly Entry[]): Iterable<readonly Entry[]> {
  let some: Entry[] = [];
  let chars = 0;
  for (const entry of entries) {
    some.push(entry);
    chars += entry.content.length;
    if (some.length < entriesPerInsert && chars < charsPerInsert) continue;
    yield some;
    some = [];
    chars = 0;
  }
  if (some.length > 0) yield some;
}

async function insertEntries(query: Query, entries: readonly Entry[]): Promise<void> {
  const column = <K extends keyof Entry>(name: K) => entries.map((entry) => entry[name]);
  await query(
    `insert into audit.entries (seq, recorded_at, at, kind, content, hash, actor_type, actor_id, request_id, operation,
       table_name, targets, status, attribution)
     select seq, recorded_at, at, kind, content, hash, actor_type, actor_id, request_id, operation, table_name,
       case when targets is null then null
         else array(select jsonb_array_elements_text(targets::jsonb)) end, status, attribution
     from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[], string_to_array($5, E'\\n'),
       $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::int[], $14::text[])
       as t(seq, recorded_at, at, kind, content, hash, actor_type, actor_id, request_id, operation, table_name, targets,
         status, attribution)`,
    [
      ...[column("seq"), column("recordedAt"), column("at"), column("kind")],
      // JSON has no line break of its own: as lines nobody has to quote its quotes, which took a quarter of all.
      column("content").join("\n"),
      ...[column("hash"), column("actorType"), column("actorId"), column("requestId")],
      ...[column("operation"), column("tableName")],
      entries.map(({ targets }) => (targets === null ? null : JSON.stringify(targets))),
      ...[column("status"), column("attribution")],
    ],
  );
}

async function writeState(query: Query, batch: Omit<WrittenBatch, "position">): Promise<void> {
  const { counters, nowWaiting, noLongerWaiting } = batch;
  if (counters.length > 0)
    await query(
      `insert into audit.seen_counters (source, block, bits)
       select * from unnest($1::text[], $2::int[], $3::text[])
       on conflict (source, block) do update set bits = excluded.bits`,
      [
        counters.map(({ source }) => source),
        counters.map(({ block }) => block),
        counters.map(({ bits }) => bits),
      ],
    );
  if (noLongerWaiting.length > 0)
    await query("delete from audit.unfinished where request_id = any($1)", [noLongerWaiting]);
  if (nowWaiting.length > 0)
    await query(
      `insert into audit.unfinished (request_id, committed_at, context, lsn, reported_at)
       select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::timestamptz[])
       on conflict (request_id) do update set reported_at = excluded.reported_at`,
      [
        nowWaiting.map(({ requestId }) => requestId),
        nowWaiting.map(({ committedAt }) => committedAt),
        nowWaiting.map(({ context }) => context),
        nowWaiting.map(({ lsn }) => lsn),
        nowWaiting.map(({ reportedAt }) => reportedAt),
      ],
    );
}

/** Only from where this relay believes the trail to stand. */
async function movePosition(
  query: Query,
  from: TrailPosition | null,
  to: TrailPosition,
): Promise<void> {
  const values = [
    ...[to.systemId, to.timeline, to.slot, to.lsn === null ? null : formatLsn(to.lsn)],
    ...[to.ordinal, to.head.seq, to.head.hash, to.head.recordedAt],
  ];
  const moved =
    from === null
      ? await query(
          `insert into audit.position (id, system_id, timeline, slot, lsn, ordinal, seq, hash, recorded_at)
           values (1, $1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning 1 as one`,
          values,
        )
      : await query(
          `update audit.position set system_id = $1, timeline = $2, slot = $3, lsn = $4, ordinal = $5, seq = $6,
             hash = $7, recorded_at = $8
           where system_id = $9 and timeline = $10 and slot = $11 and lsn is not distinct from $12 and seq = $13
             and hash = $14 returning 1 as one`,
          [
            ...values,
            ...[from.systemId, from.timeline, from.slot],
            from.lsn === null ? null : formatLsn(from.lsn),
            ...[from.head.seq, from.head.hash],
          ],
        );
  if (moved.length !== 1)
    throw new TrailMovedError("the audit trail does not stand where this relay left it");
}

type StoredPosition = {
  readonly system_id: string;
  readonly timeline: number;
  readonly slot: string;
  readonly lsn: string | null;
  readonly ordinal: number;
  readonly seq: string;
  readonly hash: string;
  readonly recorded_at: string;
};

const fromRow = (row: StoredPosition): TrailPosition => ({
  systemId: row.system_id,
  timeline: row.timeline,
  slot: row.slot,
  lsn: row.lsn === null ? null : parseLsn(row.lsn),
  ordinal: row.ordinal,
  head: { seq: Number(row.seq), hash: row.hash, recordedAt: row.recorded_at as Instant },
});

import postgres from "postgres";
import { chain, type Entry, type EntryDraft, emptyHead } from "#platform/audit/entry";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { addSeconds, type Instant } from "#platform/kernel/time";
import type { TestApp } from "./test-app.ts";

/** Puts entries into LogDB as the relay would, each recorded a second after it happened. `lostUpTo`: numbers to be skipped. */
export async function appendEntries(
  { databases }: Pick<TestApp, "databases">,
  drafts: readonly EntryDraft[],
  lostUpTo = 0,
): Promise<Entry[]> {
  const connection = parseConnection(databases.log.ownerUrl);
  const sql = postgres({ ...postgresJsOptions(connection), max: 1, onnotice: () => {} });
  try {
    const [last] = await sql<{ seq: string; hash: string; recorded: Date }[]>`
      select seq, hash, recorded_at as recorded from audit.entries order by seq desc limit 1`;
    let head = last
      ? {
          seq: Number(last.seq),
          hash: last.hash,
          recordedAt: last.recorded.toISOString() as Instant,
        }
      : emptyHead;
    head = { ...head, seq: Math.max(head.seq, lostUpTo) };
    const added: Entry[] = [];
    for (const draft of drafts) {
      const entry = chain(head, draft, addSeconds(draft.at, 1));
      head = entry;
      added.push(entry);
      await sql`select audit.make_partition(${entry.recordedAt}::timestamptz::date)`;
      await sql`insert into audit.entries ${sql({
        seq: entry.seq,
        recorded_at: entry.recordedAt,
        at: entry.at,
        kind: entry.kind,
        content: entry.content,
        hash: entry.hash,
        actor_type: entry.actorType,
        actor_id: entry.actorId,
        request_id: entry.requestId,
        operation: entry.operation,
        table_name: entry.tableName,
        targets: entry.targets === null ? null : [...entry.targets],
        status: entry.status,
        attribution: entry.attribution,
      })}`;
    }
    return added;
  } finally {
    await sql.end();
  }
}

/** A record of a request, 200 unless said otherwise. */
export function requestDraft(
  draft: Pick<EntryDraft, "at" | "actor" | "operation"> &
    Partial<Pick<EntryDraft, "requestId" | "targets" | "status">> & {
      readonly code?: string;
      readonly method?: string;
      readonly route?: string;
      readonly client?: string;
    },
): EntryDraft {
  const {
    code = null,
    method = "POST",
    route = "/v1/things",
    client = "192.0.2.7",
    ...rest
  } = draft;
  return {
    ...{ kind: "request", status: 200, requestId: Bun.randomUUIDv7(), targets: [], ...rest },
    data: { method, route, code, client, durationMs: 12, clientRequestId: null, targets: {} },
  };
}

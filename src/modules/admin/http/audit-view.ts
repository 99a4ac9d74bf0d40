import type { AdminOperations } from "../operations.ts";

type Entry = Awaited<ReturnType<AdminOperations["searchAudit"]>>["items"][number];

/** An entry as administrators read it: what each kind tells has a place of its own, the rest is `details`. */
export function toAuditEntryView(entry: Entry) {
  const { seq, hash, at, recordedAt, kind, status, data } = entry;
  const { method, route, code, durationMs, client, clientRequestId, ...ofRequest } = data;
  const { before, after, ...ofChange } = data;
  const isRequest = kind === "request";
  return {
    ...{ seq, hash, at, recordedAt, kind },
    actor: actorOf(entry),
    requestId: entry.requestId ?? null,
    action: entry.operation ?? null,
    table: entry.table ?? null,
    targets: entry.targets ?? [],
    attribution: entry.attribution ?? null,
    request: isRequest
      ? {
          ...{ method: textOf(method), route: textOf(route), status: status ?? 0 },
          ...{
            code: textOrNull(code),
            durationMs: typeof durationMs === "number" ? durationMs : 0,
            client: textOf(client),
          },
          clientRequestId: textOrNull(clientRequestId),
        }
      : null,
    before: kind === "change" ? columnsOf(before) : null,
    after: kind === "change" ? columnsOf(after) : null,
    details: isRequest
      ? ofRequest
      : { ...(kind === "change" ? ofChange : data), ...(status === undefined ? {} : { status }) },
  };
}

function actorOf({ actor }: Entry) {
  if (actor === undefined) return null;
  return {
    type: actor.type,
    id: actor.type === "user" ? actor.id : null,
    sessionId: actor.type === "user" ? actor.sessionId : null,
    name: actor.type === "system" ? actor.name : null,
  };
}

type Value = Entry["data"][string];

const textOf = (value: Value): string => String(value);
const textOrNull = (value: Value): string | null => (typeof value === "string" ? value : null);

/** PostgreSQL's text of each column. */
function columnsOf(value: Value): Record<string, string | null> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, textOrNull(one)]));
}

import { parseLsn } from "#platform/audit/lsn";
import type { StoredEntry } from "./audit-installation.ts";

type RowState = Readonly<Record<string, string | null>>;

/** Replays the trail of one table: what its rows must look like if it is complete, in order, and nothing came twice. */
export function replay(entries: readonly StoredEntry[], table: string): Map<string, RowState> {
  const rows = new Map<string, RowState>();
  for (const entry of entries) {
    if (entry.table !== table) continue;
    const { op, key, before, after } = entry.data as {
      op: string;
      key: { id: string };
      before?: RowState;
      after?: RowState;
    };
    const known = rows.get(key.id);
    if (op === "insert") {
      if (known) throw new Error(`entry ${entry.seq} inserts ${key.id}, which is there`);
      rows.set(key.id, after ?? {});
      continue;
    }
    if (!known) throw new Error(`entry ${entry.seq} changes ${key.id}, which is not there`);
    for (const [name, value] of Object.entries(before ?? {}))
      if (known[name] !== value)
        throw new Error(`entry ${entry.seq}: ${name} was ${known[name]}, not ${value}`);
    if (op === "delete") rows.delete(key.id);
    else rows.set(key.id, { ...known, ...after });
  }
  return rows;
}

/** Transactions in the order of their commits; each change of one once, together, in their order. */
export function assertOnce(entries: readonly StoredEntry[]): void {
  const seen = new Set<string>();
  let open = "";
  let ordinal = 0;
  let newest = 0n;
  for (const { kind, seq, data } of entries) {
    if (kind !== "change") continue;
    const transaction = `${data["lsn"]} ${data["xid"]}`;
    if (transaction !== open) {
      if (seen.has(transaction)) throw new Error(`entry ${seq}: its transaction came before`);
      const lsn = parseLsn(String(data["lsn"]));
      if (lsn <= newest) throw new Error(`entry ${seq}: a later transaction came before`);
      newest = lsn;
      seen.add(transaction);
      [open, ordinal] = [transaction, 0];
    }
    ordinal += 1;
    if (data["ordinal"] !== ordinal) throw new Error(`entry ${seq}: ordinal ${data["ordinal"]}`);
  }
}

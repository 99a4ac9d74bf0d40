import type { Verdict } from "./attribution.ts";
import type { EntryDraft } from "./entry.ts";
import { formatLsn } from "./lsn.ts";
import type { Change, Relation, Row } from "./pgoutput.ts";
import type { TransactionHead } from "./transactions.ts";

/**
 * The entry of a changed row. Of a table that is followed in full it tells before and after of the columns that differ
 * (all columns of a row that came or went); of others only the key. `ordinal` counts the changes of the transaction from 1.
 */
export function changeDraft(
  change: Change,
  head: TransactionHead,
  ordinal: number,
  verdict: Verdict,
  keyOf: (relation: Relation) => readonly string[],
): EntryDraft {
  const { relation, op } = change;
  const row = change.op === "truncate" ? {} : change.op === "insert" ? change.new : oldRow(change);
  const key = Object.fromEntries(keyOf(relation).map((name) => [name, row[name] ?? null]));
  return {
    kind: "change",
    at: head.at,
    table: relation.name,
    targets: Object.values(key).filter((value) => value !== null),
    ...who(verdict),
    data: {
      op,
      key,
      ...(relation.isFull ? values(change) : {}),
      ...{ lsn: formatLsn(head.commitLsn), xid: head.xid, ordinal },
      reason: verdict.attribution === "unverified" ? verdict.reason : undefined,
    },
  };
}

/** What an update says of the row before; its key is in the new row when nothing of the old one was sent. */
const oldRow = (change: Change & { op: "update" | "delete" }): Row =>
  change.op === "delete" ? change.old : (change.old ?? change.new);

function who(verdict: Verdict): Partial<EntryDraft> {
  const { attribution } = verdict;
  if (attribution !== "attributed") return { attribution };
  const { actor, requestId, operation } = verdict.context;
  return { attribution, actor, requestId, operation };
}

function values(change: Change): { readonly before?: Known; readonly after?: Known } {
  switch (change.op) {
    case "insert":
      return { after: known(change.new, change.relation.columns) };
    case "delete":
      return { before: known(change.old, change.relation.columns) };
    case "update": {
      const { old, new: now } = change;
      const differing = change.relation.columns.filter((name) => old?.[name] !== now[name]);
      return { before: known(old ?? {}, differing), after: known(now, differing) };
    }
    case "truncate":
      return {};
  }
}

type Known = { readonly [name: string]: string | null | undefined };

const known = (row: Row, columns: readonly string[]): Known =>
  Object.fromEntries(columns.map((name) => [name, row[name]]));

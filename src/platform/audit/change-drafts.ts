import type { Verdict } from "./attribution.ts";
import type { EntryDraft } from "./entry.ts";
import { formatLsn } from "./lsn.ts";
import type { Change, Relation, Row } from "./pgoutput.ts";
import type { TransactionHead } from "./transactions.ts";
import { isCut, isSameValue, textOf } from "./values.ts";

/**
 * The entry of a changed row. Of a table that is followed in full it tells before and after of the columns that differ
 * (all columns of a row that came or went); of others only the key. Of a long value that is its beginning, and `cut` has
 * the length and the SHA-256 of all of it. `ordinal` counts the changes of the transaction from 1.
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
  const rows = {
    key: Object.fromEntries(keyOf(relation).map((name) => [name, row[name] ?? null])),
    ...(relation.isFull ? values(change) : {}),
  };
  const key = textsOf(rows.key);
  return {
    kind: "change",
    at: head.at,
    table: relation.name,
    targets: Object.values(key).filter((value) => typeof value === "string"),
    ...who(verdict),
    data: {
      op,
      ...Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, textsOf(row)])),
      cut: cutsOf(rows),
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

function values(change: Change): { readonly before?: Row; readonly after?: Row } {
  switch (change.op) {
    case "insert":
      return { after: known(change.new, change.relation.columns) };
    case "delete":
      return { before: known(change.old, change.relation.columns) };
    case "update": {
      const { old, new: now } = change;
      const differing = change.relation.columns.filter(
        (name) => !isSameValue(old?.[name], now[name]),
      );
      return { before: known(old ?? {}, differing), after: known(now, differing) };
    }
    case "truncate":
      return {};
  }
}

const known = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((name) => [name, row[name]]));

const textsOf = (row: Row): { readonly [name: string]: string | null | undefined } =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value && textOf(value)]));

type Cuts = { readonly [name: string]: { readonly bytes: number; readonly sha256: string } };

/** Undefined when all values are there as they are. */
function cutsOf(rows: Readonly<Record<string, Row>>): Readonly<Record<string, Cuts>> | undefined {
  const cuts = Object.entries(rows).flatMap(([name, row]) => {
    const long = Object.entries(row).flatMap(([column, value]) =>
      isCut(value) ? [[column, { bytes: value.bytes, sha256: value.sha256 }] as const] : [],
    );
    return long.length > 0 ? [[name, Object.fromEntries(long)] as const] : [];
  });
  return cuts.length > 0 ? Object.fromEntries(cuts) : undefined;
}

import { type Instant, instantAt } from "../kernel/time.ts";
import type { Lsn } from "./lsn.ts";
import { createRowValues, type Value } from "./values.ts";

/** Undefined = not sent (unchanged and out of line). */
export type Row = Readonly<Record<string, Value | null | undefined>>;

export type Relation = {
  /** "schema.table". */
  readonly name: string;
  /** True: an old row comes with every update and delete. */
  readonly isFull: boolean;
  readonly columns: readonly string[];
  /** Columns of the replica identity; all of them where the table is full. */
  readonly key: readonly string[];
};

export type Change =
  | { readonly op: "insert"; readonly relation: Relation; readonly new: Row }
  | {
      readonly op: "update";
      readonly relation: Relation;
      /** The whole old row, or its key if that changed; null = the key stayed and nothing else was sent. */
      readonly old: Row | null;
      readonly new: Row;
    }
  | { readonly op: "delete"; readonly relation: Relation; readonly old: Row }
  | { readonly op: "truncate"; readonly relation: Relation };

export type WalMessage =
  | {
      readonly type: "begin";
      readonly xid: number;
      /** When it committed, and where: pgoutput sends a transaction as a whole, after its commit. */
      readonly at: Instant;
      readonly commitLsn: Lsn;
    }
  | { readonly type: "commit"; readonly endLsn: Lsn }
  | { readonly type: "changes"; readonly changes: readonly Change[]; readonly sizeBytes: number }
  | {
      readonly type: "message";
      readonly isTransactional: boolean;
      readonly prefix: string;
      readonly content: string;
    }
  | { readonly type: "other" };

/** Microseconds from 1970 to 2000, where PostgreSQL's time begins. */
const postgresEpochMicroseconds = 946_684_800_000_000n;
const partOfKey = 1;
/** Ours are smaller. Of a longer message only this beginning is read: nobody of ours has signed that. */
const maxMessageBytes = 4_194_304;
const longMessageBytes = 4_096;

/**
 * Decodes what the plugin pgoutput sends with proto_version 1. Values stay text: JavaScript's types would lose digits of
 * a numeric. One decoder a connection: it remembers the relations that were described in it.
 * https://www.postgresql.org/docs/18/protocol-logicalrep-message-formats.html
 */
export function createPgoutputDecoder(): (buffer: Buffer) => WalMessage {
  const relations = new Map<number, Relation>();

  function relationOf(oid: number): Relation {
    const relation = relations.get(oid);
    if (!relation) throw new Error(`the WAL names relation ${oid} without having described it`);
    return relation;
  }

  return (buffer) => {
    const read = readerOf(buffer);
    const tag = String.fromCharCode(read.uint8());
    let cutBytes = 0;
    const row = (relation: Relation, old?: Row | null): Row => {
      const values = createRowValues();
      const found = readRow(read, relation, values.read, old);
      cutBytes += values.cutBytes();
      return found;
    };
    const changes = (...list: Change[]): WalMessage => ({
      type: "changes",
      changes: list,
      sizeBytes: buffer.length - cutBytes,
    });
    switch (tag) {
      case "B": {
        return { type: "begin", commitLsn: read.lsn(), at: read.instant(), xid: read.uint32() };
      }
      case "C": {
        read.skip(9); // flags, and the commit's own place again
        return { type: "commit", endLsn: read.lsn() };
      }
      case "R": {
        const oid = read.uint32();
        relations.set(oid, readRelation(read));
        return { type: "other" };
      }
      case "I": {
        const relation = relationOf(read.uint32());
        read.skip(1);
        return changes({ op: "insert", relation, new: row(relation) });
      }
      case "U": {
        const relation = relationOf(read.uint32());
        const hasOld = String.fromCharCode(read.uint8()) !== "N";
        const old = hasOld ? row(relation) : null;
        if (hasOld) read.skip(1);
        return changes({ op: "update", relation, old, new: row(relation, old) });
      }
      case "D": {
        const relation = relationOf(read.uint32());
        read.skip(1);
        return changes({ op: "delete", relation, old: row(relation) });
      }
      case "T": {
        const count = read.uint32();
        read.skip(1);
        const truncated = Array.from({ length: count }, () => relationOf(read.uint32()));
        return changes(...truncated.map((relation): Change => ({ op: "truncate", relation })));
      }
      case "M": {
        const isTransactional = (read.uint8() & 1) === 1;
        read.skip(8);
        const prefix = read.text();
        return { type: "message", isTransactional, prefix, content: messageText(read.sized()) };
      }
      case "O":
      case "Y":
        return { type: "other" };
      default:
        throw new Error(`the WAL holds a message of unknown kind ${tag}`);
    }
  };
}

type Reader = ReturnType<typeof readerOf>;

function readerOf(buffer: Buffer) {
  let at = 0;
  const take = (size: number) => {
    at += size;
    return at - size;
  };
  return {
    skip: (bytes: number) => void take(bytes),
    uint8: () => buffer.readUInt8(take(1)),
    int16: () => buffer.readInt16BE(take(2)),
    uint32: () => buffer.readUInt32BE(take(4)),
    lsn: (): Lsn => buffer.readBigUInt64BE(take(8)),
    instant: (): Instant =>
      instantAt(Number((buffer.readBigInt64BE(take(8)) + postgresEpochMicroseconds) / 1000n)),
    /** Up to the next zero byte. */
    text() {
      const end = buffer.indexOf(0, at);
      const text = buffer.toString("utf8", at, end);
      at = end + 1;
      return text;
    },
    /** Preceded by its length in bytes. */
    sized() {
      const length = buffer.readUInt32BE(take(4));
      return buffer.subarray(take(length), at);
    },
  };
}

function readRelation(read: Reader): Relation {
  const schema = read.text() || "pg_catalog";
  const table = read.text();
  const isFull = String.fromCharCode(read.uint8()) === "f";
  const columns = Array.from({ length: read.int16() }, () => {
    const flags = read.uint8();
    const name = read.text();
    read.skip(8); // type and its modifier
    return { name, isKey: (flags & partOfKey) === partOfKey };
  });
  return {
    name: `${schema}.${table}`,
    isFull,
    columns: columns.map(({ name }) => name),
    key: columns.filter(({ isKey }) => isKey).map(({ name }) => name),
  };
}

const messageText = (bytes: Buffer): string =>
  bytes.toString("utf8", 0, bytes.length > maxMessageBytes ? longMessageBytes : bytes.length);

/** `old`: what a value that is out of line and did not change was before. */
function readRow(
  read: Reader,
  relation: Relation,
  toValue: (bytes: Buffer) => Value,
  old?: Row | null,
): Row {
  const row: Record<string, Value | null | undefined> = {};
  const count = read.int16();
  for (const name of relation.columns.slice(0, count)) {
    const kind = String.fromCharCode(read.uint8());
    if (kind === "n") row[name] = null;
    else if (kind === "t") row[name] = toValue(read.sized());
    else if (kind === "u") row[name] = old?.[name];
    else throw new Error(`the WAL holds a value of unknown kind ${kind}`);
  }
  return row;
}

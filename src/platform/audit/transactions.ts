import type { Instant } from "../kernel/time.ts";
import type { Lsn } from "./lsn.ts";
import type { Change, WalMessage } from "./pgoutput.ts";

export type LogicalMessage = { readonly prefix: string; readonly content: string };

/** A part of a transaction, in the order of the WAL. */
export type Part =
  | { readonly type: "change"; readonly change: Change }
  | { readonly type: "message"; readonly message: LogicalMessage };

export type TransactionHead = {
  readonly xid: number;
  readonly at: Instant;
  readonly commitLsn: Lsn;
};

export type Transaction = TransactionHead & {
  readonly endLsn: Lsn;
  readonly parts: readonly Part[];
  /** What they take in memory, about. */
  readonly sizeBytes: number;
};

/**
 * What came of a message. `whole`: a transaction within the bounds. `oversized`: one beyond them, of which only the
 * audit contexts were kept; whoever knows them reads it again in pieces. `piece`, `end`: such a second reading.
 */
export type Assembled =
  | { readonly type: "whole"; readonly transaction: Transaction }
  | {
      readonly type: "oversized";
      readonly head: TransactionHead;
      readonly contexts: readonly LogicalMessage[];
    }
  | { readonly type: "piece"; readonly head: TransactionHead; readonly parts: readonly Part[] }
  | {
      readonly type: "end";
      readonly head: TransactionHead;
      readonly endLsn: Lsn;
      readonly parts: readonly Part[];
    };

export type AssemblyBounds = {
  /** Of a transaction that is held whole, and of a piece. */
  readonly maxParts: number;
  readonly maxBytes: number;
};

export const assemblyBounds: AssemblyBounds = { maxParts: 5_000, maxBytes: 16 * 1024 * 1024 };
/** One is right, two are wrong: the third tells nothing new. */
const maxContexts = 2;

/**
 * Puts decoded messages together. The audit context may follow the rows that it explains (in a write of one statement),
 * so a transaction is held until its commit; one beyond the bounds is not, and has to be read twice.
 * `readInPieces`: whether its contexts are known from a first reading.
 */
export function createAssembler(options: {
  readonly contextPrefix: string;
  readonly readInPieces: (head: TransactionHead) => boolean;
  readonly bounds?: AssemblyBounds;
}): (message: WalMessage) => Assembled | null {
  const bounds = options.bounds ?? assemblyBounds;
  let head: TransactionHead | null = null;
  let mode: "whole" | "skipping" | "pieces" = "whole";
  let parts: Part[] = [];
  let sizeBytes = 0;
  let contexts: LogicalMessage[] = [];

  function take(): Part[] {
    const taken = parts;
    parts = [];
    sizeBytes = 0;
    return taken;
  }

  function add(added: readonly Part[], bytes: number): Assembled | null {
    if (!head) throw new Error("the WAL holds a change outside a transaction");
    for (const part of added)
      if (part.type === "message" && part.message.prefix === options.contextPrefix)
        if (contexts.length < maxContexts) contexts.push(part.message);
    if (mode === "skipping") return null;
    parts.push(...added);
    sizeBytes += bytes;
    if (parts.length < bounds.maxParts && sizeBytes < bounds.maxBytes) return null;
    if (mode === "pieces") return { type: "piece", head, parts: take() };
    mode = "skipping";
    take();
    return null;
  }

  function finish(endLsn: Lsn): Assembled {
    if (!head) throw new Error("the WAL holds a commit without its beginning");
    const ended = head;
    head = null;
    if (mode === "skipping") return { type: "oversized", head: ended, contexts };
    if (mode === "pieces") return { type: "end", head: ended, endLsn, parts: take() };
    return { type: "whole", transaction: { ...ended, endLsn, sizeBytes, parts: take() } };
  }

  return (message) => {
    switch (message.type) {
      case "begin": {
        const { xid, at, commitLsn } = message;
        head = { xid, at, commitLsn };
        mode = options.readInPieces(head) ? "pieces" : "whole";
        contexts = [];
        take();
        return null;
      }
      case "changes":
        return add(
          message.changes.map((change): Part => ({ type: "change", change })),
          message.sizeBytes,
        );
      case "message": {
        const { prefix, content } = message;
        // Outside a transaction nobody of ours emits: such a message was never held to anything that committed.
        if (!message.isTransactional) return null;
        return add([{ type: "message", message: { prefix, content } }], content.length);
      }
      case "commit":
        return finish(message.endLsn);
      case "other":
        return null;
    }
  };
}

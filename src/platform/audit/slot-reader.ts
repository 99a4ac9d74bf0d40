import { auditMessagePrefix } from "../db/audit-context.ts";
import { publication } from "../db/audited.ts";
import type { ConnectionSettings } from "../db/connection.ts";
import type { Instant } from "../kernel/time.ts";
import type { Lsn } from "./lsn.ts";
import type { MainSource } from "./main-source.ts";
import {
  type Assembled,
  type AssemblyBounds,
  assemblyBounds,
  createAssembler,
  type TransactionHead,
} from "./transactions.ts";
import { openWalStream, type WalStream } from "./wal-stream.ts";

const slotFreeTimeoutMs = 30_000;
const slotPollMs = 50;

/** Reads MainDB's slot transaction by transaction, and can begin again. */
export type SlotReader = {
  open(): void;
  /** A stream of its own that begins behind what is stored. */
  readAgain(): void;
  /** In the middle of a transaction. */
  isInside(): boolean;
  acknowledge(lsn: Lsn): Promise<void>;
  close(): Promise<void>;
};

export function createSlotReader(options: {
  readonly connection: ConnectionSettings;
  readonly main: Pick<MainSource, "identity" | "slot">;
  readonly bounds?: AssemblyBounds | undefined;
  readonly monotonicMs: () => number;
  /** Where the stored end is. */
  readonly from: () => Lsn;
  readonly readInPieces: (head: TransactionHead) => boolean;
  readonly isOver: () => boolean;
  take(assembled: Assembled): Promise<void>;
  onCaughtUp(lsn: Lsn, at: Instant): void;
  /** It broke by itself. */
  onEnded(error: unknown): void;
}): SlotReader {
  const { main, monotonicMs } = options;
  let stream: WalStream | undefined;
  let isInside = false;

  function open(): void {
    const assemble = createAssembler({
      contextPrefix: auditMessagePrefix,
      readInPieces: options.readInPieces,
      bounds: options.bounds ?? assemblyBounds,
    });
    const opened = openWalStream({
      connection: options.connection,
      slot: main.identity.slot,
      publication,
      from: options.from(),
      async onMessage(message) {
        if (message.type === "begin") isInside = true;
        if (message.type === "commit") isInside = false;
        const assembled = assemble(message);
        if (assembled) await options.take(assembled);
      },
      onCaughtUp: options.onCaughtUp,
    });
    stream = opened;
    void opened.ended.then((reason) => {
      if (stream === opened) options.onEnded(reason ?? new Error("the replication ended"));
    });
  }

  async function close(): Promise<void> {
    const left = stream;
    stream = undefined;
    isInside = false;
    await left?.close();
  }

  /** The server may notice a little later that its reader has left. */
  async function slotIsFree(): Promise<void> {
    const deadline = monotonicMs() + slotFreeTimeoutMs;
    while ((await main.slot())?.isActive && monotonicMs() < deadline) await Bun.sleep(slotPollMs);
  }

  return {
    open,
    isInside: () => isInside,
    async acknowledge(lsn) {
      await stream?.acknowledge(lsn);
    },
    readAgain() {
      void (async () => {
        await close();
        await slotIsFree();
        if (!options.isOver()) open();
      })().catch(options.onEnded);
    },
    close,
  };
}

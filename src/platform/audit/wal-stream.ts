import { LogicalReplicationService } from "pg-logical-replication";
import { type ConnectionSettings, pgOptions } from "../db/connection.ts";
import { type Instant, instantAt } from "../kernel/time.ts";
import { formatLsn, type Lsn, parseLsn } from "./lsn.ts";
import { createPgoutputDecoder, type WalMessage } from "./pgoutput.ts";

export type WalStreamOptions = {
  readonly connection: ConnectionSettings;
  readonly slot: string;
  readonly publication: string;
  /** Everything that committed before it is left out. */
  readonly from: Lsn;
  /** Called in the order of the WAL; the next message waits until it resolves. When it throws, the stream ends. */
  onMessage(message: WalMessage): Promise<void> | void;
  /** The server has sent all it had before `lsn`, and all of that went through {@link onMessage}. */
  onCaughtUp(lsn: Lsn, at: Instant): void;
};

export type WalStream = {
  /** The server may forget what committed before it. Asks for an answer, which comes as `onCaughtUp`. */
  acknowledge(lsn: Lsn): Promise<void>;
  /** Resolves with what ended the stream; null after `close`. */
  readonly ended: Promise<Error | null>;
  close(): Promise<void>;
};

/** What a close waits for the server's goodbye. */
const closeTimeoutMs = 1_000;

/** The library lets PostgreSQL's time begin on 25 December 1999 (946,080,000 s) instead of 1 January 2000. */
const libraryEpochErrorMs = 604_800_000;

type Received = { readonly message: WalMessage } | { readonly fault: unknown };

/** The library's own plugin makes JavaScript values of columns; this one keeps their text. */
function textPlugin(publication: string, parse: (buffer: Buffer) => Received) {
  return {
    name: "pgoutput",
    options: {},
    parse,
    start: (client: { query(text: string): Promise<unknown> }, slot: string, lsn: string) =>
      client.query(
        `START_REPLICATION SLOT "${slot}" LOGICAL ${lsn} ` +
          `(proto_version '1', publication_names '${publication}', messages 'true')`,
      ),
  };
}

/** Reads a slot with pgoutput. Connects at once; failures to connect come through `ended`, too. */
export function openWalStream(options: WalStreamOptions): WalStream {
  const decode = createPgoutputDecoder();
  // The library acknowledges by itself what was merely received, unless both are switched off.
  const service = new LogicalReplicationService(
    { ...pgOptions(options.connection), application_name: "fintrack relay" },
    { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
  );
  listenAlways(service);
  let received = 0;
  let handled = 0;
  let closed = false;
  let fault: Error | null = null;

  const plugin = textPlugin(options.publication, (buffer) => {
    received += 1;
    try {
      return { message: decode(buffer) };
    } catch (error) {
      return { fault: error };
    }
  });
  service.on("data", async (_lsn: string, data: Received) => {
    if (closed || fault) return;
    try {
      if ("fault" in data) throw data.fault;
      await options.onMessage(data.message);
      handled += 1;
    } catch (error) {
      fail(error);
    }
  });
  service.on("heartbeat", (lsn, timestamp) => {
    // It overtakes the messages that wait to be handled.
    if (received === handled && !closed && !fault)
      options.onCaughtUp(parseLsn(lsn), instantAt(timestamp + libraryEpochErrorMs));
  });
  service.on("error", fail);

  function fail(error: unknown): void {
    if (closed || fault) return;
    fault = error instanceof Error ? error : new Error(String(error));
    void disconnect();
  }

  let disconnecting: Promise<void> | undefined;
  function disconnect(): Promise<void> {
    disconnecting ??= (async () => {
      const { _connection: connection } = service as unknown as {
        _connection: { stream: { resume(): void; destroy(): void } } | null;
      };
      connection?.stream.resume(); // paused, it would never see the server's end of it
      await Promise.race([service.stop().catch(() => {}), Bun.sleep(closeTimeoutMs)]);
      connection?.stream.destroy();
    })();
    return disconnecting;
  }

  const ended = service
    .subscribe(plugin as never, options.slot, formatLsn(options.from))
    .then(
      () => fault ?? (closed ? null : new Error("the server ended the replication")),
      (error: unknown) => fault ?? (closed ? null : toError(error)),
    )
    .then(async (reason) => {
      await disconnect();
      return reason;
    });

  return {
    ended,
    async acknowledge(lsn) {
      // The library adds one to what it is given: without taking it off, a commit that begins right where this one ended
      // would count as acknowledged.
      if (lsn > 0n && !closed) await service.acknowledge(formatLsn(lsn - 1n), true);
    },
    async close() {
      closed = true;
      await disconnect();
    },
  };
}

type Listening = { on(event: "error", listener: () => void): void };

/**
 * The library listens to its client's errors only once that is connected, and no more when it has left it. One that comes
 * beside that (a server that is stopped in that breath) would end the process; the next query tells of it anyway.
 */
function listenAlways(service: object): void {
  let client: Listening | null = null;
  Object.defineProperty(service, "_client", {
    get: () => client,
    set(next: Listening | null) {
      for (const one of [client, next]) one?.on("error", () => {});
      client = next;
    },
  });
}

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

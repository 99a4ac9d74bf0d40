import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Clock } from "../kernel/clock.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { type AuditContexts, createAuditContexts } from "./audit-context.ts";
import { type ConnectionSettings, postgresJsOptions } from "./connection.ts";
import type { Database, ReadPool } from "./database.ts";
import { createEmitMessage } from "./emit-message.ts";
import { databaseBusy, databaseFailure } from "./failures.ts";
import { findStored, type IdempotencyStore, recordCutoff } from "./idempotency.ts";
import { createPool, type PoolStats } from "./pool.ts";
import { createStream, maxStreams } from "./stream.ts";
import { createTransact } from "./transact.ts";
import { createWriteOne } from "./write-one.ts";

/** A statement that runs longer is cancelled (57014). */
const statementTimeoutMs = 10_000;
/** Waiting longer for a row or table lock fails (55P03). */
const lockTimeoutMs = 3_000;
/** A transaction whose process forgot it is ended, so that it holds neither locks nor old rows. */
const idleInTransactionTimeoutMs = 15_000;
/** The same between two pages of a stream, whose client may be slow. */
const idleStreamTimeoutMs = 60_000;
/** What a close waits for running statements before it cuts them off. */
const closeTimeoutMs = 5_000;
const pingTimeoutMs = 2_000;

export type DatabaseOptions = {
  readonly connection: ConnectionSettings;
  /**
   * Connections of this process in all: half of them (rounded down) write, the others read. LISTEN has one more, streams
   * up to {@link maxStreams} while they run.
   */
  readonly poolSize: number;
  /** Unique per started process; with a counter it makes every audit context distinct. */
  readonly processId: string;
  readonly keyring: Pick<Keyring, "hmac">;
  readonly clock: Clock;
  /** What a write waits for a lock; three seconds unless a test has others wait in line. */
  readonly lockTimeoutMs?: number;
  /** False = writes answer 503. Without it they never do. */
  readonly isWritable?: () => boolean;
};

export type PoolName = "read" | "write";

export type OpenDatabase = Database & {
  /** Where HTTP looks for the stored result of a repeated request. */
  readonly idempotency: IdempotencyStore;
  /** A logical message into the WAL, in a transaction of its own. Resolves when it is durable; written, it changes nothing. */
  emitMessage(prefix: string, content: string): Promise<void>;
  /** See {@link AuditContexts.takeWritten}. */
  takeWritten(requestId: string): boolean;
  /** Resolves when both a reading and a writing connection answer within {@link pingTimeoutMs}. */
  ping(): Promise<void>;
  poolStats(): Readonly<Record<PoolName, PoolStats>>;
  /** Lets running statements finish for {@link closeTimeoutMs}, then cuts them off. */
  close(): Promise<void>;
};

/**
 * Opens the pools of one database. Connects lazily: a server that is down shows at the first query, as an error that
 * {@link databaseFailure} turns into a 503; when it is back, the pools connect again by themselves.
 */
export function openDatabase(options: DatabaseOptions): OpenDatabase {
  const { connection, poolSize } = options;
  const writeSize = Math.max(1, Math.floor(poolSize / 2));
  const readSize = Math.max(1, poolSize - writeSize);

  const readClient = connect(connection, "fintrack read", readSize, {
    default_transaction_read_only: "on",
  });
  const { lockTimeoutMs: lock_timeout = lockTimeoutMs } = options;
  const writeClient = connect(connection, "fintrack write", writeSize, { lock_timeout });
  // Its own client: postgres.js opens one connection for all channels and subscribes again when it broke.
  const listenClient = connect(connection, "fintrack listen", 1, {});

  // Its own, too: a slow client must not keep a connection from those who are quick.
  const streamClient = connect(connection, "fintrack stream", maxStreams, {
    default_transaction_read_only: "on",
    idle_in_transaction_session_timeout: idleStreamTimeoutMs,
  });
  drizzle(streamClient);

  const reads = createPool(readClient, { size: readSize, retryOnce: true });
  const writes = createPool(writeClient, { size: writeSize, retryOnce: false });
  const read = drizzle(reads.client as postgres.Sql) as unknown as ReadPool;
  // Once Drizzle has a client, times and JSON pass through it as text: the writers rely on that, too.
  drizzle(writes.client as postgres.Sql);

  const contexts = createAuditContexts(options);
  const { clock, isWritable = () => true } = options;
  const writers = { client: writes.client, contexts, clock, isWritable };

  return {
    read,
    idempotency: { find: (claim) => findStored(reads.client, claim, recordCutoff(clock)) },
    transact: createTransact(writers),
    writeOne: createWriteOne(writers),
    stream: createStream(streamClient),
    emitMessage: createEmitMessage(writes.client),
    takeWritten: contexts.takeWritten,
    async listen(channel, onNotify, onListening) {
      // postgres.js' unlisten no longer knows a listener that it has subscribed again; so we stop hearing ourselves.
      let stopped = false;
      const subscription = await listenClient.listen(
        channel,
        (payload) => void (stopped || onNotify(payload)),
        () => void (stopped || onListening()),
      );
      return async () => {
        stopped = true;
        await subscription.unlisten().catch(() => {}); // a lost connection listens no more
      };
    },
    async ping() {
      const answers = [reads, writes].map(({ client }) => client.unsafe("select 1"));
      await withTimeout(Promise.all(answers), pingTimeoutMs).catch((error) => {
        throw databaseFailure(error) ?? error;
      });
    },
    poolStats: () => ({ read: reads.stats(), write: writes.stats() }),
    async close() {
      await Promise.all([
        reads.close(closeTimeoutMs),
        writes.close(closeTimeoutMs),
        listenClient.end({ timeout: 0 }),
        streamClient.end({ timeout: 0 }),
      ]);
    },
  };
}

function connect(
  connection: ConnectionSettings,
  applicationName: string,
  max: number,
  parameters: Record<string, string | number>,
): postgres.Sql {
  return postgres({
    ...postgresJsOptions(connection),
    max,
    onnotice: () => {}, // "relation already exists, skipping" is nobody's news
    connection: {
      application_name: applicationName,
      TimeZone: "UTC",
      DateStyle: "ISO, YMD",
      // Where PostgreSQL has it, it is started by estimates, which also count branches that never run: an answer of
      // 18 ms took 36.
      jit: "off",
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      ...parameters,
    },
  });
}

function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(databaseBusy()), timeoutMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

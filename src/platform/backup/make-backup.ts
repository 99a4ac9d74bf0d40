import type { ConnectionSettings } from "../db/connection.ts";
import type { Database } from "../db/database.ts";
import { withSessions } from "../db/snapshot-session.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RequestContext } from "../kernel/context.ts";
import { AppError } from "../kernel/errors.ts";
import { addSeconds } from "../kernel/time.ts";
import { readBackupStates, recordFailure, recordSuccess } from "./backup-state.ts";
import { lastDue } from "./due.ts";
import { BackupError } from "./errors.ts";
import { expiredBackups } from "./retention.ts";
import type { BackupConfig } from "./settings.ts";
import type { BackupStore, KeptBackup } from "./store.ts";
import { type BackupContents, type TakenBackup, takeBackup } from "./take-backup.ts";

export type BackupDeps = {
  readonly db: Pick<Database, "read" | "writeOne">;
  readonly config: BackupConfig;
  readonly contents: BackupContents;
  readonly store: BackupStore;
  readonly clock: Clock;
};

export type MadeBackup = TakenBackup & {
  readonly durationMs: number;
  readonly expired: readonly KeptBackup[];
};

/** Held while a backup is made; the key means nothing, it only has to be ours. */
const lockKey = "4610953278230016";
/** What failed is not tried again at once: each try reads everything. */
const retrySeconds = 3_600;

/**
 * Makes a backup, records it, and then deletes those that are kept no longer. Null = another process is making one.
 * Failures are recorded, and delete nothing.
 */
export async function makeBackup(
  deps: BackupDeps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<MadeBackup | null> {
  const { db, clock } = deps;
  try {
    return await alone(deps.contents.main, () => make(deps, ctx, signal));
  } catch (error) {
    // The database may be what failed.
    await recordFailure(db, ctx, "backup", clock.now()).catch(() => {});
    // The store's own words: no room, or out of reach.
    if (error instanceof AppError)
      throw new BackupError(`No backup was made: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Whether today's is missing, and was not just tried in vain. */
export async function isBackupDue(deps: Pick<BackupDeps, "db" | "config" | "clock">) {
  const now = deps.clock.now();
  const states = await readBackupStates(deps.db);
  const state = states.find(({ kind }) => kind === "backup");
  if (state?.succeededAt && state.succeededAt >= lastDue(deps.config.daily, now)) return false;
  if (!state?.failedAt || (state.succeededAt && state.succeededAt > state.failedAt)) return true;
  return state.failedAt < addSeconds(now, -retrySeconds);
}

async function make(
  { db, config, contents, store, clock }: BackupDeps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<MadeBackup> {
  const { recipients, allowPlaintext, daily } = config;
  if (recipients.length === 0 && !allowPlaintext)
    throw new BackupError(
      "No backup was made: in production it must be encrypted. Set BACKUP_RECIPIENTS, or BACKUP_ALLOW_PLAINTEXT=1 to insist.",
    );
  const startedMs = performance.now();
  // Of the beginning: a long one counts for the day on which it was due.
  const now = clock.now();
  const taken = await takeBackup(contents, { store, recipients, now, signal });
  const durationMs = performance.now() - startedMs;
  await recordSuccess(db, ctx, "backup", { at: now, ...taken, durationMs });
  const expired = expiredBackups(await store.list(), { timeZone: daily.zone, now: clock.now() });
  await store.delete(expired);
  return { ...taken, durationMs, expired };
}

/** A session lock: it goes with the process, however that ends. */
async function alone<T>(connection: ConnectionSettings, work: () => Promise<T>): Promise<T | null> {
  return withSessions(connection, 1, async (sql) => {
    const [row] = await sql.unsafe<{ locked: boolean }[]>(
      "select pg_try_advisory_lock($1::text::bigint) as locked",
      [lockKey],
    );
    return row?.locked ? work() : null;
  });
}

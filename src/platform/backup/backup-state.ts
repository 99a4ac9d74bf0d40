import { sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import type { RequestContext } from "../kernel/context.ts";
import type { Instant } from "../kernel/time.ts";
import { type BackupKind, backupStates } from "./tables.ts";

export type BackupState = {
  readonly kind: BackupKind;
  readonly succeededAt: Instant | null;
  readonly sizeBytes: number | null;
  readonly durationMs: number | null;
  readonly failures: number;
  readonly failedAt: Instant | null;
};

export type BackupSuccess = {
  readonly at: Instant;
  readonly name: string;
  readonly sizeBytes: number;
  /** Null = nobody has measured it. */
  readonly durationMs: number | null;
};

/** Kinds that never ran are missing. */
export const readBackupStates = (db: Pick<Database, "read">): Promise<readonly BackupState[]> =>
  db.read
    .select({
      kind: backupStates.kind,
      succeededAt: backupStates.succeededAt,
      sizeBytes: backupStates.sizeBytes,
      durationMs: backupStates.durationMs,
      failures: backupStates.failures,
      failedAt: backupStates.failedAt,
    })
    .from(backupStates);

export async function recordSuccess(
  db: Pick<Database, "writeOne">,
  ctx: RequestContext,
  kind: BackupKind,
  { at, name, sizeBytes, durationMs }: BackupSuccess,
): Promise<void> {
  await db.writeOne(
    ctx,
    sql`result as (
      insert into ${backupStates} as s (kind, succeeded_at, name, size_bytes, duration_ms, failures)
      values (${kind}, ${at}, ${name}, ${sizeBytes}, ${durationMs === null ? null : Math.round(durationMs)}, 0)
      on conflict (kind) do update set succeeded_at = excluded.succeeded_at, name = excluded.name,
        size_bytes = excluded.size_bytes, duration_ms = excluded.duration_ms
      returning s.kind)`,
  );
}

export async function recordFailure(
  db: Pick<Database, "writeOne">,
  ctx: RequestContext,
  kind: BackupKind,
  at: Instant,
): Promise<void> {
  await db.writeOne(
    ctx,
    sql`result as (
      insert into ${backupStates} as s (kind, failures, failed_at) values (${kind}, 1, ${at})
      on conflict (kind) do update set failures = s.failures + 1, failed_at = excluded.failed_at
      returning s.kind)`,
  );
}

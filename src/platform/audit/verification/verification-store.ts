import { eq } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import type { Instant } from "../../kernel/time.ts";
import type { TrailReport } from "../verify.ts";
import { auditVerifications as table } from "./tables.ts";

export type StoredVerification = {
  readonly askedAt: Instant;
  readonly keys: readonly string[] | null;
  readonly beganAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly report: TrailReport | null;
};

/** The last that somebody asked for, and the last that says something of the trail itself. */
const rowIds = { last: 1, standing: 2 } as const;
type Which = keyof typeof rowIds;
const columns = {
  askedAt: table.askedAt,
  keys: table.keys,
  beganAt: table.beganAt,
  finishedAt: table.finishedAt,
  report: table.report,
};

export async function findVerification(
  reader: Reader,
  which: Which,
): Promise<StoredVerification | undefined> {
  const [row] = await reader.select(columns).from(table).where(eq(table.id, rowIds[which]));
  return row && withLosses(row);
}

/** The last one, and nobody else changes it until the transaction ends. */
export async function lockVerification(tx: Tx): Promise<StoredVerification | undefined> {
  const [row] = await tx.select(columns).from(table).where(eq(table.id, rowIds.last)).for("update");
  return row && withLosses(row);
}

/** The report of a release that knew of no losses names none, and does not say what is not signed. */
const withLosses = ({ report, ...row }: StoredVerification): StoredVerification => ({
  ...row,
  report: report && {
    ...report,
    losses: report.losses ?? [],
    unsigned: report.unsigned ?? report.lastSeq - report.signedUpTo,
  },
});

/** Replaces what was known of the one before. */
export async function storeVerification(
  tx: Tx,
  which: Which,
  { keys, ...rest }: StoredVerification,
): Promise<void> {
  const row = { ...rest, keys: keys === null ? null : [...keys] };
  await tx
    .insert(table)
    .values({ id: rowIds[which], ...row })
    .onConflictDoUpdate({ target: table.id, set: row });
}

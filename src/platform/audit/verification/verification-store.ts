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

const onlyRow = 1;
const columns = {
  askedAt: table.askedAt,
  keys: table.keys,
  beganAt: table.beganAt,
  finishedAt: table.finishedAt,
  report: table.report,
};

export async function findVerification(reader: Reader): Promise<StoredVerification | undefined> {
  const [row] = await reader.select(columns).from(table).where(eq(table.id, onlyRow));
  return row && withLosses(row);
}

/** As {@link findVerification}, and nobody else changes it until the transaction ends. */
export async function lockVerification(tx: Tx): Promise<StoredVerification | undefined> {
  const [row] = await tx.select(columns).from(table).where(eq(table.id, onlyRow)).for("update");
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
  { keys, ...rest }: StoredVerification,
): Promise<void> {
  const row = { ...rest, keys: keys === null ? null : [...keys] };
  await tx
    .insert(table)
    .values({ id: onlyRow, ...row })
    .onConflictDoUpdate({ target: table.id, set: row });
}

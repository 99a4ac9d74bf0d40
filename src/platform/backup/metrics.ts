import { within } from "../jobs/within.ts";
import { epochMs } from "../kernel/time.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { BackupState } from "./backup-state.ts";

/** A scrape does not wait longer; the backups are then missing from it. */
const readTimeoutMs = 2_000;
/** The values of one scrape come from one look at the database. */
const sharedMs = 1_000;
const kinds = ["backup", "drill"] as const;

/** What became of the last backups, whoever made them. The time of a success that never was is 0: "too old". */
export function watchBackups(
  metrics: Pick<Metrics, "reading">,
  readStates: () => Promise<readonly BackupState[]>,
): void {
  let last:
    | { readonly atMs: number; readonly states: Promise<readonly BackupState[] | null> }
    | undefined;
  function states() {
    const nowMs = performance.now();
    if (last === undefined || nowMs - last.atMs > sharedMs) {
      const read = readStates().catch(() => null);
      last = {
        atMs: nowMs,
        states: within<readonly BackupState[] | null>(read, readTimeoutMs, null),
      };
    }
    return last.states;
  }
  const show = (
    type: "gauge" | "counter",
    name: string,
    help: string,
    value: (state: BackupState | undefined) => number | null | undefined,
  ) =>
    metrics.reading({ type, name, help, labels: ["kind"] }, async () => {
      const known = await states();
      if (!known) return [];
      return kinds.flatMap((kind) => {
        const shown = value(known.find((state) => state.kind === kind));
        return shown === null || shown === undefined ? [] : [{ labels: { kind }, value: shown }];
      });
    });
  show(
    "gauge",
    "fintrack_backup_last_success_timestamp_seconds",
    "When the last backup or drill succeeded, since 1970; 0 = never.",
    (state) => (state?.succeededAt ? epochMs(state.succeededAt) / 1000 : 0),
  );
  show(
    "gauge",
    "fintrack_backup_size_bytes",
    "Of the file of the last success.",
    (state) => state?.sizeBytes,
  );
  show("gauge", "fintrack_backup_duration_seconds", "What the last success took.", (state) =>
    state?.durationMs == null ? null : state.durationMs / 1000,
  );
  show(
    "counter",
    "fintrack_backup_failures_total",
    "Failures since this installation began.",
    (state) => state?.failures ?? 0,
  );
}

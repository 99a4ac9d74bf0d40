import type { Reader } from "../../db/database.ts";
import { epochMs } from "../../kernel/time.ts";
import type { Metrics } from "../../observability/metrics.ts";
import { findVerification } from "./verification-store.ts";

/** Shows what the last verification found that says something of the trail; a later one that failed changes nothing. */
export function watchVerification(metrics: Pick<Metrics, "reading">, main: Reader): void {
  async function last() {
    const stored = await findVerification(main, "standing");
    if (!stored?.finishedAt || !stored.report) return undefined;
    const { finishedAt, report } = stored;
    return { finishedAt, isWhole: report.fault === null };
  }
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_audit_verification_ok",
      help: "1 when the last verification found the audit trail whole, 0 when somebody has altered it, or it was not signed when it was due.",
      labels: [],
    },
    async () => {
      const found = await last();
      return found ? [{ labels: {}, value: found.isWhole ? 1 : 0 }] : [];
    },
  );
  metrics.reading(
    {
      type: "gauge",
      name: "fintrack_audit_verification_timestamp_seconds",
      help: "When the last verification of the audit trail ended, since 1970.",
      labels: [],
    },
    async () => {
      const found = await last();
      return found ? [{ labels: {}, value: epochMs(found.finishedAt) / 1000 }] : [];
    },
  );
}

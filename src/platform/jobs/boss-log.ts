import type { PgBoss } from "pg-boss";
import type { Clock } from "../kernel/clock.ts";
import { epochMs } from "../kernel/time.ts";
import type { Logger } from "../observability/logger.ts";

/** While the database is away every queue's poll fails each second: one line for all of them in this time. */
const quietMs = 10_000;

/** Logs what pg-boss and its connections complain about, without SQL and without payloads. */
export function createBossLog(deps: { readonly logger: Logger; readonly clock: Clock }) {
  let lastMs = Number.NEGATIVE_INFINITY;
  let unlogged = 0;
  function failed(error: unknown): void {
    const nowMs = epochMs(deps.clock.now());
    if (nowMs - lastMs < quietMs) {
      unlogged += 1;
      return;
    }
    deps.logger.error({ err: error, unlogged }, "the job queues cannot be worked on");
    lastMs = nowMs;
    unlogged = 0;
  }
  return {
    failed,
    listen(boss: PgBoss): void {
      boss.on("error", failed);
      boss.on("warning", ({ message }) => deps.logger.warn({ notice: message }, "pg-boss warns"));
    },
  };
}

import type { HealthCheck } from "../module.ts";
import type { Logger } from "./logger.ts";

export type CheckStatus = "ok" | "failed" | "timed_out";
export type CheckResult = {
  readonly name: string;
  readonly status: CheckStatus;
  readonly durationMs: number;
};
export type Readiness = {
  readonly status: "ready" | "not_ready" | "draining";
  readonly checks: readonly CheckResult[];
};

export type Health = {
  /** Adds to what must work before requests may come. A name twice throws. */
  register(check: HealthCheck): void;
  /** From now on not ready: whoever sends requests here should stop. */
  drain(): void;
  /** Runs every check at once, or answers from the last run when that is fresh. Never rejects. */
  readiness(): Promise<Readiness>;
};

const checkTimeoutMs = 2000;
/** Probes from anywhere cannot cause more than one run of the checks in this time. */
const cacheMs = 1000;

export function createHealth(deps: {
  readonly logger: Logger;
  readonly timeoutMs?: number;
  readonly cacheMs?: number;
}): Health {
  const timeoutMs = deps.timeoutMs ?? checkTimeoutMs;
  const keepMs = deps.cacheMs ?? cacheMs;
  const checks = new Map<string, () => Promise<CheckResult>>();
  /** Without which the process serves the rest. */
  const spared = new Set<string>();
  let draining = false;
  let last: { readonly at: number; readonly run: Promise<readonly CheckResult[]> } | undefined;

  function run(): Promise<readonly CheckResult[]> {
    return Promise.all([...checks.values()].map((check) => check()));
  }

  return {
    register(check) {
      if (checks.has(check.name)) throw new TypeError(`health check ${check.name} exists already`);
      if (check.isNeeded === false) spared.add(check.name);
      checks.set(check.name, watched(check, timeoutMs, deps.logger));
      last = undefined;
    },
    drain() {
      draining = true;
    },
    async readiness() {
      if (draining) return { status: "draining", checks: [] };
      if (last === undefined || performance.now() - last.at > keepMs)
        last = { at: performance.now(), run: run() };
      const results = await last.run;
      const ready = results.every(({ name, status }) => status === "ok" || spared.has(name));
      return { status: ready ? "ready" : "not_ready", checks: results };
    },
  };
}

/** Bounds one check in time, keeps a hanging one from piling up, and logs when its verdict changes. */
function watched(check: HealthCheck, timeoutMs: number, logger: Logger) {
  let running: Promise<unknown> | undefined;
  let was: CheckStatus = "ok";

  /** Undefined = fine; otherwise why not. A check that hangs is not started a second time. */
  async function verdict(): Promise<{ readonly error: unknown } | undefined> {
    running ??= check.check().finally(() => {
      running = undefined;
    });
    return running.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  }

  return async (): Promise<CheckResult> => {
    const began = performance.now();
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), timeoutMs);
    const outcome = await Promise.race([verdict(), late.promise]).catch((error: unknown) => ({
      error,
    }));
    clearTimeout(timer);
    const status = outcome === undefined ? "ok" : outcome === "late" ? "timed_out" : "failed";
    const durationMs = Math.round((performance.now() - began) * 10) / 10;
    if (status !== was) {
      const err = outcome instanceof Object ? outcome.error : undefined;
      if (status === "ok") logger.info({ check: check.name }, "health check works again");
      else logger.warn({ check: check.name, status, durationMs, err }, "health check fails");
      was = status;
    }
    return { name: check.name, status, durationMs };
  };
}

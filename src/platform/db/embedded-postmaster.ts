import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { codeOf, runsPostgres } from "./embedded-process.ts";
import type { SocketAddress } from "./embedded-socket.ts";

/** What PostgreSQL says about itself in postmaster.pid. */
export type Postmaster = {
  readonly pid: number;
  readonly address: SocketAddress;
  /** "starting" also means recovering after a crash. */
  readonly status: "starting" | "ready" | "stopping";
};

/** Recovery after a crash replays the log since the last checkpoint: seconds, after a long import more. */
export const readyTimeoutMs = 60_000;
/** A fast shutdown ends clients at once and writes a checkpoint. */
const fastShutdownTimeoutMs = 30_000;
const immediateShutdownTimeoutMs = 10_000;
const pollMs = 5;

/** The PostgreSQL that runs on this directory now; null when none does. A pid file left by a crash does not count. */
export function findPostmaster(directory: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
  // https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h
  const [pid, , , port, socketDirectory, , , status] = lines.map((line) => line.trim());
  if (!/^\d+$/.test(pid ?? "") || !runsPostgres(Number(pid), directory)) return null;
  return {
    pid: Number(pid),
    address: { directory: socketDirectory ?? "", port: Number(port) },
    status: status === "ready" || status === "stopping" ? status : "starting",
  };
}

/**
 * Waits while PostgreSQL starts or recovers. Null when it ended instead. `child` is given by the one who started it,
 * for until it has written its pid file nothing else tells that it lives.
 */
export async function waitUntilReady(
  directory: string,
  child?: ChildProcess,
): Promise<Postmaster | null> {
  let failure: Error | undefined;
  child?.once("error", (error) => {
    failure = error;
  });
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    if (failure) throw failure;
    const found = findPostmaster(directory);
    if (found?.status === "ready") return found;
    const ended = child ? child.exitCode !== null || child.signalCode !== null : found === null;
    if (ended) return null;
    await Bun.sleep(pollMs);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL on ${directory} was not ready after ${readyTimeoutMs / 1000} s. It may still be recovering: look ` +
      "at postgres.log beside it and start again.",
  );
}

/** Ends the running PostgreSQL, whoever started it; returns when it is gone. Nothing committed is lost either way. */
export async function stopPostmaster(directory: string): Promise<void> {
  if (await signalAndWait(directory, "SIGINT", fastShutdownTimeoutMs)) return;
  if (await signalAndWait(directory, "SIGQUIT", immediateShutdownTimeoutMs)) return;
  throw new EmbeddedPostgresError(`PostgreSQL on ${directory} does not end.`);
}

async function signalAndWait(directory: string, signal: NodeJS.Signals, timeoutMs: number) {
  const found = findPostmaster(directory);
  if (found === null) return true;
  process.kill(found.pid, signal);
  return waitUntilEnded(directory, timeoutMs);
}

/** Waits for a PostgreSQL that is ending already; false when it still runs after `timeoutMs`. */
export async function waitUntilEnded(
  directory: string,
  timeoutMs = fastShutdownTimeoutMs,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (findPostmaster(directory) === null) return true;
    await Bun.sleep(pollMs);
  }
  return false;
}

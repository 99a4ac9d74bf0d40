import { Database } from "bun:sqlite";

const pollMs = 10;
/** A database that nothing refers to is collected and with it the lock: seen when a caller dropped the handle. */
const held = new Set<Database>();

export type ProcessLock = { release(): void };

/**
 * Takes an exclusive lock on a file (made when missing), or gives null while another holder, in this process or
 * another, has it. It is the lock of an empty SQLite database: the kernel gives it back when its process dies in
 * whatever way, so that none is ever stale. A pid in a file cannot promise that: pids are used again, also by the
 * next start in a container, where everything is pid 1.
 */
export function tryLock(path: string): ProcessLock | null {
  const database = new Database(path, { create: true });
  try {
    database.run("pragma busy_timeout = 0");
    database.run("begin immediate");
    held.add(database);
    return {
      release() {
        held.delete(database);
        database.close();
      },
    };
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return null;
    throw error;
  }
}

/** Like {@link tryLock}, but waits; null when the holder still has it after `timeoutMs`. */
export async function waitForLock(path: string, timeoutMs: number): Promise<ProcessLock | null> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== null || performance.now() > deadline) return lock;
    await Bun.sleep(pollMs);
  }
}

/** Whether somebody holds the lock at this moment. */
export function isLocked(path: string): boolean {
  const lock = tryLock(path);
  lock?.release();
  return lock === null;
}

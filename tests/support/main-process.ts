import { join } from "node:path";
import { variableNames } from "#platform/config";
import type { TestDatabases } from "./test-app.ts";

const root = join(import.meta.dir, "../..");

export type MainProcess = {
  readonly pid: number;
  /** The lines of both outputs so far. */
  lines(): string[];
  /** Resolves with the first line that matches, now or later; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; null after a signal. */
  readonly ended: Promise<number | null>;
};

/**
 * `bun src/main.ts ...args` as a process of its own, configured by `environment` alone. `typed`: what comes through the
 * pipe to it.
 */
export function spawnMain(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  typed = "",
): MainProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !variableNames.includes(name));
  const child = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts", ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdin: new Blob([typed]),
    stdout: "pipe",
    stderr: "pipe",
  });
  let text = "";
  let running = true;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      wake();
    }
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), child.exited]).then(() => {
    running = false;
    wake();
    return child.exitCode;
  });
  const lines = () => text.split("\n").slice(0, -1);
  return {
    pid: child.pid,
    lines,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines().find((line) => pattern.test(line));
          if (found === undefined && running) return;
          waiting.delete(look);
          if (found === undefined) reject(new Error(`it ended without ${pattern}:\n${text}`));
          else resolve(found);
        };
        waiting.add(look);
        look();
      }),
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** The variables that make a process use these databases, as their owner too when it shall migrate. */
export const databaseVariables = (
  { main, log }: TestDatabases,
  options: { readonly migrate?: boolean } = {},
): Record<string, string> => ({
  DATABASE_URL: main.appUrl,
  LOG_DATABASE_URL: log.appUrl,
  ...(options.migrate && {
    DATABASE_MIGRATE_URL: main.ownerUrl,
    LOG_DATABASE_MIGRATE_URL: log.ownerUrl,
  }),
});

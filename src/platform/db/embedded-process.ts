import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { EmbeddedPostgresError } from "./embedded-error.ts";

/** Whom PostgreSQL runs as, since it refuses to run as root; null = whoever we are. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

/** Nothing of our environment reaches PostgreSQL: it may hold secrets, and PG* variables would change what it does. */
const cleanEnvironment = { LC_ALL: "C", TZ: "UTC" };

export const spawnOptions = (as: RunAs, directory: string): SpawnOptions => ({
  cwd: directory,
  env: cleanEnvironment,
  ...(as ?? {}),
});

/** Runs a program to its end and gives all that it wrote. Throws when it fails or takes longer than `timeoutMs`. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  options: { as: RunAs; directory: string; timeoutMs: number; input?: string },
): Promise<string> {
  const child = spawn(program, args, {
    ...spawnOptions(options.as, options.directory),
    stdio: "pipe",
  });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr?.on("data", (chunk) => (output += chunk));
  child.stdin?.on("error", () => {}); // it ended before it read everything: its exit status tells
  child.stdin?.end(options.input ?? "");
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
  const ended = await new Promise<string | number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  }).finally(() => clearTimeout(timer));
  if (ended !== 0)
    throw new EmbeddedPostgresError(`${basename(program)} ended with ${ended}:\n${output.trim()}`);
  return output;
}

/**
 * Whether `pid` is a living PostgreSQL that works in `directory`. Not so: a pid that somebody else has got since, and
 * a zombie, which keeps its pid where nobody reaps orphans (containers whose pid 1 is no init).
 */
export const runsPostgres = (pid: number, directory: string): boolean =>
  process.platform === "linux" ? runsByProc(pid, directory) : runsByPs(pid, directory);

export function runsByProc(pid: number, directory: string): boolean {
  try {
    // "4711 (postgres) S ...": https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const [, name, state] = /\((.*)\) (.)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    if (name !== "postgres" || state === "Z" || state === "X") return false;
    return readlinkSync(`/proc/${pid}/cwd`) === directory;
  } catch (error) {
    if (codeOf(error) === "EACCES") return true; // another user's: not ours to judge, and alive
    return false;
  }
}

/** For systems without /proc. PostgreSQL was started with its directory as an argument. */
export function runsByPs(pid: number, directory: string): boolean {
  const { stdout } = spawnSync("ps", ["-ww", "-o", "stat=", "-o", "args=", "-p", String(pid)]);
  const [, state = "Z", args = ""] = /^\s*(\S+)\s+(.*)/.exec(String(stdout)) ?? [];
  return !state.startsWith("Z") && args.includes("postgres") && args.includes(directory);
}

/** Whether a user without rights of its own gets into `path`: every directory above it lets others through. */
export function isOpenToOthers(path: string): boolean {
  const { mode } = statSync(path);
  if ((mode & 0o001) === 0) return false;
  return dirname(path) === path || isOpenToOthers(dirname(path));
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;

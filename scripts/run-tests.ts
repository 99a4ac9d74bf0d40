/**
 * Runs the tests, or those that the arguments name (paths, or options of `bun test`), each file isolated, as many at
 * a time as there are cores. The last line is `N passed, N failed, N skipped`.
 */
import { variableNames } from "#platform/config";
import { closingLine, readSummary } from "./test-summary.ts";

/** A test that needs longer says so itself. */
const TEST_TIMEOUT_MS = 30_000;
/** The summary stands within the last of what bun test prints. */
const SUMMARY_TAIL_CHARS = 4096;

const env: NodeJS.ProcessEnv = { ...process.env };
// What a developer has set for a server of theirs is no part of a test.
for (const name of variableNames) delete env[name];
// Piped, bun test would leave out its colours.
if (process.stderr.isTTY) env["FORCE_COLOR"] = "1";

const child = Bun.spawn(
  [
    process.execPath,
    // Nor is their .env file.
    "--no-env-file",
    "test",
    "--parallel",
    "--only-failures",
    `--timeout=${TEST_TIMEOUT_MS}`,
    ...Bun.argv.slice(2),
  ],
  {
    env,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "pipe",
  },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));

let tail = "";
const decoder = new TextDecoder();
for await (const chunk of child.stderr) {
  process.stderr.write(chunk);
  tail = (tail + decoder.decode(chunk, { stream: true })).slice(-SUMMARY_TAIL_CHARS);
}
const exitCode = await child.exited;

const { line, ok } = closingLine(readSummary(tail));
console.log(line);
process.exit(exitCode === 0 && !ok ? 1 : exitCode);

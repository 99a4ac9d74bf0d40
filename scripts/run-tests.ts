/**
 * Runs the tests, or those that the arguments name (paths, or options of `bun test`): each file isolated, as many at a
 * time as there are cores, all against one PostgreSQL cluster. The last line is `N passed, N failed, N skipped`.
 */
import { variableNames } from "#platform/config";
import { startTestCluster, testClusterVariable } from "../tests/support/test-cluster.ts";
import { closingLine, readSummary } from "./test-summary.ts";

/** What hangs is told; how busy the machine is decides nothing. A test that needs longer says so itself. */
const TEST_TIMEOUT_MS = 120_000;
/** The summary stands within the last of what bun test prints. */
const SUMMARY_TAIL_CHARS = 4096;

const args = Bun.argv.slice(2);
const paths = args.filter((arg) => !arg.startsWith("-"));
const onlyUnits = paths.length > 0 && paths.every((path) => path.startsWith("tests/unit"));
const cluster = onlyUnits ? null : await startTestCluster();
const run = Bun.spawn(
  [
    process.execPath,
    // A developer's .env is no part of a test.
    "--no-env-file",
    "test",
    "--parallel",
    "--only-failures",
    `--timeout=${TEST_TIMEOUT_MS}`,
    ...args,
  ],
  {
    env: environment(),
    stdin: "ignore",
    stderr: "pipe",
    stdout: "inherit",
  },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => run.kill(signal));

const tail = await forward(run.stderr);
const exitCode = await run.exited;
await cluster?.stop();

const { line, ok } = closingLine(readSummary(tail));
console.log(line);
process.exit(exitCode === 0 && !ok ? 1 : exitCode);

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (cluster !== null) env[testClusterVariable] = JSON.stringify(cluster.addresses);
  // Nor is what a developer has exported for a server of theirs.
  for (const name of variableNames) delete env[name];
  // Piped, bun test would leave out its colours.
  if (process.stderr.isTTY) env["FORCE_COLOR"] = "1";
  return env;
}

/** Shows what comes and returns the end of it. */
async function forward(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of stream) {
    process.stderr.write(chunk);
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-SUMMARY_TAIL_CHARS);
  }
  return tail;
}

/**
 * A backup of a million transactions, and the way back from it, by the commands that an operator types.
 *
 *   bun run bench:restore [--smoke]
 *
 * Both clusters are set up as the server sets up its own, fsync and all: here the disk counts. The backup is encrypted,
 * MainDB alone; the restore begins with an empty data directory and ends when a server may start.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newIdentity } from "#platform/age/identities";
import { openBenchApp } from "./support/bench-app.ts";
import { isSmoke, table } from "./support/figures.ts";
import { openBooks } from "./support/ledger-books.ts";

const transactions = isSmoke() ? 10_000 : 1_000_000;
const mebibyte = 1024 * 1024;

const target = mkdtempSync(join(tmpdir(), "fintrack-bench-restore-"));
const { identity, recipient } = await newIdentity();
const identityPath = join(target, "identity.txt");
writeFileSync(identityPath, `${identity}\n`, { mode: 0o600 });
const bench = await openBenchApp({});
try {
  await openBooks(bench.api, [100, transactions], { known: 1, checked: false });
  const [size] = await bench.api.sql<{ mib: number }[]>`
    select (pg_database_size(current_database()) / ${mebibyte})::int as mib`;
  const backup = await run(["backup"], { DATA_DIR: bench.directory, BACKUP_RECIPIENTS: recipient });
  const backups = join(bench.directory, "backups");
  const name = readdirSync(backups).find((file) => file.endsWith(".age"));
  if (name === undefined) throw new Error("there is no backup");
  const file = join(backups, name);
  const restore = await run(["restore", file, "--identity", identityPath], {
    DATA_DIR: join(target, "data"),
  });
  const mib = (bytes: number) => (bytes / mebibyte).toFixed(0);
  console.log(
    `## ${transactions} transactions: a database of ${size?.mib} MiB, a file of ${mib(statSync(file).size)} MiB\n`,
  );
  console.log(
    table(
      ["what", "s", "transactions a second", "most memory, MiB"],
      Object.entries({ "bun run backup": backup, "bun run restore": restore }).map(
        ([what, { seconds, maxRssBytes }]) => [
          what,
          seconds.toFixed(1),
          (transactions / seconds).toFixed(0),
          mib(maxRssBytes),
        ],
      ),
    ),
  );
  console.log(`\n## Of the restore\n`);
  console.log(
    table(
      ["done", "s"],
      restore.steps.map(([what, seconds]) => [what, seconds.toFixed(1)]),
    ),
  );
} finally {
  await bench.close();
  rmSync(target, { recursive: true, force: true });
}

type Run = {
  readonly seconds: number;
  readonly maxRssBytes: number;
  /** What each line began with, and when it came. */
  readonly steps: readonly (readonly [what: string, seconds: number])[];
};

async function run(args: readonly string[], variables: Record<string, string>): Promise<Run> {
  const beganMs = performance.now();
  const elapsed = () => (performance.now() - beganMs) / 1000;
  const child = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts", ...args], {
    cwd: join(import.meta.dir, ".."),
    env: { PATH: process.env["PATH"] ?? "", RATES_REFRESH: "off", ...variables },
    ...{ stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  });
  const steps: (readonly [string, number])[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout)
    for (const line of decoder.decode(chunk).split("\n"))
      if (line !== "") steps.push([line.split(":")[0] ?? "", elapsed()]);
  if ((await child.exited) !== 0) throw new Error(`${args[0]} failed`);
  return { seconds: elapsed(), maxRssBytes: child.resourceUsage()?.maxRSS ?? 0, steps };
}

/**
 * Conversions over HTTP with everything on (log lines, limits, metrics, headers), as ratios within one run.
 *
 *   bun run bench:http [--smoke]        needs wrk
 *
 * Aims: 0.35 of a plain Elysia route with the same validation, 0.25 of a bare Bun.serve, and p99 of 5 ms at 2,000
 * requests a second. The load generator shares the machine with the server.
 */
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#platform/kernel/clock";
import { keyPurposes } from "#platform/keyring/key-entries";
import { rotateKey } from "#platform/keyring/keyring";
import { isSmoke, median, table } from "./support/figures.ts";
import { describeLatencies, latencies, throughput } from "./support/load.ts";

const rounds = isSmoke() ? 1 : 5;
const seconds = isSmoke() ? 1 : 4;
const perSecond = isSmoke() ? 100 : 2000;
const path = "/v1/conversions?from=EUR&to=TRY&amount=12.34";
const root = join(import.meta.dir, "..");
const directory = mkdtempSync(join(tmpdir(), "fintrack-bench-"));
const firstPort = 20_000 + (process.pid % 20_000);
const log = openSync(join(directory, "server.log"), "w");

// As an operator would: a production start makes no keys by itself.
for (const purpose of Object.keys(keyPurposes))
  rotateKey(join(directory, "keys", "keyring.json"), purpose, { clock: systemClock });

const plain = (kind: string, port: number) =>
  start(
    [process.execPath, join(import.meta.dir, "support/plain-servers.ts"), kind, `${port}`],
    port,
    {},
  );
const servers = [
  { name: "Bun.serve, bare", ...(await plain("bun", firstPort)) },
  { name: "Elysia, same validation", ...(await plain("elysia", firstPort + 1)) },
  {
    name: "FinTrack",
    ...(await start([process.execPath, join(root, "src/main.ts")], firstPort + 2, {
      PORT: `${firstPort + 2}`,
      DATA_DIR: join(directory, "data"),
      FINTRACK_ENV: "production",
      PUBLIC_URL: `http://localhost:${firstPort + 2}`,
      KEYRING_FILE: join(directory, "keys", "keyring.json"),
      RATES_REFRESH: "off",
      READS_PER_MINUTE: "100000000",
      METRICS_PORT: `${firstPort + 3}`,
      METRICS_TOKEN: "a token for the bench",
    })),
  },
];
try {
  const results = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  for (const { url } of servers) await throughput(url, 1); // warm
  for (let round = 0; round < rounds; round++)
    for (const { name, url } of servers) results.get(name)?.push(await throughput(url, seconds));
  const rate = (name: string) => median(results.get(name) ?? []);
  const [bare, elysia, ours] = servers.map(({ name }) => rate(name));
  const ratio = (whole = 1) => ((ours ?? 0) / whole).toFixed(2);
  console.log(`## Conversions over HTTP: medians of ${rounds} rounds of ${seconds} s\n`);
  console.log(
    table(
      ["server", "requests a second", "FinTrack's share", "aim"],
      [
        ["Bun.serve, bare", `${Math.round(bare ?? 0)}`, ratio(bare), "0.25"],
        ["Elysia, same validation", `${Math.round(elysia ?? 0)}`, ratio(elysia), "0.35"],
        ["FinTrack", `${Math.round(ours ?? 0)}`, "", ""],
      ],
    ),
  );
  const url = servers.at(-1)?.url ?? "";
  await latencies(url, perSecond, 1); // warm
  const times = await latencies(url, perSecond, isSmoke() ? 2 : 15);
  console.log(`\nAt ${perSecond} requests a second: ${describeLatencies(times)} (aim: p99 5 ms)`);
} finally {
  for (const { child } of servers) child.kill("SIGTERM");
  await Promise.all(servers.map(({ child }) => child.exited));
  rmSync(directory, { recursive: true, force: true });
}

async function start(command: string[], port: number, environment: Record<string, string>) {
  // A real log file: writing it is part of the work.
  const child = Bun.spawn(command, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdout: log,
    stderr: "inherit",
  });
  const url = `http://localhost:${port}${path}`;
  for (let attempt = 0; attempt < 200; attempt++) {
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return { child, url };
    await Bun.sleep(50);
  }
  child.kill();
  throw new Error(`${command.join(" ")} did not answer`);
}

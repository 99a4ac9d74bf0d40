/**
 * Conversions over HTTP with everything on (log lines, limits, metrics, headers), as ratios within one run.
 *
 *   bun run bench:http [--smoke]        needs wrk
 *
 * Aims: 0.35 of a plain Elysia route with the same validation, 0.25 of a bare Bun.serve, and p99 of 5 ms at 2,000
 * requests a second. The load generator shares the machine with the server.
 */
import { join } from "node:path";
import { freePort } from "../tests/support/free-port.ts";
import { isSmoke, median, table } from "./support/figures.ts";
import { describeLatencies, latencies, throughput } from "./support/load.ts";
import { openBenchDirectory } from "./support/server.ts";

const rounds = isSmoke() ? 1 : 5;
const seconds = isSmoke() ? 1 : 4;
const perSecond = isSmoke() ? 100 : 2000;
const path = "/v1/conversions?from=EUR&to=TRY&amount=12.34";
const bench = openBenchDirectory();

const plain = async (kind: string) => {
  const port = freePort();
  const url = `http://localhost:${port}${path}`;
  const program = join(import.meta.dir, "support/plain-servers.ts");
  await bench.start([process.execPath, program, kind, `${port}`], url);
  return url;
};
try {
  const servers = [
    { name: "Bun.serve, bare", url: await plain("bun") },
    { name: "Elysia, same validation", url: await plain("elysia") },
    { name: "FinTrack", url: `${(await bench.startFinTrack()).origin}${path}` },
  ];
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
  await bench.close();
}

/**
 * What a recording costs on its way: how fast it is taken, encrypted, beside a plain server that writes the same bytes to
 * a file; what becomes of others meanwhile; whether its end is read as fast as its beginning; and how much memory the
 * server takes for all of it. Sent and asked for by processes of their own.
 *
 *   bun run bench:evidence [--smoke] [--s3]
 *
 * A recording has 500 MiB, with `--s3` 100: that server is one for tests, and slower than what is measured.
 */
import { join } from "node:path";
import type { DebtEvidence } from "#modules/gbs/contract";
import { mebibyte, recorderOf } from "../tests/support/evidence.ts";
import { freePort } from "../tests/support/free-port.ts";
import { type DebtUser, expected } from "../tests/support/gbs.ts";
import { farOffer, handOverWorld } from "../tests/support/hand-over.ts";
import { signIn } from "../tests/support/identity.ts";
import { peakBytes } from "../tests/support/long-recording.ts";
import { databaseVariables } from "../tests/support/main-process.ts";
import { watch } from "../tests/support/operators.ts";
import { openS3Server, s3Environment } from "../tests/support/s3-server.ts";
import { openBenchApp } from "./support/bench-app.ts";
import { isSmoke, median, percentile, table } from "./support/figures.ts";
import { askAtRate } from "./support/load.ts";
import { openBenchDirectory } from "./support/server.ts";

const onS3 = Bun.argv.includes("--s3");
/** The S3 server of the tests keeps all in memory, and is slow: it gets less. */
const fullSize = onS3 ? 100 : 500;
const sizeBytes = (isSmoke() ? 10 : fullSize) * mebibyte;
const rounds = isSmoke() ? 1 : 3;
const rangesAsked = isSmoke() ? 20 : 400;
const rangeBytes = 64 * 1024;
/** From the beginning and from the end, where ranges are asked for. */
const edgeBytes = 8 * mebibyte;
const perSecond = 100;
const idleSeconds = isSmoke() ? 1 : 8;
/** A line of 100 Mbit a second; what is sent over it takes as long as others are asked without it. */
const lineMebibytes = 12;
const overLineBytes = lineMebibytes * idleSeconds * mebibyte;
const maxWaitMs = 300_000;
type Pace = { readonly bytes: number; readonly mebibytes?: number };
const atOnce: Pace = { bytes: sizeBytes };
const overLine: Pace = { bytes: overLineBytes, mebibytes: lineMebibytes };
const aims = { share: 0.5, edge: 1, beside: 1.2, memory: 100 * mebibyte };

const s3 = onS3 ? await openS3Server() : null;
const stores = s3 ? s3Environment(await s3.openBuckets()) : {};
const environment = { DEFAULT_PLAN: "pro", GBS_EVIDENCE: "video", ...stores };
const bench = openBenchDirectory();
const { api, directory, close } = await openBenchApp({}, environment);
try {
  api.clock.set(new Date().toISOString());
  const world = await handOverWorld(api);
  const { borrower, lender } = world.pair;
  // One to begin with, one a round, and two a round beside which others ask.
  const debts: string[] = [];
  for (let made = 0; made < 3 * rounds + 1; made += 1)
    debts.push((await world.pair.accepted(farOffer)).id);
  const nextDebt = (): string => debts.pop() ?? "";

  const port = freePort();
  const origin = `http://127.0.0.1:${port}`;
  const root = join(import.meta.dir, "..");
  const pid = await bench.start(
    [process.execPath, join(root, "src/main.ts")],
    `${origin}/health/ready`,
    {
      ...{ ...databaseVariables(api.databases), ...environment },
      RELAY_DATABASE_URL: api.databases.main.url("relay"),
      RELAY_LOG_DATABASE_URL: api.databases.log.url("relay"),
      ...{ DATA_DIR: api.dataDir, KEYRING_FILE: join(directory, "bench-keyring.json") },
      ...{ FINTRACK_ENV: "production", PUBLIC_URL: origin, PORT: `${port}` },
      ...{ SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "FinTrack <no-reply@example.org>" },
      ...{
        RATES_REFRESH: "off",
        READS_PER_MINUTE: "100000000",
        METRICS_TOKEN: "a token for the bench",
      },
    },
  );
  /** For this server, which is not the one that signed the others in. */
  const tokenOf = async ({ user }: Pick<DebtUser, "user">) =>
    (await signIn({ ...api, url: origin }, user)).accessToken;
  const plainPort = freePort();
  const plain = `http://127.0.0.1:${plainPort}`;
  const servers = join(import.meta.dir, "support/plain-servers.ts");
  await bench.start([process.execPath, servers, "upload", `${plainPort}`], `${plain}/ready`);

  /** Seconds that a process of its own takes to send all of it, in large requests. */
  async function sent(url: string, token: string, pace: Pace = atOnce): Promise<number> {
    const script = join(import.meta.dir, "support/send-recording.ts");
    const args = [`${pace.bytes}`, ...(pace.mebibytes ? [`${pace.mebibytes}`] : [])];
    const child = Bun.spawn([process.execPath, script, url, ...args], {
      ...{ env: { ...process.env, TOKEN: token }, stderr: "inherit" },
    });
    const told = await new Response(child.stdout).text();
    if ((await child.exited) !== 0) throw new Error(`${url} was not sent`);
    return Number(told);
  }
  const recorder = recorderOf(api, borrower);
  async function upload(pace: Pace = atOnce): Promise<{
    readonly seconds: number;
    readonly evidenceId: string;
    readonly debtId: string;
  }> {
    const debtId = nextDebt();
    const { id } = await recorder.begin(debtId, pace.bytes);
    const url = `${origin}/v1/evidence-uploads/${id}`;
    const seconds = await sent(url, await tokenOf(borrower), pace);
    return { seconds, evidenceId: id, debtId };
  }
  async function untilReadBack(id: string): Promise<void> {
    const deadline = performance.now() + maxWaitMs;
    while ((await recorder.state(id)).state !== "submitted") {
      if (performance.now() > deadline) throw new Error("a recording was not read back");
      await Bun.sleep(100);
    }
  }

  const lenderHeaders = { authorization: `Bearer ${await tokenOf(lender)}` };
  const urls = ["/v1/debts?limit=20", `/v1/debts/${debts[0]}`].map((path) => `${origin}${path}`);
  const ask = (goesOn: () => boolean) => askAtRate(urls, perSecond, goesOn, lenderHeaders);
  const idle = () => {
    const until = performance.now() + idleSeconds * 1000;
    return ask(() => performance.now() < until);
  };

  await idle();
  peakBytes(pid);
  const idleBytes = peakBytes(pid);
  const grown = () => `${((peakBytes(pid) - idleBytes) / mebibyte).toFixed(0)} MiB`;
  const first = await upload();
  await untilReadBack(first.evidenceId);
  const memory = [["upload and reading back", grown()]];

  // Before the rest: what thousands of requests leave behind is no matter of recordings.
  await world.decided(first.evidenceId, "approve");
  const debt = await lender.debt(first.debtId);
  const { key } = await world.seal({ debt });
  await world.declareDefault({ debt });
  const started = expected(201, await world.lender.unlock(debt.id, key));
  const { items }: DebtEvidence = await world.pair.evidenceOf(lender, debt.id);
  if (items[0]?.access !== "sealed") throw new Error("it is not sealed");
  for (const [what, path] of [
    ["download", `/v1/debts/${debt.id}/evidence/file`],
    ["dossier", `/v1/debts/${debt.id}/dossier`],
  ] as const) {
    peakBytes(pid);
    const response = await fetch(`${origin}${path}`, { headers: lenderHeaders });
    let size = 0;
    for await (const bytes of response.body ?? []) size += bytes.length;
    if (!response.ok || size < sizeBytes) throw new Error(`the ${what} is not whole`);
    memory.push([what, grown()]);
  }

  console.log(
    `## Recordings of ${sizeBytes / mebibyte} MiB${s3 ? ", on the S3 server of the tests" : ""}, ${rounds} rounds\n`,
  );
  const seconds: Record<"encrypted" | "plain", number[]> = { encrypted: [], plain: [] };
  for (let round = 0; round < rounds; round += 1) {
    seconds.plain.push(await sent(`${plain}/uploads/${round}`, "none"));
    const made = await upload();
    seconds.encrypted.push(made.seconds);
    await untilReadBack(made.evidenceId);
  }
  const rate = (values: readonly number[]) => sizeBytes / mebibyte / median(values);
  const share = rate(seconds.encrypted) / rate(seconds.plain);
  console.log(
    table(
      ["server", "MiB a second", "share", "aim"],
      [
        ["a plain route to a file", rate(seconds.plain).toFixed(0), "", ""],
        [
          "FinTrack, encrypted",
          rate(seconds.encrypted).toFixed(0),
          share.toFixed(2),
          aims.share.toFixed(2),
        ],
      ],
    ),
  );

  type Beside = Record<"idle" | "meanwhile" | "ratio", number[]>;
  const beside = new Map<Pace, Beside>(
    [atOnce, overLine].map((pace) => [pace, { idle: [], meanwhile: [], ratio: [] }]),
  );
  for (let round = 0; round < rounds; round += 1)
    for (const [pace, { idle: before, meanwhile, ratio }] of beside) {
      const quiet = await idle();
      let isSent = false;
      const uploading = upload(pace).finally(() => {
        isSent = true;
      });
      const times = await ask(() => !isSent);
      await untilReadBack((await uploading).evidenceId);
      quiet.push(...(await idle()));
      const [p99Idle, p99] = [percentile(quiet, 0.99), percentile(times, 0.99)];
      before.push(p99Idle);
      meanwhile.push(p99);
      ratio.push(p99 / p99Idle);
    }
  console.log(`\n## Others, ${perSecond} requests a second, p99 in ms\n`);
  console.log(
    table(
      ["sent", "idle", "during an upload", "of idle", "aim"],
      [...beside].map(([pace, { idle: before, meanwhile, ratio }]) => [
        pace.mebibytes ? `at ${pace.mebibytes} MiB a second` : "as fast as it is taken",
        ...[before, meanwhile, ratio].map((all) => median(all).toFixed(2)),
        aims.beside.toFixed(2),
      ]),
    ),
  );

  const edges: Record<"begin" | "end", number[]> = { begin: [], end: [] };
  for (let asked = 0; asked < rangesAsked; asked += 1)
    for (const edge of ["begin", "end"] as const) {
      const offset = Math.floor(((asked * 7919) % 1000) * ((edgeBytes - rangeBytes) / 1000));
      const from = edge === "begin" ? offset : sizeBytes - edgeBytes + offset;
      const began = performance.now();
      const range = `bytes=${from}-${from + rangeBytes - 1}`;
      const response = await watch({ url: origin }, started, { range });
      const { length } = await response.bytes();
      if (response.status !== 206 || length !== rangeBytes) throw new Error("not the range");
      edges[edge].push(performance.now() - began);
    }
  console.log(`\n## Ranges of ${rangeBytes / 1024} KiB, ms\n`);
  const cells = (share: number) => {
    const [begin, end] = [percentile(edges.begin, share), percentile(edges.end, share)];
    return [begin.toFixed(2), end.toFixed(2), (end / begin).toFixed(2), aims.edge.toFixed(2)];
  };
  console.log(
    table(
      ["", "at the beginning", "at the end", "ratio", "aim"],
      [
        ["p50", ...cells(0.5)],
        ["p99", ...cells(0.99)],
      ],
    ),
  );

  console.log(`\n## Memory at most, beyond the ${(idleBytes / mebibyte).toFixed(0)} MiB of idle\n`);
  const aim = `${aims.memory / mebibyte} MiB`;
  console.log(
    table(
      ["what", "grown by", "aim"],
      memory.map((cells) => [...cells, aim]),
    ),
  );
} finally {
  await bench.close();
  await close();
  await s3?.close();
}

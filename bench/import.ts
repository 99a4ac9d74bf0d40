/**
 * What a bank's file of 200,000 rows and 50 MB takes from upload to undo, how much memory the server has meanwhile, and
 * what becomes of somebody else who writes into the same account.
 *
 *   bun run bench:import [--smoke]
 */
import { openAccounts } from "./support/account.ts";
import { isSmoke, table } from "./support/figures.ts";
import { openBenchDirectory } from "./support/server.ts";

const rows = isSmoke() ? 2_000 : 200_000;
const rowsPerPiece = 1_000;
/** Makes 200,000 rows nearly 50 MB. */
const filling = "Verwendungszweck ".repeat(12);
const maxWaitMs = 20 * 60_000;
/** Of the other writer, between two transactions. */
const pauseMs = 100;
const bench = openBenchDirectory();
const accounts = await openAccounts();

/** Made piece by piece: the bench has no 50 MB either. */
async function* file(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode("Date;Amount;Payee;Description\n");
  for (let at = 0; at < rows; at += rowsPerPiece)
    yield encoder.encode(
      Array.from({ length: rowsPerPiece }, (_, index) => lineOf(at + index)).join(""),
    );
}
function lineOf(n: number): string {
  const day = new Date(Date.UTC(2016, 0, 1 + (n % 3650))).toISOString().slice(0, 10);
  const amount = `${n % 7 === 0 ? "" : "-"}${(n % 977) + 1}.${String(n % 100).padStart(2, "0")}`;
  return `${day};${amount};Payee ${n % 5000};${filling}${n}\n`;
}

/** 0 when it was asked too often. */
async function memoryMb(metricsUrl: string): Promise<number> {
  const answer = await fetch(metricsUrl, {
    headers: { authorization: "Bearer a token for the bench" },
  });
  const line = /^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(await answer.text());
  return Number(line?.[1] ?? 0) / 2 ** 20;
}

try {
  const { origin, metricsUrl } = await bench.startFinTrack({ SMTP_URL: accounts.smtpUrl });
  const { accessToken } = await accounts.register(origin);
  type Import = {
    readonly id: string;
    readonly state: string;
    readonly version: number;
    readonly sizeBytes: number;
    readonly counts: object | null;
    readonly failure: object | null;
  };
  async function send<T>(method: string, path: string, init: RequestInit = {}): Promise<T> {
    const headers = { authorization: `Bearer ${accessToken}`, ...init.headers };
    const response = await fetch(`${origin}${path}`, { ...init, method, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  const account = await send<{ id: string }>("POST", "/v1/accounts", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      kind: "checking",
      name: "Bench",
      currency: "EUR",
      openingDate: "2016-01-01",
    }),
  });

  let peakMb = 0;
  const timer = setInterval(() => {
    void memoryMb(metricsUrl).then((mb) => {
      peakMb = Math.max(peakMb, mb);
    });
  }, 250);
  const measured: string[][] = [];
  async function measure<T>(what: string, work: () => Promise<T>): Promise<T> {
    peakMb = 0;
    const writer = startWriter();
    const began = performance.now();
    const result = await work();
    const seconds = (performance.now() - began) / 1000;
    const { refused, times } = await writer.stop();
    const slowest = times.length === 0 ? "" : `${Math.max(...times).toFixed(0)} ms`;
    measured.push([
      ...[what, `${seconds.toFixed(1)} s`, `${peakMb.toFixed(0)} MB`],
      ...[`${times.length}`, slowest, `${refused}`],
    ]);
    return result;
  }
  /** Somebody who writes into the same account, one transaction after the other. */
  function startWriter() {
    let goesOn = true;
    let refused = 0;
    const times: number[] = [];
    const body = JSON.stringify({
      ...{ kind: "expense", date: "2026-09-01", accountId: account.id, payee: "Somebody else" },
      amount: { amount: "0.07", currency: "EUR" },
    });
    async function write(): Promise<void> {
      while (goesOn) {
        const began = performance.now();
        const headers = {
          authorization: `Bearer ${accessToken}`,
          "content-type": "application/json",
        };
        const response = await fetch(`${origin}/v1/transactions`, {
          method: "POST",
          headers,
          body,
        });
        await response.arrayBuffer();
        if (response.status === 503) refused += 1;
        else if (!response.ok) throw new Error(`a transaction: ${response.status}`);
        else times.push(performance.now() - began);
        await Bun.sleep(pauseMs);
      }
    }
    const running = write();
    return {
      async stop() {
        goesOn = false;
        await running;
        return { refused, times };
      },
    };
  }
  async function settled(id: string, state: string): Promise<Import> {
    for (const deadline = performance.now() + maxWaitMs; performance.now() < deadline; ) {
      const found = await send<Import>("GET", `/v1/imports/${id}`);
      if (found.state === state) return found;
      if (found.failure !== null) throw new Error(JSON.stringify(found));
      await Bun.sleep(100);
    }
    throw new Error(`the import was not ${state} in time`);
  }
  const upload = () =>
    send<Import>("POST", `/v1/imports?accountId=${account.id}&fileName=bench.csv`, {
      headers: { "content-type": "text/csv" },
      body: new Response(file() as unknown as ReadableStream).body,
    } as RequestInit);
  const act = (seen: Import, action: string) =>
    send("POST", `/v1/imports/${seen.id}/${action}`, {
      headers: { "if-match": `"${seen.version}"` },
    });

  const idleMb = await memoryMb(metricsUrl);
  const sent = await measure("upload", upload);
  const read = await measure("read and judge", () => settled(sent.id, "ready"));
  const committed = await measure("commit", async () => {
    await act(read, "commit");
    return settled(read.id, "committed");
  });
  const again = await upload();
  const repeated = await measure("read and judge again", () => settled(again.id, "ready"));
  await measure("undo", async () => {
    await act(committed, "undo");
    return settled(committed.id, "undone");
  });
  clearInterval(timer);

  const size = (read.sizeBytes / 2 ** 20).toFixed(1);
  console.log(
    `## Importing ${rows} rows, ${size} MB; the server has ${idleMb.toFixed(0)} MB before\n`,
  );
  const head = ["step", "took", "memory at most", "others wrote", "slowest", "refused"];
  console.log(table(head, measured));
  console.log(
    `\nFound: ${JSON.stringify(read.counts)}, the second time ${JSON.stringify(repeated.counts)}.`,
  );
} finally {
  await bench.close();
  await accounts.close();
}

/**
 * What signing in costs, and what it costs everybody else: the time of one at a time, how many a second when many come
 * together, and how long a cheap request waits meanwhile.
 *
 *   bun run bench:sign-in [--smoke]
 */
import { openAccounts } from "./support/account.ts";
import { isSmoke, median, percentile, table } from "./support/figures.ts";
import { openBenchDirectory } from "./support/server.ts";

const times = isSmoke() ? 3 : 100;
const crowd = 64;
const crowdSeconds = isSmoke() ? 1 : 10;
const bench = openBenchDirectory();
const accounts = await openAccounts();
try {
  const { origin } = await bench.startFinTrack({ SMTP_URL: accounts.smtpUrl });
  const account = await accounts.register(origin);
  const signIn = (email: string, password: string) =>
    fetch(`${origin}/v1/auth/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
  const rows: string[][] = [];

  async function alone(what: string, status: number, attempt: (n: number) => Promise<Response>) {
    const took: number[] = [];
    for (let n = 0; n < times; n++) {
      const began = performance.now();
      const response = await attempt(n);
      took.push(performance.now() - began);
      if (response.status !== status) throw new Error(`${what} answered ${response.status}`);
    }
    rows.push([what, `${median(took).toFixed(1)} ms`, `${percentile(took, 0.95).toFixed(1)} ms`]);
  }
  await alone("the right password", 201, () => signIn(account.email, account.password));
  // Each address has five tries before it waits.
  await alone("an address without account", 401, (n) => signIn(`nobody-${n}@example.org`, "wrong"));

  const statuses = new Map<number, number>();
  const waits: number[] = [];
  const endMs = performance.now() + crowdSeconds * 1000;
  async function come(n: number): Promise<void> {
    for (let turn = 0; performance.now() < endMs; turn++) {
      const { status } = await signIn(`crowd-${n}-${turn}@example.org`, "wrong");
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 503) await Bun.sleep(100);
    }
  }
  async function read(): Promise<void> {
    while (performance.now() < endMs) {
      const began = performance.now();
      await (await fetch(`${origin}/v1/conversions?from=EUR&to=TRY&amount=1`)).arrayBuffer();
      waits.push(performance.now() - began);
      await Bun.sleep(10);
    }
  }
  await Promise.all([read(), ...Array.from({ length: crowd }, (_, n) => come(n))]);

  console.log(`## Signing in: ${times} times, one after the other\n`);
  console.log(table(["with", "median", "p95"], rows));
  const hashed = (statuses.get(401) ?? 0) / crowdSeconds;
  console.log(
    `\n${crowd} at a time: ${hashed.toFixed(1)} a second were checked, ${statuses.get(503) ?? 0} were told to come later;`,
    `a conversion meanwhile took ${median(waits).toFixed(1)} ms (p95 ${percentile(waits, 0.95).toFixed(1)} ms).`,
  );
} finally {
  await bench.close();
  await accounts.close();
}

/**
 * What it costs to know who asks: one route with a bearer token that the node remembers, beside the same route without
 * one, on one server in turns.
 *
 *   bun run bench:auth [--smoke]        needs wrk
 *
 * Aim: 0.9. The load generator shares the machine with the server.
 */
import { openAccounts } from "./support/account.ts";
import { isSmoke, median, table } from "./support/figures.ts";
import { throughput } from "./support/load.ts";
import { openBenchDirectory } from "./support/server.ts";

const rounds = isSmoke() ? 1 : 7;
const seconds = isSmoke() ? 1 : 4;
const bench = openBenchDirectory();
const accounts = await openAccounts();
try {
  const { origin } = await bench.startFinTrack({ SMTP_URL: accounts.smtpUrl });
  const { accessToken } = await accounts.register(origin);
  // Answered from memory, and open to everybody: nothing differs but the token.
  const url = `${origin}/v1/conversions?from=EUR&to=TRY&amount=12.34`;
  const authorization = `Bearer ${accessToken}`;
  const refused = await fetch(url, { headers: { authorization: `${authorization}x` } });
  if (refused.status !== 401) throw new Error("the token is not looked at");

  const without: number[] = [];
  const withToken: number[] = [];
  await throughput(url, 1, { authorization }); // warm
  for (let round = 0; round < rounds; round++) {
    without.push(await throughput(url, seconds));
    withToken.push(await throughput(url, seconds, { authorization }));
  }
  const ratios = without.map((rate, round) => (withToken[round] ?? 0) / rate);
  console.log(`## Requests with a token: medians of ${rounds} rounds of ${seconds} s\n`);
  console.log(
    table(
      ["requests", "a second", "share", "aim"],
      [
        ["without a token", `${Math.round(median(without))}`, "", ""],
        ["with one", `${Math.round(median(withToken))}`, median(ratios).toFixed(2), "0.90"],
      ],
    ),
  );
} finally {
  await bench.close();
  await accounts.close();
}

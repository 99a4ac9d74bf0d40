/**
 * Whether questions about the past stay cheap as history grows: each tenfold may cost at most 1.2 times.
 *
 *   bun bench/rate-history.ts [--smoke] [--rows 40000000]
 *
 * 200 currencies polled every ten minutes, rows in the order of polling; the asked range holds the same number of rows
 * at every size.
 */
import { createHistoryRepository } from "#modules/currency/storage/history.repository";
import { createRateRepository } from "#modules/currency/storage/rate.repository";
import type { CurrencyCode } from "#platform/kernel/money";
import { addSeconds, type Instant, parseInstant } from "#platform/kernel/time";
import { type BenchDatabase, openBenchDatabase } from "./support/bench-database.ts";
import { isSmoke, median, table } from "./support/figures.ts";

const codeCount = 200;
const pollSeconds = 600;
const origin = parseInstant("2020-01-01T00:00:00Z");
const sizes = isSmoke() ? [4_000, 40_000] : [400_000, 4_000_000, 40_000_000];
const samples = isSmoke() ? 20 : 400;
const rangeDays = 7;
const allCodes = Array.from(
  { length: codeCount },
  (_, c) => `C${`${c}`.padStart(3, "0")}` as CurrencyCode,
);

const rates = createRateRepository();
const history = createHistoryRepository();
const bench = await openBenchDatabase();
const results: { rows: number; medians: Record<string, number> }[] = [];
try {
  let polls = 0;
  await bench.owner`alter table currency.rates drop constraint rates_source_code_first_seen_pk`;
  for (const rows of sizes) {
    const wanted = rows / codeCount;
    await fill(bench, polls, wanted);
    polls = wanted;
    results.push({ rows, medians: await measure(bench, polls) });
  }
} finally {
  await bench.close();
}
const names = Object.keys(results[0]?.medians ?? {});
const rowsOfTable = names.map((name) => {
  const times = results.map(({ medians }) => medians[name] ?? Number.NaN);
  const growth = times
    .slice(1)
    .map((time, index) => `x ${(time / (times[index] ?? 1)).toFixed(2)}`);
  return [name, ...times.map((time) => `${time.toFixed(2)} ms`), ...growth];
});
const head = [
  "question",
  ...results.map(({ rows }) => `${rows.toLocaleString("en")} rows`),
  ...results.slice(1).map((_, index) => `growth ${index + 1}`),
];
console.log(`## History: medians of ${samples} questions; aim: each tenfold at most x 1.20\n`);
console.log(table(head, rowsOfTable));

async function fill({ owner }: BenchDatabase, from: number, until: number): Promise<void> {
  await owner`alter table currency.rates drop constraint if exists bench_key`;
  await owner`
    insert into currency.rates (source, code, first_seen, last_seen, multiplier, provider, direction, rate)
    select 'market', 'C' || lpad(c::text, 3, '0'), t.at, t.at, 1, 'coinbase', 'per_pivot',
      round((1 + c + (abs(hashint8(p * 1000 + c)) % 100000) / 1000000.0)::numeric, 8)
    from generate_series(${from}::bigint, ${until - 1}::bigint) p
    cross join lateral (select ${origin}::timestamptz + p * ${pollSeconds} * interval '1 second' as at) t
    cross join generate_series(0, ${codeCount - 1}) c`;
  await owner`alter table currency.rates add constraint bench_key primary key (source, code, first_seen)`;
  await owner`vacuum analyze currency.rates`;
}

async function measure(
  { database }: BenchDatabase,
  polls: number,
): Promise<Record<string, number>> {
  const span = polls * pollSeconds;
  const rangeSeconds = Math.min(rangeDays * 86_400, span / 2);
  // The same questions at every size, relative to the span: no luck in the draw.
  const draws = Array.from({ length: samples }, (_, index) => {
    const share = ((index * 2654435761) % 2 ** 32) / 2 ** 32;
    const code = (offset: number) =>
      `C${`${(index * 7 + offset) % codeCount}`.padStart(3, "0")}` as CurrencyCode;
    return {
      base: code(0),
      quote: code(3),
      at: addSeconds(origin, Math.floor(share * (span - 1))),
      from: addSeconds(origin, Math.floor(share * (span - rangeSeconds))),
    };
  });
  const { read } = database;
  const questions: Record<string, (draw: (typeof draws)[number]) => Promise<unknown>> = {
    "one pair at an instant": ({ base, quote, at }) =>
      rates.inForceAt(read, "market", [
        { code: base, at },
        { code: quote, at },
      ]),
    "all currencies at an instant": ({ at }) =>
      rates.inForce(read, { source: "market", codes: allCodes, at }),
    "200 changes of a pair": ({ base, quote, from }) =>
      history.changes(read, { source: "market", base, quote }, range(from, 200)),
    [`${rangeDays} days of a pair, open to close`]: ({ base, quote, from }) =>
      history.days(read, { source: "market", base, quote }, range(from, 0)),
  };
  const range = (from: Instant, limit: number) => ({
    from,
    until: addSeconds(from, rangeSeconds),
    limit,
  });
  const medians: Record<string, number> = {};
  for (const [name, ask] of Object.entries(questions)) {
    const times: number[] = [];
    for (const pass of ["warm", "timed"])
      for (const draw of draws) {
        const began = performance.now();
        await ask(draw);
        if (pass === "timed") times.push(performance.now() - began);
      }
    medians[name] = median(times);
  }
  return medians;
}

/**
 * What the 6th-decimal rule saves, on the real data set: rows, bytes with indexes, and how far off the history gets.
 *
 *   bun run bench:rates [--smoke]
 *
 * The source changes once a day. Polling it more often repeats the day's quotes, as a provider does. "naive" inserts
 * every quote of every poll.
 */

import type { Poll } from "#modules/currency/domain/apply-poll";
import { createCatalogue } from "#modules/currency/domain/catalogue";
import type { Significance } from "#modules/currency/domain/significant-change";
import { readCatalogueFile } from "#modules/currency/gateways/catalogue-file";
import { createRateRepository } from "#modules/currency/storage/rate.repository";
import { storePoll } from "#modules/currency/use-cases/store-poll";
import { systemContext } from "#platform/kernel/context";
import { addSeconds } from "#platform/kernel/time";
import { readFxDays } from "../tests/support/fx-days.ts";
import { type BenchDatabase, openBenchDatabase } from "./support/bench-database.ts";
import { isSmoke, percent, table } from "./support/figures.ts";

const days = readFxDays().slice(0, isSmoke() ? 2 : undefined);
const frequencies = isSmoke()
  ? [{ name: "daily", pollsPerDay: 1 }]
  : [
      { name: "daily", pollsPerDay: 1 },
      { name: "hourly", pollsPerDay: 24 },
      { name: "10 minutes", pollsPerDay: 144 },
    ];
const significances: readonly Significance[] = ["scaled", "plain"];
const ctx = systemContext("bench", "bench");
const kinds = await kindsOf();
const bench = await openBenchDatabase();
const sizes: string[][] = [];
const errors: string[][] = [];
try {
  for (const { name, pollsPerDay } of frequencies) {
    const naive = await storeNaively(bench, pollsPerDay);
    sizes.push([name, "naive", `${naive.rows}`, "", `${naive.bytes}`, ""]);
    for (const significance of significances) {
      const ruled = await storeByRule(bench, pollsPerDay, significance);
      const saved = (part: number, whole: number) => percent(1 - part / whole);
      sizes.push([
        ...[name, significance, `${ruled.rows}`, saved(ruled.rows, naive.rows)],
        ...[`${ruled.bytes}`, saved(ruled.bytes, naive.bytes)],
      ]);
      if (pollsPerDay === 1)
        for (const { kind, observations, rows, error } of await measure(bench))
          errors.push([
            significance,
            kind,
            `${observations}`,
            percent(1 - rows / observations),
            error,
          ]);
    }
  }
} finally {
  await bench.close();
}
console.log(
  `## Rates: ${days.length} days, ${days.reduce((sum, day) => sum + day.quotes.length, 0)} quotes a daily poll\n`,
);
console.log(
  table(["polls", "rule", "rows", "rows saved", "bytes with indexes", "bytes saved"], sizes),
);
console.log("\nThe saving one hears of is 40 % of the rows.\n");
console.log(
  table(["rule", "kind", "quotes", "rows saved, daily", "largest relative error"], errors),
);

function* polls(pollsPerDay: number): Generator<Poll> {
  for (const { at, quotes } of days)
    for (let index = 0; index < pollsPerDay; index++)
      yield {
        provider: "fawazahmed0",
        source: "market",
        direction: "per_pivot",
        seenAt: addSeconds(at, Math.floor((index * 86_400) / pollsPerDay)),
        asOf: at,
        quotes,
      };
}

async function storeByRule(
  { database, owner }: BenchDatabase,
  pollsPerDay: number,
  significance: Significance,
) {
  await owner`truncate currency.rates, currency.polls`;
  const rates = createRateRepository();
  const rules = {
    significance,
    maxJump: null,
    rankOf: () => 0,
    staleAfterSeconds: () => 86_400,
  };
  for (const poll of polls(pollsPerDay))
    await database.transact(ctx, (tx) =>
      storePoll({ rates, rules }, tx, poll, { origin: "import", trusted: true, others: [] }),
    );
  return sizeOf({ owner }, "currency.rates");
}

async function storeNaively({ owner }: BenchDatabase, pollsPerDay: number) {
  await owner`drop table if exists naive_rates`;
  await owner`create table naive_rates (id bigint generated always as identity primary key,
    code text not null, rate numeric not null, fetched_at timestamptz(3) not null)`;
  await owner`create index on naive_rates (code, fetched_at)`;
  for (const { seenAt, quotes } of polls(pollsPerDay))
    await owner`insert into naive_rates (code, rate, fetched_at)
      select code, rate::numeric, ${seenAt}::timestamptz
      from unnest(${quotes.map(({ code }) => code)}::text[], ${quotes.map(({ rate }) => rate)}::text[]) as q(code, rate)`;
  return sizeOf({ owner }, "naive_rates");
}

/** After VACUUM: what stays when the dead versions of extended rows are gone. */
async function sizeOf({ owner }: Pick<BenchDatabase, "owner">, name: string) {
  await owner.unsafe(`vacuum analyze ${name}`);
  const [row] = await owner.unsafe<{ rows: number; bytes: number }[]>(
    `select (select count(*)::int from ${name}) as rows, pg_total_relation_size('${name}')::int as bytes`,
  );
  if (!row) throw new Error("no size");
  return row;
}

/** The daily quotes against the row in force at each of them. */
async function measure({ owner }: BenchDatabase) {
  const observed = days.flatMap(({ at, quotes }) =>
    quotes.map(({ code, rate }) => ({ code, rate, at })),
  );
  const rows = await owner<{ code: string; error: string; rows: number }[]>`
    select o.code, max(abs(r.rate - o.rate) / o.rate)::text as error,
      (select count(*)::int from currency.rates where code = o.code) as rows
    from jsonb_to_recordset(${owner.json(observed.map((item) => ({ ...item })))}) as o(code text, rate numeric, at timestamptz)
    cross join lateral (select rate from currency.rates where source = 'market' and code = o.code
      and first_seen <= o.at order by first_seen desc limit 1) r
    group by o.code`;
  const counts = Map.groupBy(observed, ({ code }) => `${code}`);
  return [...Map.groupBy(rows, ({ code }) => kinds.get(code) ?? "other")].map(
    ([kind, members]) => ({
      kind,
      observations: members.reduce((sum, { code }) => sum + (counts.get(code)?.length ?? 0), 0),
      rows: members.reduce((sum, row) => sum + row.rows, 0),
      error: Math.max(...members.map(({ error }) => Number(error))).toExponential(1),
    }),
  );
}

async function kindsOf(): Promise<Map<string, string>> {
  const catalogue = createCatalogue(await readCatalogueFile());
  const codes = new Set(days.flatMap((day) => day.quotes.map(({ code }) => `${code}`)));
  return new Map([...codes].map((code) => [code, catalogue.find(code)?.kind ?? "other"]));
}

import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { createCatalogue } from "#modules/currency/domain/catalogue";
import { latestRates } from "#modules/currency/domain/latest-rates";
import { readCatalogueFile } from "#modules/currency/gateways/catalogue-file";
import { createRateRepository } from "#modules/currency/storage/rate.repository";
import { maxPairs, ratesAt } from "#modules/currency/use-cases/rates-at";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { openEmbeddedPostgres } from "#platform/db/embedded";
import { systemContext } from "#platform/kernel/context";
import {
  absolute,
  compareDecimals,
  type DecimalString,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
} from "#platform/kernel/decimal";
import { type CurrencyCode, parseCurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { RateList } from "../../support/currency-api.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { readFxDays } from "../../support/fx-days.ts";
import { databaseVariables, type MainProcess, spawnMain } from "../../support/main-process.ts";
import { fxFile, openRatesApp, type RatesApp } from "../../support/rates-app.ts";
import {
  cloneDatabases,
  closeDatabases,
  createTestClock,
  openTestApp,
  type TestApp,
  type TestAppOptions,
  type TestDatabases,
} from "../../support/test-app.ts";

const days = readFxDays();
const directory = mkdtempSync(join(tmpdir(), "fintrack-import-"));
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** As the command sees the world: no server runs, no rates came with it. */
async function openCommand(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await openTestApp({ ...options, started: false });
  undo.push(app.close);
  return app;
}
const importFile = (app: TestApp, ...args: string[]) => app.runCommand("rates:import", ...args);

/** Equal texts = equal tables. */
async function checksum(sql: postgres.Sql): Promise<string> {
  const sums = await Promise.all(
    ["rates", "polls", "quarantine"].map(
      (table) => sql<{ sum: string }[]>`
        select ${table} || ' ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum
        from ${sql(`currency.${table}`)} t`,
    ),
  );
  return sums.map(([row]) => row?.sum).join("\n");
}
const countPolls = async (sql: postgres.Sql) =>
  (await sql<{ n: number }[]>`select count(*)::int as n from currency.polls`)[0]?.n ?? 0;

let reference: TestApp;
let expected: string;
beforeAll(async () => {
  reference = await openTestApp({ started: false });
  await importFile(reference, fxFile);
  expected = await checksum(reference.sql);
});
afterAll(() => reference.close());

test("an import shows its progress and what it came to", async () => {
  const { code, lines } = await importFile(await openCommand(), fxFile);
  expect(code).toBe(0);
  expect(lines[0]).toBe("40 days, 13601 rates, 2026-08-09 to 2026-09-17");
  expect(lines.slice(1, -1)).toEqual([
    expect.stringMatching(/^2026-08-18: 10 of 40 days, \d+ rows$/),
    expect.stringMatching(/^2026-08-28: 20 of 40 days, \d+ rows$/),
    expect.stringMatching(/^2026-09-07: 30 of 40 days, \d+ rows$/),
    expect.stringMatching(/^2026-09-17: 40 of 40 days, \d+ rows$/),
  ]);
  const counted = /^done: 40 days \(0 .*, (\d+) new rows, (\d+) unchanged rates, 0 refused, 0 of/;
  const [, inserted, unchanged] = counted.exec(lines.at(-1) ?? "") ?? [];
  // XBT is another name of BTC and stands beside it; the dollar in dollars needs no row.
  const needless = days.flatMap(({ quotes }) =>
    quotes.filter(({ code }) => /^(XBT|USD)$/.test(code)),
  );
  expect(Number(inserted) + Number(unchanged)).toBe(13_601 - needless.length);
  expect(Number(unchanged)).toBeGreaterThan(500);
});

describe("every observed rate of every code and day", () => {
  /** What the file says, in the catalogue's codes: where two feeds mean one currency, the one named by its code. */
  async function observations() {
    const catalogue = createCatalogue(await readCatalogueFile());
    return days.flatMap(({ at, quotes }) => {
      const byCode = new Map<CurrencyCode, DecimalString>();
      for (const { code, rate } of quotes) {
        const known = catalogue.find(code)?.code;
        if (known === undefined) throw new Error(`${code} is not in the catalogue`);
        if (known === code || !byCode.has(known)) byCode.set(known, rate);
      }
      return [...byCode].map(([code, rate]) => ({ at, code, rate }));
    });
  }
  const usd = parseCurrencyCode("USD");

  async function reconstruct(app: TestApp, keys: readonly { at: Instant; code: CurrencyCode }[]) {
    const nothing = latestRates([], () => 0);
    const deps = {
      db: app.db,
      clock: app.clock,
      latest: { current: () => nothing, reload: async () => {} },
      rates: createRateRepository(),
      rules: {
        significance: "scaled" as const,
        maxJump: null,
        rankOf: () => 0,
        staleAfterSeconds: () => 0,
      },
    };
    const found = [];
    for (let from = 0; from < keys.length; from += maxPairs) {
      const pairs = keys
        .slice(from, from + maxPairs)
        .map(({ at, code }) => ({ base: usd, quote: code, at }));
      found.push(...(await ratesAt(deps, systemContext("test", "1"), { pairs, source: "market" })));
    }
    return found;
  }

  test.each(["scaled", "plain"] as const)(
    "comes back from the stored history within the %s rule's threshold",
    async (significance) => {
      const app =
        significance === "scaled"
          ? reference
          : await openCommand({ environment: { RATES_SIGNIFICANCE: significance } });
      if (app !== reference) await importFile(app, fxFile);
      const observed = await observations();
      expect(observed.length).toBeGreaterThan(13_500);
      const rates = await reconstruct(app, observed);
      const millionth = parseDecimal("0.000001");
      let exact = 0;
      for (const [index, { rate, code, at }] of observed.entries()) {
        const stored = rates[index]?.rate;
        if (stored === undefined) throw new Error("an observation is lost");
        const off = absolute(subtractDecimals(stored, rate));
        const below = (bound: DecimalString) => compareDecimals(off, bound) < 0;
        // 10^floor(log10 x) is at most x: the scaled threshold is never above a millionth of the stored rate.
        const within =
          below(millionth) &&
          (significance === "plain" || below(multiplyDecimals(millionth, stored)));
        if (!within) throw new Error(`${code} at ${at}: ${rate} came back as ${stored}`);
        if (compareDecimals(stored, rate) === 0) exact += 1;
      }
      expect(exact / observed.length).toBeGreaterThan(0.97);
    },
  );

  test("comes back the same whether asked one by one or in a batch", async () => {
    const observed = (await observations()).filter((_, index) => index % 977 === 0);
    const together = await reconstruct(reference, observed);
    for (const [index, one] of observed.entries())
      expect(await reconstruct(reference, [one])).toEqual([together[index] as never]);
  });

  test("is in a row that was seen on every day it spans: a day without the code is a hole", async () => {
    const [row] = await reference.sql`
      select count(*) filter (where multiplier > 1)::int as runs,
        count(*) filter (where last_seen - first_seen <> (multiplier - 1) * interval '1 day')::int as bridged
      from currency.rates`;
    expect(row).toMatchObject({ bridged: 0 });
    expect(row?.["runs"]).toBeGreaterThan(40);
  });
});

describe("imported twice is imported once", () => {
  test("one after the other", async () => {
    const app = await openCommand();
    await importFile(app, fxFile);
    const { code, lines } = await importFile(app, fxFile);
    expect([code, lines.at(-1)]).toEqual([
      0,
      "done: 40 days (40 were there before), 0 new rows, 0 unchanged rates, 0 refused, 0 of unknown currencies",
    ]);
    expect(await checksum(app.sql)).toBe(expected);
  });

  test("at the same time", async () => {
    const first = await openCommand();
    const second = await openCommand({ databases: first.databases });
    const runs = await Promise.all([importFile(first, fxFile), importFile(second, fxFile)]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(await checksum(first.sql)).toBe(expected);
  });

  test("in two files that overlap", async () => {
    const app = await openCommand();
    const rows = (await Bun.file(fxFile).text()).trim().split("\n");
    const upTo = (date: string) => rows.filter((row, index) => index === 0 || row < date);
    const early = join(directory, "early.csv");
    writeFileSync(early, upTo("2026-09-01").join("\n"));
    await importFile(app, early);
    const { lines } = await importFile(app, fxFile);
    expect(lines.at(-1)).toContain("(23 were there before)");
    expect(await checksum(app.sql)).toBe(expected);
  });
});

describe("a file that is no history of rates", () => {
  const good = "date,code,rate_per_USD\n2026-08-09,EUR,0.87\n";
  const broken: [what: string, content: string | Uint8Array, line: RegExp][] = [
    ["empty", "", /^line 1: the file is empty$/],
    ["without a header", "2026-08-09,EUR,0.87\n", /^line 1: the header must be/],
    ["per another base", good.replace("USD", "EUR"), /^line 1: rates must be per USD/],
    ["without rates", "date,code,rate_per_USD\n", /no usable rate/],
    ["with a date that does not exist", `${good}2026-02-30,EUR,0.9\n`, /^line 3: .*not a date/],
    ["with a rate that is no number", `${good}2026-08-10,EUR,1e-5\n`, /^line 3: .*not a plain/],
    ["with a column too many", `${good}2026-08-10,EUR,0.9,x\n`, /^line 3: there are 4 columns/],
    ["with a code twice a day", `${good}2026-08-09,EUR,0.88\n`, /^line 3: the code stands twice/],
    ["that goes back in time", `${good}2026-08-08,EUR,0.88\n`, /^line 3: dates must ascend/],
    ["that ends within a quote", `${good}2026-08-10,"EUR,0.88\n`, /^line \d+: /],
    ["that is not UTF-8", new Uint8Array([...Buffer.from(good), 0xff]), /^line 3: .*not UTF-8/],
    ["that is a spreadsheet", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), /^line 1: .*spreadsheet/],
  ];

  test.each(broken)("%s changes nothing and names the line", async (_what, content, line) => {
    const app = await openCommand();
    const path = join(directory, "broken.csv");
    writeFileSync(path, content);
    const { code, lines } = await importFile(app, path);
    expect(code).toBe(1);
    expect(lines.some((text) => line.test(text))).toBe(true);
    expect(lines.at(-1)).toBe("nothing was imported");
    expect(await countPolls(app.sql)).toBe(0);
  });

  test("for one bad line among thousands changes nothing at all", async () => {
    const app = await openCommand();
    const path = join(directory, "late-fault.csv");
    writeFileSync(path, `${await Bun.file(fxFile).text()}2026-09-18,EUR,free\n`);
    const { code, lines } = await importFile(app, path);
    expect([code, lines[0]]).toEqual([1, expect.stringMatching(/^line 13603: /)]);
    expect(await countPolls(app.sql)).toBe(0);
  });

  test("is not there, or not named", async () => {
    const app = await openCommand();
    expect(await importFile(app, join(directory, "nowhere.csv"))).toMatchObject({ code: 1 });
    for (const args of [[], [fxFile, "Not A Provider"], [fxFile, "mine", "and more"]]) {
      const { code, lines } = await importFile(app, ...args);
      expect([code, lines[1]]).toEqual([
        64,
        expect.stringContaining("usage: bun run rates:import <csv> [provider]"),
      ]);
    }
    expect(await countPolls(app.sql)).toBe(0);
  });
});

test("single rates that cannot be are refused and counted, the rest of the day is stored", async () => {
  const app = await openCommand();
  const path = join(directory, "odd.csv");
  const rows = ["EUR,0", "GBP,-1", "JPY,150", "NOSUCHCODE,1", "TRY,10"];
  const nextDay = ["JPY,400", "TRY,40"]; // jumps: whoever imports a file vouches for it
  const lines = [
    ...rows.map((row) => `2026-08-09,${row}`),
    ...nextDay.map((row) => `2026-08-10,${row}`),
  ];
  writeFileSync(path, ["date,code,rate_per_USD", ...lines, ""].join("\r\n"));
  const result = await importFile(app, path, "mine");
  expect(result.lines.at(-1)).toBe(
    "done: 2 days (0 were there before), 4 new rows, 0 unchanged rates, 2 refused, 1 of unknown currencies",
  );
  const stored = await app.sql`select code, rate::text, provider from currency.rates order by 1, 2`;
  expect([...stored]).toEqual([
    { code: "JPY", rate: "150", provider: "mine" },
    { code: "JPY", rate: "400", provider: "mine" },
    { code: "TRY", rate: "10", provider: "mine" },
    { code: "TRY", rate: "40", provider: "mine" },
  ]);
});

test("of two feeds of one currency the one that bears its code counts, wherever it stands", async () => {
  const app = await openCommand();
  const path = join(directory, "two-feeds.csv");
  const lines = ["2026-08-09,XBT,0.00002", "2026-08-09,BTC,0.00001", "2026-08-10,BTC,0.000011"];
  const more = ["2026-08-10,XBT,0.000022", "2026-08-11,XBT,0.000023"];
  writeFileSync(path, ["date,code,rate_per_USD", ...lines, ...more].join("\n"));
  await importFile(app, path);
  const stored =
    await app.sql`select rate::text from currency.rates where code = 'BTC' order by first_seen`;
  expect(stored.map((row) => row["rate"])).toEqual(["0.00001", "0.000011", "0.000023"]);
});

test("older history beneath newer rates changes nothing about the latest", async () => {
  const app = await openRatesApp({ environment: { RATES_PROVIDERS: "coinbase,ecb,tcmb" } });
  undo.push(app.close);
  app.quote("coinbase", { EUR: "0.8", JPY: "150", BTC: "0.00001" });
  app.quote("ecb", { USD: "1.25" });
  app.quote("tcmb", { USD: "48" });
  await app.refresh();
  const latest = async () => {
    const pages = ["", "&cursor=WyJMVkwiXQ"].map((cursor) =>
      app.get<RateList>(`/v1/rates?base=TRY&limit=200${cursor}`),
    );
    return (await Promise.all(pages)).flatMap(({ body }) => body.items);
  };
  const before = await latest();
  expect(before.length).toBeGreaterThan(300);

  expect((await importFile(app, fxFile)).lines.at(-1)).toContain("(1 were there before)");
  const after = new Map((await latest()).map((item) => [item.quote, item]));
  for (const item of before) expect(after.get(item.quote)).toEqual(item);
  // The past is there now; before it, nothing was.
  expect(await app.rate("USD", "JPY", { at: "2026-08-09T00:00:00Z" })).toMatchObject({
    legs: [{ provider: "fawazahmed0", observedAt: "2026-08-09T00:00:00.000Z" }],
  });
  expect(await app.get("/v1/rates?base=EUR&at=2026-08-08T23:59:59Z")).toMatchObject({
    status: 404,
  });
});

describe("a process that is killed", () => {
  const cloned = async (): Promise<TestDatabases> => {
    const databases = await cloneDatabases();
    undo.push(() => closeDatabases(databases));
    return databases;
  };
  const dataDir = () => mkdtempSync(join(directory, "data-"));
  const watch = (databases: TestDatabases) => {
    const options = postgresJsOptions(parseConnection(databases.main.ownerUrl));
    const sql = postgres({ ...options, max: 1, onnotice: () => {} });
    undo.push(() => sql.end());
    return sql;
  };
  const killedAtTheEnd = (child: MainProcess) => {
    undo.push(async () => {
      child.kill("SIGKILL");
      await child.ended;
    });
    return child;
  };

  /** An import of the file that is given no more than 25 of its 40 days: nobody who is to be killed in it is done before. */
  async function startHeldBack(environment: Readonly<Record<string, string>>) {
    const path = join(mkdtempSync(join(directory, "pipe-")), "rates.csv");
    Bun.spawnSync(["mkfifo", path]);
    const child = killedAtTheEnd(spawnMain(["rates:import", path], environment));
    const text = readFileSync(fxFile, "utf8");
    const give = async (content: string) => {
      const pipe = await open(path, "w");
      await pipe.writeFile(content);
      return pipe;
    };
    // It is checked as a whole, and then read again.
    await (await give(text)).close();
    await child.line(/^40 days, /);
    void give(text.slice(0, text.indexOf(`\n${days[25]?.date},`) + 1)).then(
      (pipe) => undo.push(() => pipe.close()),
      () => {}, // it was killed before it had read as much
    );
    return child;
  }

  test("during an import, at whatever moment, is completed by a second run", async () => {
    for (let kills = 0; kills < 4; kills += 1) {
      const databases = await cloned();
      const sql = watch(databases);
      const killAt = 1 + Math.floor(Math.random() * 15);
      const child = await startHeldBack({ ...databaseVariables(databases), DATA_DIR: dataDir() });
      while ((await countPolls(sql)) < killAt) await Bun.sleep(1);
      await Bun.sleep(Math.random() * 10);
      child.kill("SIGKILL");
      await child.ended;
      const stored = await eventually("its session has ended", async () => {
        const others = await sql`select 1 from pg_stat_activity
          where datname = current_database() and usename = 'fintrack_app'`;
        return others.length === 0 && (await countPolls(sql));
      });
      expect(stored).toBeLessThanOrEqual(25);
      // What it had reported as done is done.
      const [, reported = "0"] = /: (\d+) of 40 days/.exec(child.lines().at(-1) ?? "") ?? [];
      expect(stored).toBeGreaterThanOrEqual(Number(reported));

      const { code, lines } = await importFile(await openCommand({ databases }), fxFile);
      expect([code, lines.at(-1)]).toEqual([
        0,
        expect.stringContaining(`(${stored} were there before)`),
      ]);
      expect(await checksum(sql)).toBe(expected);
    }
  }, 180_000);

  test("with a database of its own leaves it whole", async () => {
    const environment = { DATA_DIR: dataDir() };
    const run = (...args: string[]) => killedAtTheEnd(spawnMain(args, environment));
    undo.push(async () => {
      const postgres = await openEmbeddedPostgres({
        dataDir: environment.DATA_DIR,
        mode: "server",
        log: { info: () => {}, warn: () => {} },
      });
      await postgres.close();
    });
    const first = await startHeldBack(environment);
    await first.line(/: 20 of 40 days/);
    first.kill("SIGKILL");
    expect(await first.ended).toBeNull();

    const second = run("rates:import", fxFile);
    expect(await second.ended).toBe(0);
    const [, present] = /\((\d+) were there before\)/.exec(second.lines().at(-1) ?? "") ?? [];
    expect(Number(present)).toBeGreaterThanOrEqual(20);

    const inside = await openEmbeddedPostgres({
      dataDir: environment.DATA_DIR,
      mode: "command",
      log: { info: () => {}, warn: () => {} },
    });
    const sql = postgres(postgresJsOptions(parseConnection(inside.url("owner", "main"))));
    expect(await checksum(sql)).toBe(expected);
    await sql.end();
    await inside.close();
  }, 180_000);

  describe("during a refresh", () => {
    /** An hour ago this installation had a refresh; a server that starts on it now finds its provider due. */
    async function installation(trouble: (app: RatesApp) => void) {
      const clock = createTestClock(new Date(Date.now() - 3_600_000).toISOString());
      const app = await openRatesApp({ clock, environment: { RATES_PROVIDERS: "coinbase" } });
      undo.push(app.close);
      app.quote("coinbase", { EUR: "0.8" });
      await app.refresh();
      app.fakes.coinbase.work();
      trouble(app);
      const port = freePort();
      const server = killedAtTheEnd(
        spawnMain([], {
          ...app.fakes.environment,
          ...databaseVariables(app.databases, { migrate: true }),
          ...{ RATES_PROVIDERS: "coinbase", PORT: `${port}`, DATA_DIR: dataDir() },
        }),
      );
      const asked = eventually("it asks", () => app.fakes.coinbase.requests.length > 0);
      return { app, server, asked, url: `http://127.0.0.1:${port}` };
    }
    const stored = (app: TestApp) =>
      app.sql`select rate::text, multiplier from currency.rates where provider = 'coinbase'`;

    /** The next node asks again as soon as the dead one's claim has run out, and not before. */
    async function nextNodeCompletes(app: RatesApp) {
      app.fakes.coinbase.work();
      app.quote("coinbase", { EUR: "0.81" });
      app.clock.set(new Date().toISOString());
      await app.refresh();
      expect(app.fakes.coinbase.requests).toHaveLength(0);
      app.clock.advance(90);
      await app.refresh();
      expect((await app.rate("USD", "EUR")).rate).toBe("0.81");
      expect([...(await stored(app))]).toEqual([
        { rate: "0.8", multiplier: 1 },
        { rate: "0.81", multiplier: 1 },
      ]);
    }

    test("while its provider is silent: what was stored stands, and the next run completes", async () => {
      const { app, server, asked, url } = await installation(({ fakes }) =>
        fakes.coinbase.stall("mid_body"),
      );
      await asked;
      await server.line(/is ready/);
      const answer = await fetch(`${url}/v1/rates?symbols=EUR`);
      expect(await answer.json()).toMatchObject({ items: [{ rate: "0.8", stale: true }] });
      server.kill("SIGKILL");
      await server.ended;
      expect([...(await stored(app))]).toEqual([{ rate: "0.8", multiplier: 1 }]);
      await nextNodeCompletes(app);
    }, 180_000);

    test("between the answer and the database: nothing of it is stored, and the next run completes", async () => {
      const { app, server, asked } = await installation((app) =>
        app.quote("coinbase", { EUR: "0.805" }),
      );
      let release = () => {};
      const locked = app.sql.begin(async (sql) => {
        await sql`select pg_advisory_xact_lock(hashtext('currency.rates'))`;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      });
      await asked;
      const launcher = postgres(
        postgresJsOptions(parseConnection(app.databases.main.url("launcher"))),
      );
      undo.push(() => launcher.end());
      await eventually("it waits to write", async () => {
        const waiting = await launcher`select 1 from pg_locks
          where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`;
        return waiting.length > 0;
      });
      server.kill("SIGKILL");
      await server.ended;
      release();
      await locked;
      expect([...(await stored(app))]).toEqual([{ rate: "0.8", multiplier: 1 }]);
      await nextNodeCompletes(app);
    }, 180_000);
  });
});

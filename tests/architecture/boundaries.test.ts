import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checkBoundaries } from "../../scripts/boundaries.ts";

type Files = Readonly<Record<string, string>>;

/** A small house in good order: two modules, the platform under them, the root over them. */
const house: Files = {
  "src/main.ts": 'import { app } from "./app.ts";\nexport const main = app;',
  "src/app.ts": `
    import type { CurrencyApi } from "#modules/currency/contract";
    import { createCurrency } from "#modules/currency/index";
    import { createLedger } from "#modules/ledger/index";
    import { take } from "#platform/attempts/attempts";
    import { open } from "#platform/db/client";
    export const app = [createCurrency, createLedger, open, take] as const;
    export type Api = CurrencyApi;`,
  "src/platform/kernel/money.ts":
    'import Big from "big.js";\nexport type Money = string;\nexport const one = Big;',
  "src/platform/db/client.ts":
    'import postgres from "postgres";\nexport type Tx = object;\nexport const open = postgres;',
  "src/platform/attempts/attempts.ts":
    'import { sql } from "drizzle-orm";\nexport type Rule = object;\nexport const take = sql;',
  "src/platform/jobs/jobs.ts": "export type Jobs = object;\nexport const queue = 1;",
  "src/platform/documents/model.ts": "export type Table = object;\nexport const one = 1;",
  "src/platform/documents/renderer.ts":
    'import type { Table } from "./model.ts";\nexport type Renderer = Table;',
  "src/platform/documents/render.worker.ts":
    'import { renderers } from "./renderers.ts";\nexport const made = renderers;',
  "src/platform/documents/renderers.ts":
    'import { pdf } from "./pdf/render-pdf.ts";\nexport const renderers = [pdf];',
  "src/platform/documents/pdf/render-pdf.ts": 'import lib from "pdf-lib";\nexport const pdf = lib;',
  "src/platform/http/server.ts": 'import { Elysia } from "elysia";\nexport const server = Elysia;',
  "src/platform/notify/notifications.ts": "export type Text = string;",
  "src/platform/config.ts": "export type Config = object;",
  "src/modules/currency/contract.ts":
    'import type { Money } from "#platform/kernel/money";\nexport type CurrencyApi = { m: Money };',
  "src/modules/currency/contract.admin.ts": "export type CurrencyAdminApi = object;",
  "src/modules/currency/index.ts": `
    export { createCurrency } from "./module.ts";
    export { tables } from "./storage/tables.ts";`,
  "src/modules/currency/operations.ts": `
    import { convert } from "./use-cases/convert.ts";
    export type Operations = { convert: typeof convert };
    export const operations: Operations = { convert };`,
  "src/modules/currency/deps.ts": `
    import type { Renderer } from "#platform/documents/renderer";
    import type { Jobs } from "#platform/jobs/jobs";
    import type { Feed } from "./gateways/feed.ts";
    import type { Rows } from "./storage/rate.repository.ts";
    export type CurrencyDeps = { jobs: Jobs; feed: Feed; rows: Rows; renderer: Renderer };`,
  "src/modules/currency/errors.ts":
    'import { one } from "#platform/kernel/money";\nexport const errors = one;',
  "src/modules/currency/module.ts": `
    import { queue } from "#platform/jobs/jobs";
    import { errors } from "./errors.ts";
    import { createFeed } from "./gateways/feed.ts";
    import { routes } from "./http/routes.ts";
    import { createRows } from "./storage/rate.repository.ts";
    import { notifications } from "./notifications.ts";
    import { operations } from "./operations.ts";
    import type { CurrencyAdminApi } from "./contract.admin.ts";
    export const createCurrency = [queue, errors, createFeed, routes, createRows, operations, notifications];
    export type Admin = CurrencyAdminApi;`,
  "src/modules/currency/bounds.ts": "export const maxRates = 1;",
  "src/modules/currency/verifier/verify.mjs":
    'import { readFileSync } from "node:fs";\nexport const read = readFileSync;',
  "src/modules/currency/domain/rate.ts": `
    import { one } from "#platform/documents/model";
    import { maxRates } from "../bounds.ts";
    import { errors } from "../errors.ts";
    export const rate = [errors, maxRates, one];`,
  "src/modules/currency/use-cases/convert.ts": `
    import type { Tx } from "#platform/db/client";
    import type { Renderer } from "#platform/documents/renderer";
    import type { CurrencyApi } from "../contract.ts";
    import type { CurrencyDeps } from "../deps.ts";
    import { rate } from "../domain/rate.ts";
    export const convert = (deps: CurrencyDeps, tx: Tx): CurrencyApi => ({ m: String([deps, tx, rate]) });
    export type R = Renderer;`,
  "src/modules/currency/http/routes.ts": `
    import { Elysia, t } from "elysia";
    import { server } from "#platform/http/server";
    import type { CurrencyApi } from "../contract.ts";
    import { maxRates } from "../bounds.ts";
    import type { Operations } from "../operations.ts";
    export const routes = (api: CurrencyApi & Operations) => [Elysia, t, server, api, maxRates];`,
  "src/modules/currency/storage/tables.ts":
    'import { pgSchema } from "drizzle-orm";\nexport const tables = pgSchema;',
  "src/modules/currency/storage/rate.repository.ts": `
    import type { Tx } from "#platform/db/client";
    import { rate } from "../domain/rate.ts";
    import { tables } from "./tables.ts";
    export type Rows = object;
    export const createRows = (tx: Tx) => [tx, rate, tables];`,
  "src/modules/currency/gateways/feed.ts": `
    import { lookup } from "node:dns";
    import Sdk from "some-sdk";
    import type { Config } from "#platform/config";
    export type Feed = Config;
    export const createFeed = [lookup, Sdk];`,
  "src/modules/currency/notifications.ts": `
    import type { Text } from "#platform/notify/notifications";
    import { en } from "./texts/en.ts";
    export const notifications: Text[] = [en];`,
  "src/modules/currency/texts/en.ts":
    'import type { Text } from "#platform/notify/notifications";\nexport const en: Text = "";',
  "src/modules/ledger/contract.ts": "export type LedgerApi = object;",
  "src/modules/ledger/index.ts": 'export { createLedger } from "./module.ts";',
  "src/modules/ledger/module.ts": `
    import type { CurrencyApi } from "#modules/currency/contract";
    import type { LedgerApi } from "./contract.ts";
    import { post } from "./use-cases/post.ts";
    export const createLedger = (currency: CurrencyApi): LedgerApi => [currency, post];`,
  "src/modules/ledger/use-cases/post.ts":
    'import type { Rule } from "#platform/attempts/attempts";\nexport type R = Rule;\nimport type { CurrencyApi } from "#modules/currency/contract";\nexport const post = (api: CurrencyApi) => api;',
};

const packages = [
  ...[
    "big.js",
    "drizzle-orm",
    "elysia",
    "nodemailer",
    "pdf-lib",
    "postgres",
    "pg",
    "pg-boss",
    "some-sdk",
  ],
];
const surroundings: Files = {
  "package.json": JSON.stringify({
    type: "module",
    imports: { "#platform/*": "./src/platform/*.ts", "#modules/*": "./src/modules/*.ts" },
    dependencies: Object.fromEntries(packages.map((name) => [name, "1.0.0"])),
    devDependencies: { "dev-only": "1.0.0" },
  }),
  ...Object.fromEntries(
    [...packages, "dev-only", "never-declared"].flatMap((name) => [
      [
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: "1.0.0", type: "module", exports: "./index.js" }),
      ],
      [
        `node_modules/${name}/index.js`,
        "export default 1; export const Elysia = 1, t = 1, pgSchema = 1;",
      ],
    ]),
  ),
};

let workDir: string;
beforeAll(() => {
  workDir = mkdtempSync(join(tmpdir(), "boundaries-"));
});
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

let built = 0;
/** A house of its own each time: the tool remembers what it resolved. */
function build(files: Files): string {
  const dir = join(workDir, `house-${built++}`);
  for (const [path, text] of Object.entries({ ...surroundings, ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  cpSync("tsconfig.json", join(dir, "tsconfig.json"));
  return dir;
}

const currency = (path: string) => `src/modules/currency/${path}`;
/** What somebody adds, at the top of which file, and the rules that must object. */
const breaches: readonly (readonly [line: string, file: string, ...rules: string[]])[] = [
  // One layer after the other
  ['import type { Config } from "#platform/config";', currency("contract.ts"), "layer-contract"],
  ['import type { Rate } from "./domain/rate.ts";', currency("contract.ts"), "layer-contract"],
  ['import type { Config } from "#platform/config";', currency("errors.ts"), "layer-errors"],
  ['import { one } from "#platform/kernel/money";', currency("bounds.ts"), "layer-bounds"],
  ['import type { Tx } from "#platform/db/client";', currency("domain/rate.ts"), "layer-domain"],
  [
    'import type { CurrencyDeps } from "../deps.ts";',
    currency("domain/rate.ts"),
    "layer-domain",
    "no-cycles",
  ],
  [
    'import { convert } from "../use-cases/convert.ts";',
    currency("domain/rate.ts"),
    "layer-domain",
    "no-cycles",
  ],
  ['import "some-sdk";', currency("domain/rate.ts"), "layer-domain", "libraries-in-gateways"],
  [
    'import { readFile } from "node:fs";',
    currency("domain/rate.ts"),
    "layer-domain",
    "portable-core",
  ],
  [
    'import { file } from "bun";',
    currency("use-cases/convert.ts"),
    "layer-use-cases",
    "portable-core",
  ],
  [
    'import { t } from "elysia";',
    currency("use-cases/convert.ts"),
    "layer-use-cases",
    "elysia-at-the-edge",
  ],
  [
    'import { server } from "#platform/http/server";',
    currency("use-cases/convert.ts"),
    "layer-use-cases",
  ],
  [
    'import { eq } from "drizzle-orm";',
    currency("use-cases/convert.ts"),
    "layer-use-cases",
    "sql-in-storage",
  ],
  [
    'import { tables } from "../storage/tables.ts";',
    currency("use-cases/convert.ts"),
    "layer-use-cases",
    "tables-in-storage",
  ],
  [
    'import { createFeed } from "../gateways/feed.ts";',
    currency("use-cases/convert.ts"),
    "layer-use-cases",
  ],
  [
    'import { open } from "#platform/db/client";',
    currency("use-cases/convert.ts"),
    "platform-types-only",
  ],
  [
    'import { queue } from "#platform/jobs/jobs";',
    currency("use-cases/convert.ts"),
    "platform-types-only",
  ],
  [
    'import { take } from "#platform/attempts/attempts";',
    currency("use-cases/convert.ts"),
    "platform-types-only",
  ],
  [
    'import type { Rule } from "#platform/attempts/attempts";',
    currency("gateways/feed.ts"),
    "gateways-see-outwards",
  ],
  ['import { convert } from "../use-cases/convert.ts";', currency("http/routes.ts"), "layer-http"],
  [
    'import { createRows } from "../storage/rate.repository.ts";',
    currency("http/routes.ts"),
    "layer-http",
  ],
  ['import type { Tx } from "#platform/db/client";', currency("http/routes.ts"), "layer-http"],
  [
    'import { server } from "#platform/http/server";',
    currency("storage/rate.repository.ts"),
    "layer-storage",
  ],
  [
    'import { t } from "elysia";',
    currency("storage/rate.repository.ts"),
    "layer-storage",
    "elysia-at-the-edge",
  ],
  [
    'import { createRows } from "../storage/rate.repository.ts";',
    currency("gateways/feed.ts"),
    "gateways-see-outwards",
  ],
  ['import pg from "pg";', currency("gateways/feed.ts"), "gateways-see-outwards", "sql-in-storage"],
  // Libraries in their places
  ['import pg from "pg";', currency("module.ts"), "sql-in-storage"],
  ['import { tables } from "./storage/tables.ts";', currency("module.ts"), "tables-in-storage"],
  ['import "some-sdk";', currency("module.ts"), "libraries-in-gateways"],
  ['import Boss from "pg-boss";', currency("gateways/feed.ts"), "pg-boss-in-jobs"],
  ['import Boss from "pg-boss";', "src/platform/db/client.ts", "pg-boss-in-jobs"],
  ['import pdf from "pdf-lib";', "src/platform/documents/renderer.ts", "documents-in-their-thread"],
  [
    'import { pdf } from "#platform/documents/pdf/render-pdf";',
    currency("module.ts"),
    "documents-in-their-thread",
  ],
  [
    'import { one } from "#platform/documents/model";',
    currency("use-cases/convert.ts"),
    "platform-types-only",
  ],
  ['import mail from "nodemailer";', currency("gateways/feed.ts"), "nodemailer-in-mail"],
  ['import type { Rate } from "./domain/rate.ts";', currency("notifications.ts"), "layer-texts"],
  ['import type { Config } from "#platform/config";', currency("texts/en.ts"), "layer-texts"],
  ['import { t } from "elysia";', "src/platform/db/client.ts", "elysia-at-the-edge"],
  ['import postgres from "postgres";', "src/platform/http/server.ts", "sql-in-storage"],
  ['import Big from "big.js";', "src/platform/db/client.ts", "decimals-in-kernel"],
  ['import { join } from "node:path";', currency("module.ts"), "portable-core"],
  ['import "dev-only";', "src/platform/db/client.ts", "declared-packages"],
  ['import "never-declared";', "src/platform/db/client.ts", "declared-packages"],
  // Module to module
  [
    'import type { LedgerApi } from "#modules/ledger/contract";',
    currency("module.ts"),
    "neighbours-of-currency",
  ],
  [
    'import type { post } from "#modules/ledger/use-cases/post";',
    currency("module.ts"),
    "neighbours-of-currency",
    "meet-in-contracts",
  ],
  [
    'import type { Rows } from "#modules/currency/storage/rate.repository";',
    "src/modules/ledger/module.ts",
    "meet-in-contracts",
  ],
  [
    'import { CurrencyApi } from "#modules/currency/contract";',
    "src/modules/ledger/module.ts",
    "contracts-by-type",
  ],
  [
    'import type { CurrencyAdminApi } from "#modules/currency/contract.admin";',
    "src/modules/ledger/module.ts",
    "admin-verbs-for-admin",
  ],
  [
    'import { createCurrency } from "#modules/currency/index";',
    "src/modules/ledger/module.ts",
    "meet-in-contracts",
    "only-root-opens-front-doors",
  ],
  // Root and platform
  [
    'import { convert } from "#modules/currency/use-cases/convert";',
    "src/app.ts",
    "root-uses-front-doors",
  ],
  ['import { app } from "../app.ts";', "src/platform/config.ts", "root-is-last", "no-cycles"],
  [
    'import type { CurrencyApi } from "#modules/currency/contract";',
    "src/platform/config.ts",
    "platform-knows-no-module",
  ],
  ['import type { Config } from "../config.ts";', "src/platform/kernel/money.ts", "kernel-is-pure"],
  ['import { join } from "node:path";', "src/platform/kernel/money.ts", "kernel-is-pure"],
  ['import "some-sdk";', "src/platform/kernel/money.ts", "kernel-is-pure"],
  // Verifiers
  [
    'import { maxRates } from "../bounds.ts";',
    currency("verifier/verify.mjs"),
    "verifier-stands-alone",
  ],
  [
    'import "some-sdk";',
    currency("verifier/verify.mjs"),
    "verifier-stands-alone",
    "libraries-in-gateways",
  ],
  [
    'import { read } from "../verifier/verify.mjs";',
    currency("gateways/feed.ts"),
    "verifier-is-given-away",
  ],
  // The whole
  [
    'import { routes } from "../../tests/support/cluster.ts";',
    "src/platform/config.ts",
    "src-stands-alone",
  ],
  ['import { gone } from "./gone.ts";', "src/platform/config.ts", "resolvable"],
  ['import type { Tx } from "./client.ts";', "src/platform/db/pool.ts", "no-dead-files"],
];

describe("the import rules", () => {
  test("accept a house in good order, and have read it", async () => {
    const report = await checkBoundaries(build(house));
    expect(report.breaches).toEqual([]);
    expect(report.files).toBe(Object.keys(house).length);
  });

  test.each(breaches)("object to %s in %s", async (line, file, ...rules) => {
    const planted = { "tests/support/cluster.ts": "export const routes = 1;", ...house };
    const report = await checkBoundaries(
      build({ ...planted, [file]: `${line}\n${house[file] ?? ""}` }),
    );
    expect([...new Set(report.breaches.map((breach) => breach.rule))].sort()).toEqual(
      [...rules].sort(),
    );
  });

  test("object to a module that is not declared, even one without imports", async () => {
    const alone = await checkBoundaries(
      build({ ...house, "src/modules/wallet/contract.ts": "export type W = 1;" }),
    );
    expect(alone.breaches.map((breach) => breach.rule).sort()).toEqual([
      "no-dead-files",
      "undeclared-folder",
    ]);
    const used = await checkBoundaries(
      build({
        ...house,
        "src/modules/wallet/index.ts": "export const w = 1;",
        "src/app.ts": `import { w } from "#modules/wallet/index";\n${house["src/app.ts"]}`,
      }),
    );
    expect(used.breaches.map((breach) => breach.rule).sort()).toEqual([
      "undeclared-folder",
      "undeclared-module",
    ]);
  });

  test("object to a file of a module outside its layers", async () => {
    const report = await checkBoundaries(
      build({
        ...house,
        [currency("services/rates.ts")]: "export const rates = 1;",
        [currency("module.ts")]:
          `import { rates } from "./services/rates.ts";\n${house[currency("module.ts")]}`,
      }),
    );
    expect(report.breaches.map((breach) => breach.rule)).toEqual(["unknown-place"]);
  });

  test("have each been broken above", async () => {
    const { default: config } = await import("../../.dependency-cruiser.mjs" as string);
    const names = config.forbidden.map((rule: { name: string }) => rule.name);
    const broken = new Set(breaches.flatMap(([, , ...rules]) => rules));
    const elsewhere = ["undeclared-module", "unknown-place"];
    expect(
      names.filter(
        (name: string) =>
          !broken.has(name) && !elsewhere.includes(name) && !name.startsWith("neighbours-of-"),
      ),
    ).toEqual([]);
  });
});

test("this house is in good order", async () => {
  const { files, breaches } = await checkBoundaries();
  expect(breaches).toEqual([]);
  expect(files).toBeGreaterThan(150);
}, 180_000);

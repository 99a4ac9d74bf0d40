/**
 * `bun scripts/make-dump.ts tests/fixtures/dumps/<number>-<name>`: starts a new installation of this very release, uses
 * it as people would, and keeps what both databases then hold, with its keys and with what is known of it. A release
 * that has changed tables leaves such a dump; tests/integration/db/kept-dumps.test.ts brings each to the newest tables.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openFakeRateProviders } from "../tests/support/fake-rate-providers.ts";
import type { DumpFacts } from "../tests/support/kept-dumps.ts";
import {
  endServerProcesses,
  runMain,
  startServerProcess,
} from "../tests/support/server-process.ts";
import { useCurrency } from "./dump/use-currency.ts";

const target = resolve(Bun.argv[2] ?? "");
if (Bun.argv[2] === undefined || existsSync(target)) {
  console.error("usage: bun scripts/make-dump.ts <new directory>");
  process.exit(2);
}

const dataDir = mkdtempSync(join(tmpdir(), "fintrack-dump-"));
const fakes = await openFakeRateProviders();
const variables = { DATA_DIR: dataDir, RATES_REFRESH: "on", ...fakes.environment };
const command = async (...args: readonly string[]) => {
  const { code, output } = await runMain(args, variables);
  if (code !== 0) throw new Error(`${args[0]} failed:\n${output}`);
};
try {
  const server = await startServerProcess(variables);
  const conversions = await useCurrency({ url: server.url, fakes, command });
  mkdirSync(target, { recursive: true });
  await command("db:snapshot", target);
  cpSync(join(dataDir, "keys", "keyring.json"), join(target, "keyring.json"));
  const facts: DumpFacts = { leftAt: new Date().toISOString(), conversions };
  writeFileSync(join(target, "dump.json"), `${JSON.stringify(facts, null, 2)}\n`);
} finally {
  await endServerProcesses();
  await fakes.close();
  rmSync(dataDir, { recursive: true, force: true });
}

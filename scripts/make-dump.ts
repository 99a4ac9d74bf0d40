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
import { openMailServer } from "../tests/support/mail-server.ts";
import {
  endServerProcesses,
  runMain,
  startServerProcess,
} from "../tests/support/server-process.ts";
import { useCurrency } from "./dump/use-currency.ts";
import { useGbs } from "./dump/use-gbs.ts";
import { useIdentity } from "./dump/use-identity.ts";
import { useLedger } from "./dump/use-ledger.ts";
import { useOperations } from "./dump/use-operations.ts";
import { useReports } from "./dump/use-reports.ts";

const target = resolve(Bun.argv[2] ?? "");
if (Bun.argv[2] === undefined || existsSync(target)) {
  console.error("usage: bun scripts/make-dump.ts <new directory>");
  process.exit(2);
}

const dataDir = mkdtempSync(join(tmpdir(), "fintrack-dump-"));
const fakes = await openFakeRateProviders();
const mails = await openMailServer();
const variables = {
  ...{ DATA_DIR: dataDir, SMTP_URL: mails.url, READS_PER_MINUTE: "6000" },
  ...{ RATES_REFRESH: "on", ...fakes.environment },
};
const command = async (...args: readonly string[]) => {
  const { code, output } = await runMain(args, variables);
  if (code !== 0) throw new Error(`${args[0]} failed:\n${output}`);
};
/** A command that asks: gets its answers from a pipe. */
async function typed(lines: readonly string[], ...args: readonly string[]): Promise<void> {
  const child = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts", ...args], {
    env: { ...process.env, ...variables },
    stdin: new Blob([`${lines.join("\n")}\n`]),
    stdout: "inherit",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) throw new Error(`${args[0]} failed`);
}

try {
  await startServerProcess({ ...variables, RATES_REFRESH: "off" });
  const began = join(dataDir, "began");
  await command("db:snapshot", began);
  await endServerProcesses();

  const { url } = await startServerProcess(variables);
  const conversions = await useCurrency({ url, fakes, command });
  const people = await useIdentity({ url, mails, command, typed });
  const [user, lender] = ["plus", "pro"].map((name) =>
    people.users.find(({ plan }) => plan === name),
  );
  if (!user || !lender) throw new Error("nobody has the plan Plus, or Pro");
  const [administrator, operator] = ["admin", "operator"].map((role) =>
    people.users.find(({ roles }) => roles.includes(role)),
  );
  if (!administrator || !operator) throw new Error("nobody administers, or looks at recordings");
  const ledger = await useLedger({ url, user });
  const reports = await useReports({ url, user });
  const gbs = await useGbs({ url, lender, borrower: user, operator });
  await useOperations({ url, administrator, command });
  mkdirSync(target, { recursive: true });
  await command("db:snapshot", target);
  // The trail of all that would be ten times the dump: LogDB is as it was before anybody came.
  rmSync(join(target, "log"), { recursive: true });
  cpSync(join(began, "log"), join(target, "log"), { recursive: true });
  cpSync(join(dataDir, "keys", "keyring.json"), join(target, "keyring.json"));
  const leftAt = new Date().toISOString();
  const facts: DumpFacts = { leftAt, conversions, ...people, ledger, reports, gbs };
  writeFileSync(join(target, "dump.json"), `${JSON.stringify(facts, null, 2)}\n`);
} finally {
  await endServerProcesses();
  await Promise.all([fakes.close(), mails.close()]);
  rmSync(dataDir, { recursive: true, force: true });
}

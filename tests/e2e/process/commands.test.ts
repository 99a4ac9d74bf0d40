import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import {
  endServerProcesses,
  freshDataDir,
  runMain,
  startServerProcess,
} from "../../support/server-process.ts";

const dataDirs: string[] = [];
const newDataDir = () => {
  const directory = freshDataDir();
  dataDirs.push(directory);
  return directory;
};
afterEach(endServerProcesses);
afterAll(() => {
  for (const directory of dataDirs) rmSync(directory, { recursive: true, force: true });
});

const legsOf = async (url: string) => ((await (await fetch(url)).json()) as { legs: unknown }).legs;

test("what a snapshot took comes back in another installation, whose jobs wait until they are resumed", async () => {
  const [from, to] = [newDataDir(), newDataDir()];
  const snapshot = join(newDataDir(), "snapshot");
  const past = "/v1/conversions?from=BTC&to=EUR&amount=1.00&at=2026-08-15T12:00:00Z";

  const source = await startServerProcess({ DATA_DIR: from });
  const imported = await runMain(["rates:import", "tests/fixtures/fx/rates.csv"], {
    DATA_DIR: from,
  });
  expect(imported.output).toContain("done: 40 days");
  const before = await legsOf(source.url + past);
  expect((await runMain(["db:snapshot", snapshot], { DATA_DIR: from })).code).toBe(0);
  source.kill("SIGTERM");
  await source.ended;

  const restored = await runMain(["db:restore", snapshot], { DATA_DIR: to });
  expect(restored.output).toContain("jobs:resume");
  const again = await runMain(["db:restore", snapshot], { DATA_DIR: to });
  expect([again.code, again.output]).toEqual([1, expect.stringContaining("not empty")]);

  const target = await startServerProcess({ DATA_DIR: to });
  expect(await legsOf(target.url + past)).toEqual(before);
  await target.line(/paused/);
  const resumed = await runMain(["jobs:resume"], { DATA_DIR: to });
  expect(resumed.output).toContain("resumed");
  target.kill("SIGTERM");
  expect(await target.ended).toBe(0);
}, 300_000);

test("a command that is called wrongly, or asked how, says so and touches nothing", async () => {
  const DATA_DIR = join(newDataDir(), "not made");
  for (const [name, ...args] of [
    ["backup", "--bogus"],
    ["backup:schedule", "now"],
    ["db:restore"],
    ["audit:verify", "--key"],
  ] as const) {
    const { code, output } = await runMain([name, ...args], { DATA_DIR });
    expect([code, output]).toEqual([64, expect.stringContaining(`usage: bun run ${name}`)]);
  }
  for (const name of ["backup", "migrate", "audit:resume", "keys:rotate"]) {
    const { code, output } = await runMain([name, "--help"], { DATA_DIR });
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^usage: bun run ${name} .+$`)),
    ]);
  }
  expect(existsSync(DATA_DIR)).toBe(false);

  const { code, output } = await runMain(["--help"], { DATA_DIR });
  expect(code).toBe(0);
  const scripts = Object.values(packageJson.scripts).flatMap(
    (script) => /^bun src\/main\.ts (\S+)$/.exec(script)?.[1] ?? [],
  );
  expect(scripts.length).toBeGreaterThan(10);
  for (const name of scripts) expect(output).toMatch(new RegExp(`^ {2}${name} `, "m"));
}, 300_000);

describe("keys", () => {
  test("are made by command in production, and a start without them says so", async () => {
    const directory = newDataDir();
    const KEYRING_FILE = join(directory, "keys", "keyring.json");
    const production = {
      FINTRACK_ENV: "production",
      SMTP_URL: "smtp://127.0.0.1:1",
      MAIL_FROM: "no-reply@example.org",
      PUBLIC_URL: "https://api.example.org",
      DATA_DIR: directory,
      KEYRING_FILE,
    };
    const refused = await runMain([], production);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("keys:create")]);
    expect((await runMain(["keys:create"], production)).output).toContain("audit-context");
    expect(statSync(KEYRING_FILE).mode & 0o777).toBe(0o600);
    expect((await runMain(["keys:create"], production)).output).toContain("nothing missing");
    expect((await runMain(["keys:rotate", "idempotency"], production)).output).toContain(
      "announced",
    );
    const unknown = await runMain(["keys:rotate", "nonsense"], production);
    expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining("audit-context")]);
  });
});

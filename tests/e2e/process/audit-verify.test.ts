import { afterAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { freshDataDir, runMain } from "../../support/server-process.ts";

const DATA_DIR = freshDataDir();
afterAll(() => rmSync(DATA_DIR, { recursive: true, force: true }));

test("a trail that cannot be read is not broken: audit:verify says so without a stack", async () => {
  const { code, output } = await runMain(["audit:verify"], { DATA_DIR });
  expect(code).toBe(69);
  expect(output).toContain("the audit trail could not be verified: ");
  expect(output).not.toMatch(/^\s+at /m);
}, 120_000);

test("whoever reads no further than the first line ends it in silence", async () => {
  expect((await runMain(["migrate"], { DATA_DIR })).code).toBe(0);
  const piped = Bun.spawn(
    ["bash", "-c", "set -o pipefail; bun src/main.ts audit:verify | true; echo $?"],
    { env: { ...process.env, DATA_DIR }, stdout: "pipe", stderr: "pipe" },
  );
  const [out, err] = await Promise.all([
    new Response(piped.stdout).text(),
    new Response(piped.stderr).text(),
  ]);
  expect(out.trim()).toBe("141");
  expect(err).toBe("");
}, 120_000);

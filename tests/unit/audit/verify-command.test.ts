import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuditCommands } from "#platform/audit/commands";
import type { Reader } from "#platform/db/database";
import { systemClock } from "#platform/kernel/clock";
import { systemContext } from "#platform/kernel/context";
import { createTypedTerminal } from "../../support/typed-terminal.ts";

const directory = mkdtempSync(join(tmpdir(), "ft-verify-command-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Of a LogDB that answers each query with this. */
async function verify(args: readonly string[], answer: () => Promise<unknown>) {
  const [command] = createAuditCommands({
    log: { read: { execute: answer } as never as Reader },
    connections: null,
    keyring: { pairs: () => [] },
    ...{ clock: systemClock, dataDir: directory },
  });
  const lines: string[] = [];
  const terminal = createTypedTerminal({ isInteractive: true });
  const ctx = systemContext("command:audit:verify", "r");
  const code = await command?.run(ctx, args, (line) => void lines.push(line), terminal);
  return { code, text: lines.join("\n") };
}
const nothing = async () => [];

test.each([
  ["is away", Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })],
  ["does not know us", new Error('password authentication failed for user "reader"')],
  ["takes too long", new Error("canceling statement due to statement timeout")],
])("a LogDB that %s leaves the trail unverified, which is not broken", async (_, cause) => {
  const failed = new Error("Failed query: select 1\nparams: ", { cause });
  const { code, text } = await verify([], () => Promise.reject(failed));
  expect(code).toBe(69);
  expect(text).toBe(`the audit trail could not be verified: ${cause.message}`);
});

test("a keyring without a key of the trail does not keep it from being verified", async () => {
  expect((await verify([], nothing)).code).toBe(2);
});

describe("a file of checkpoints that says nothing is a wrong call, and not a trail without witnesses", () => {
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  mkdirSync(join(directory, "folder"));
  test.each([
    ["is not there", join(directory, "none"), "there is no file"],
    ["is a directory", join(directory, "folder"), "is no file"],
    ["is empty", file("empty", ""), "no line of"],
    ["holds other lines", file("mail", 'Dear auditor,\n{"statement":"x"}\n{}\n'), "no line of"],
    [
      "holds what is no checkpoint",
      file("other", `${JSON.stringify({ statement: "{}", signature: "" })}\n`),
      "no line of",
    ],
  ])("it %s", async (_, path, said) => {
    const { code, text } = await verify(["--anchors", path], nothing);
    expect(code).toBe(64);
    expect(text).toContain(said);
  });
});

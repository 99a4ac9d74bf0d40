import { afterAll, beforeAll, expect, test } from "bun:test";
import { runCommand } from "#platform/command-line";
import { redriveJobsCommand } from "#platform/jobs/dead-letters";
import { eventually } from "../../support/eventually.ts";
import {
  type JobInstallation,
  type JobProcess,
  job,
  openJobInstallation,
  registryOf,
  testContext,
} from "../../support/job-installation.ts";
import { createTypedTerminal } from "../../support/typed-terminal.ts";

let installation: JobInstallation;
beforeAll(async () => {
  installation = await openJobInstallation();
});
afterAll(() => installation.close());

const seen: object[] = [];
let isMended = false;
const work = ["redrive.one", "redrive.other"].map((name) =>
  job(name, {
    async run(_ctx, payload) {
      if (!isMended) throw new Error(`the mail server is away for ${name}`);
      seen.push({ name, ...payload });
    },
  }),
);

async function command(process: JobProcess, ...args: string[]): Promise<[number, ...string[]]> {
  const lines: string[] = [];
  const terminal = createTypedTerminal({ isInteractive: true });
  const print = (line: string) => void lines.push(line);
  const ctx = testContext;
  const code = await runCommand(redriveJobsCommand(process), { ctx, args, print, terminal });
  return [code, ...lines];
}

test("jobs that failed for good are listed with the reason, and tried again with their payloads", async () => {
  const process = await installation.startProcess(registryOf({ jobs: work }));
  expect(await command(process)).toEqual([0, "No job failed for good."]);
  for (const id of [1, 2, 3]) await process.sendNow("redrive.one", { id });
  await process.sendNow("redrive.other", { id: 4 });
  await eventually("four failures", () => process.finished.length === 4);
  await eventually("dead letters", async () => (await process.deadLetters()).length === 2);

  expect(await command(process)).toEqual([
    0,
    expect.stringMatching(
      /^redrive.one: 3 since \d{4}-\d\d-\d\dT.*Z; .*: the mail server is away for redrive.one$/,
    ),
    expect.stringMatching(/^redrive.other: 1 since /),
  ]);
  expect(await command(process, "redrive.unknown")).toEqual([
    64,
    "There is no such queue. Queues: redrive.one, redrive.other.",
    expect.stringContaining("usage: bun run jobs:redrive [queue]"),
  ]);

  isMended = true;
  expect(await command(process, "redrive.one")).toEqual([
    0,
    "3 jobs of redrive.one are tried again.",
  ]);
  await eventually("the second tries", () => seen.length === 3);
  expect(seen).toEqual(
    expect.arrayContaining([1, 2, 3].map((id) => ({ name: "redrive.one", id }))),
  );
  expect(await process.deadLetters()).toMatchObject([{ queue: "redrive.other", jobs: 1 }]);
  expect(await command(process, "redrive.one")).toEqual([
    0,
    "0 jobs of redrive.one are tried again.",
  ]);
  await process.stop(1_000);
});

test("a process that never worked on jobs, as a command's, may send them again", async () => {
  const registry = registryOf({ jobs: work });
  const commands = await installation.startProcess(registry, { role: "api" });
  expect(await commands.redrive("redrive.other")).toBe(1);
  expect(await installation.states("redrive.other")).toMatchObject({ created: 1 });
  await commands.stop(1_000);
});

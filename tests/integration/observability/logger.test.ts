import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";

const count = 5000;

function start(end: string, lines = count) {
  return Bun.spawn(
    [process.execPath, join(import.meta.dir, "logging-child.ts"), String(lines), end],
    {
      stdout: "pipe",
      stderr: "ignore",
    },
  );
}
const numbersOf = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).i);
const upTo = (end: number) => Array.from({ length: end }, (_, i) => i);

describe("every line reaches standard output, in order,", () => {
  for (const end of ["return", "exit", "throw", "reject"])
    test(`when the process ends by ${end}`, async () => {
      const child = start(end);
      expect(numbersOf(await child.stdout.text())).toEqual(upTo(count));
      const code = { return: 0, exit: 3 }[end] ?? 1;
      expect(await child.exited).toBe(code);
    });

  test("when SIGTERM is handled", async () => {
    const child = start("signal", 3);
    const reader = child.stdout.getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    child.kill("SIGTERM");
    const rest = new TextDecoder().decode((await reader.read()).value);
    expect(numbersOf(first + rest)).toEqual(upTo(4));
    expect(await child.exited).toBe(0);
  });

  test("when the reader is slow", async () => {
    const child = start("return", 20_000);
    await Bun.sleep(400); // far more than a pipe holds waits by now
    expect(numbersOf(await child.stdout.text())).toEqual(upTo(20_000));
  });
});

test("a line waits no longer than a moment, also when no other follows", async () => {
  const child = start("wait", 1);
  const { value } = await child.stdout.getReader().read();
  expect(numbersOf(new TextDecoder().decode(value))).toEqual([0]);
  child.kill();
});

test("lines stay JSON where standard output is no terminal, whatever was asked for", async () => {
  const child = start("human", 2);
  expect(numbersOf(await child.stdout.text())).toEqual([0, 1]);
});

test("on a terminal they are for people", async () => {
  let shown = "";
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, "logging-child.ts"), "2", "human"],
    {
      terminal: {
        data: (_, bytes) => {
          shown += new TextDecoder().decode(bytes);
        },
      },
    },
  );
  await child.exited;
  await eventually("the text arrives", () => shown.includes("i=1"));
  expect(Bun.stripANSI(shown)).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}line {2}i=0\r?\n/);
});

import { afterAll, beforeEach, expect, test } from "bun:test";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBufferedOutput } from "#platform/observability/buffered-output";

const directory = mkdtempSync(join(tmpdir(), "fintrack-output-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Both ends of a pipe that never blocks: writing to it when it is full fails with EAGAIN. */
let pipe: { readonly read: number; readonly write: number };
let pipes = 0;
beforeEach(() => {
  const path = join(directory, `pipe-${pipes++}`);
  Bun.spawnSync(["mkfifo", path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  pipe = { read, write: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
});

/** Reads what there is, again and again, until `end` has come. */
async function readUntil(end: string): Promise<string> {
  const chunks: Buffer[] = [];
  const buffer = Buffer.alloc(64 * 1024);
  const deadline = performance.now() + 120_000;
  while (!Buffer.concat(chunks.slice(-2)).includes(end) && performance.now() < deadline) {
    try {
      const count = readSync(pipe.read, buffer);
      chunks.push(Buffer.from(buffer.subarray(0, count)));
    } catch {
      await Bun.sleep(1); // EAGAIN: empty now
    }
  }
  return Buffer.concat(chunks).toString();
}
const line = (i: number) => `${JSON.stringify({ i, text: "é".repeat(100) })}\n`;

test("what a full pipe does not take is kept, in order and unbroken, until it does", async () => {
  const output = openBufferedOutput(pipe.write);
  for (let i = 0; i < 3000; i++) output.write(line(i));
  const text = await readUntil('"i":2999');
  expect(text).toBe(Array.from({ length: 3000 }, (_, i) => line(i)).join(""));
});

test("a reader that never comes costs bounded memory and a bounded wait, and is told later", async () => {
  const output = openBufferedOutput(pipe.write);
  const total = 100_000; // 21 MB
  for (let i = 0; i < total; i++) output.write(line(i));
  const began = performance.now();
  output.flush();
  expect(performance.now() - began).toBeWithin(500, 30_000);
  const text = await readUntil('"dropped"');
  const lines = text
    .trim()
    .split("\n")
    .map((json) => JSON.parse(json));
  const kept = lines.filter((entry) => "i" in entry).length;
  const dropped = lines.reduce((sum, entry) => sum + (entry.dropped ?? 0), 0);
  expect(kept).toBeWithin(30_000, 90_000);
  expect(kept + dropped).toBe(total);
}, 180_000);

test("a reader that has gone away stops nobody", () => {
  const output = openBufferedOutput(pipe.write);
  closeSync(pipe.read);
  for (let i = 0; i < 1000; i++) output.write(line(i));
  output.flush();
});

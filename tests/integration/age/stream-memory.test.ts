import { expect, test } from "bun:test";
import { join } from "node:path";

const mebibyte = 1024 * 1024;

/** In a process of its own: what others of this one have left over counts, too. */
async function peakBytes(mebibytes: number): Promise<number> {
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, "streaming-child.ts"), String(mebibytes)],
    { stdout: "pipe", stderr: "inherit" },
  );
  const said = await child.stdout.text();
  expect(await child.exited).toBe(0);
  expect(said).toBe(`${mebibytes * mebibyte}\n`);
  return child.resourceUsage()?.maxRSS ?? Number.POSITIVE_INFINITY;
}

test("a stream of any length is encrypted and decrypted in the same memory", async () => {
  const small = await peakBytes(8);
  const large = await peakBytes(512);
  expect(large - small).toBeLessThan(64 * mebibyte);
});

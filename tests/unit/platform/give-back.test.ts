import { expect, test } from "bun:test";
import { giveBack } from "#platform/give-back";

const mebibyte = 1024 * 1024;

test("memory of what is given back is free at once, though it is still referred to", () => {
  const kept: Uint8Array[] = [];
  const before = process.memoryUsage.rss();
  for (let made = 0; made < 300; made += 1) {
    const bytes = new Uint8Array(mebibyte).fill(1);
    giveBack(bytes);
    kept.push(bytes);
  }
  expect(kept.every(({ length }) => length === 0)).toBe(true);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * mebibyte);
});

test("a view of a part is left alone: others may have the rest", () => {
  const whole = new Uint8Array([1, 2, 3, 4]);
  giveBack(whole.subarray(1));
  expect([...whole]).toEqual([1, 2, 3, 4]);
});

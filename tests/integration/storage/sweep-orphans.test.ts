import { afterEach, expect, test } from "bun:test";
import fc from "fast-check";
import { instantAt } from "#platform/kernel/time";
import type { ListedObject } from "#platform/storage/object-store";
import { sweepOrphans } from "#platform/storage/sweep-orphans";
import { type DiskStore, openDiskStore, piecesOf } from "../../support/disk-store.ts";

const never = new AbortController().signal;
let disk: DiskStore | undefined;
afterEach(() => disk?.remove());

test("deletes what nobody refers to on a real disk, below the prefix only", async () => {
  const store = openDiskStore();
  disk = store;
  for (const key of ["mine/a", "mine/b", "mine/c", "others/d"]) await store.put(key, piecesOf(key));
  const run = (agoMs: number) =>
    sweepOrphans(
      {
        ...{ store, prefix: "mine/", storedBefore: instantAt(Date.now() - agoMs) },
        inUse: async () => new Set(["mine/b"]),
      },
      { after: null, maxPages: 10, signal: never },
    );
  // They are too young.
  expect(await run(60_000)).toEqual({ deleted: 0, next: null });
  expect(store.files()).toHaveLength(4);
  expect(await run(-1_000)).toEqual({ deleted: 2, next: null });
  expect(store.files()).toEqual(["mine/b", "others/d"]);
});

/** Objects by key, and when each was stored. */
function memoryStore(objects: Map<string, number>, onDelete = () => {}) {
  return {
    async list(
      prefix: string,
      page: { readonly after?: string | undefined; readonly limit: number },
    ) {
      return [...objects]
        .filter(([key]) => key.startsWith(prefix) && key > (page.after ?? ""))
        .map(([key, modifiedMs]): ListedObject => ({ key, modifiedMs, sizeBytes: 1 }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, page.limit);
    },
    async delete(keys: readonly string[]) {
      for (const key of keys) objects.delete(key);
      onDelete();
    },
  };
}

test("property: in runs of any length it deletes what is old and not in use, and that alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ old: fc.boolean(), used: fc.boolean() }), {
        ...{ minLength: 0, maxLength: 1_300 },
      }),
      fc.integer({ min: 1, max: 3 }),
      async (made, maxPages) => {
        const rows = made.map((row, at) => ({ ...row, key: `k/${String(at).padStart(5, "0")}` }));
        const objects = new Map(rows.map(({ key, old }) => [key, old ? 500 : 1_000]));
        const used = new Set(rows.filter((row) => row.used).map(({ key }) => key));
        let deleted = 0;
        for (let after: string | null = null; ; ) {
          const swept = await sweepOrphans(
            {
              ...{ store: memoryStore(objects), prefix: "k/", storedBefore: instantAt(1_000) },
              async inUse(keys) {
                expect(keys.length).toBeLessThanOrEqual(500);
                return used;
              },
            },
            { after, maxPages, signal: never },
          );
          deleted += swept.deleted;
          if (swept.next === null) break;
          after = swept.next;
        }
        const kept = rows.filter((row) => row.used || !row.old).map(({ key }) => key);
        expect([...objects.keys()].sort()).toEqual(kept);
        expect(deleted).toBe(rows.length - kept.length);
      },
    ),
    { numRuns: 60 },
  );
});

test("stops between two pages when it is told to, and says where to go on", async () => {
  const objects = new Map(
    Array.from({ length: 1_200 }, (_, at) => [`k${String(at).padStart(5, "0")}`, 1]),
  );
  const stop = new AbortController();
  const sweep = (signal: AbortSignal, after: string | null) =>
    sweepOrphans(
      {
        ...{ store: memoryStore(objects, () => stop.abort()), prefix: "" },
        ...{ storedBefore: instantAt(1_000), inUse: async () => new Set<string>() },
      },
      { after, maxPages: 10, signal },
    );
  expect(await sweep(stop.signal, null)).toEqual({ deleted: 500, next: "k00499" });
  expect(await sweep(stop.signal, "k00499")).toEqual({ deleted: 0, next: "k00499" });
  expect(await sweep(never, "k00499")).toEqual({ deleted: 700, next: null });
});

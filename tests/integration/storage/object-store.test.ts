import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import fc from "fast-check";
import { piecesOf } from "../../support/disk-store.ts";
import { type OpenedStore, type StorePlace, storeKinds } from "../../support/stores.ts";

/** The first time on a machine the S3 server is installed. */
const startMs = 300_000;
const mebibyte = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** Faster than to look at each byte. */
const isOfOneKind = (bytes: Uint8Array, size: number) =>
  bytes.byteLength === size && Buffer.compare(bytes, Buffer.alloc(size, bytes[0])) === 0;
const unavailable = expect.objectContaining({ code: "storage.unavailable" });

describe.each(storeKinds())("objects on $name", (kind) => {
  let place: StorePlace;
  let store: OpenedStore;
  beforeAll(() => kind.start(), startMs);
  afterAll(() => kind.stop());
  beforeEach(async () => {
    place = await kind.openPlace();
    store = place.open();
  });
  afterEach(() => place.remove());
  const text = async (key: string) => {
    const bytes = await store.bytes(key);
    return bytes && Buffer.from(bytes).toString();
  };
  const keysBelow = async (prefix: string) =>
    (await store.list(prefix, { limit: 1_000 })).map(({ key }) => key);

  describe("put", () => {
    test("tells size and SHA-256 of what it stored, from bytes and from a file", async () => {
      const bytes = crypto.getRandomValues(new Uint8Array(60_000));
      const expected = { sizeBytes: bytes.byteLength, sha256: sha256(bytes) };
      const pieces = piecesOf(bytes.subarray(0, 7), new Uint8Array(), bytes.subarray(7));
      expect(await store.put("a/b", pieces)).toEqual(expected);
      const directory = mkdtempSync(join(tmpdir(), "fintrack-source-"));
      writeFileSync(join(directory, "source"), bytes);
      expect(await store.put("a/c", { path: join(directory, "source") })).toEqual(expected);
      rmSync(directory, { recursive: true });
      for (const key of ["a/b", "a/c"])
        expect(sha256((await store.bytes(key)) ?? new Uint8Array())).toBe(expected.sha256);
    });

    test("takes an empty object", async () => {
      const stored = await store.put("empty", piecesOf());
      expect(stored).toEqual({ sizeBytes: 0, sha256: sha256(new Uint8Array()) });
      expect(await text("empty")).toBe("");
      expect(await keysBelow("")).toEqual(["empty"]);
    });

    test.each([5 * mebibyte - 1, 5 * mebibyte, 5 * mebibyte + 1, 10 * mebibyte, 20 * mebibyte])(
      "takes %d bytes in pieces of odd sizes",
      async (size) => {
        const bytes = Buffer.alloc(size, sha256(Buffer.from(`${size}`)));
        async function* pieces() {
          for (let at = 0; at < size; at += 999_983) yield bytes.subarray(at, at + 999_983);
        }
        const stored = await store.put("large", pieces());
        expect(stored).toEqual({ sizeBytes: size, sha256: sha256(bytes) });
        const read = (await store.bytes("large")) ?? new Uint8Array();
        expect(Buffer.compare(read, bytes)).toBe(0);
        expect((await store.list("", { limit: 2 })).map(({ sizeBytes }) => sizeBytes)).toEqual([
          size,
        ]);
      },
    );

    test.each([1, 20])(
      "of a source that fails after %d MiB leaves what was there",
      async (size) => {
        await store.put("a/b", piecesOf("before"));
        let ended = false;
        async function* failing() {
          try {
            for (let at = 0; at < size; at += 1) yield new Uint8Array(mebibyte);
            throw new Error("the source broke");
          } finally {
            ended = true;
          }
        }
        await expect(store.put("a/b", failing())).rejects.toThrow("the source broke");
        await expect(store.put("a/new", failing())).rejects.toThrow("the source broke");
        expect([ended, await text("a/b"), await store.get("a/new")]).toEqual([
          ...[true, "before", undefined],
        ]);
        expect(await keysBelow("")).toEqual(["a/b"]);
      },
    );

    test("of a file that is not there is storage.unavailable", async () => {
      const path = join(tmpdir(), crypto.randomUUID());
      expect(await store.put("a", { path }).catch((error) => error)).toEqual(unavailable);
      expect(await store.get("a")).toBeUndefined();
    });

    test.each([100_000, 9 * mebibyte])(
      "of several writers of one key leaves one of them, whole: %d bytes",
      async (size) => {
        const stores = [store, place.open(), place.open()];
        // What they do once in a while is done.
        for (const one of stores) await one.put("a/first", piecesOf("x"));
        for (let round = 0; round < 3; round += 1) {
          const puts = stores.map((one, at) =>
            one.put("a/b", piecesOf(Buffer.alloc(size, at + 1))),
          );
          await Promise.all(puts);
          const bytes = (await store.bytes("a/b")) ?? new Uint8Array();
          expect(isOfOneKind(bytes, size)).toBe(true);
        }
      },
    );
  });

  describe("get", () => {
    test("finds nothing where nothing was put", async () => {
      await store.put("a/b", piecesOf("x"));
      for (const key of ["a", "a/c", "b", "a/b/c"]) expect(await store.get(key)).toBeUndefined();
    });

    test("gives back what it holds when the reader ends early, also before it began", async () => {
      await store.put("a/b", piecesOf(new Uint8Array(20 * mebibyte)));
      for (let round = 0; round < 10; round += 1) {
        const reading = await store.get("a/b");
        if (round % 2 === 0) await reading?.chunks.next();
        await reading?.chunks.return?.();
        expect(await reading?.chunks.next()).toEqual({ done: true, value: undefined });
      }
      for await (const chunk of (await store.get("a/b"))?.chunks ?? []) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      expect(await text("none")).toBeUndefined();
    });
  });

  describe("delete", () => {
    test("is seen by everybody once it resolves, also of many and of those that are not there", async () => {
      const keys = Array.from({ length: 40 }, (_, at) => `a/${at % 5}/${at}`);
      await Promise.all(keys.map((key) => store.put(key, piecesOf(key))));
      await store.put("b", piecesOf("kept"));
      const other = place.open();
      await store.delete([...keys, "a/none", "none"]);
      for (const key of keys) expect(await other.get(key)).toBeUndefined();
      expect(await other.list("", { limit: 1_000 })).toHaveLength(1);
      await store.delete(["a/none"]);
      await store.delete([]);
    });

    test("of more than a thousand at once is refused", async () => {
      const keys = Array.from({ length: 1_001 }, (_, at) => `k${at}`);
      await expect(store.delete(keys)).rejects.toThrow(RangeError);
      await expect(store.list("", { limit: 1_001 })).rejects.toThrow(RangeError);
    });
  });

  test("list tells when each was stored, to the second", async () => {
    // A file system takes its time from the last tick of the kernel's clock, which is some milliseconds old.
    const before = Math.floor((Date.now() - 20) / 1000) * 1000;
    await store.put("a", piecesOf("x"));
    const [listed] = await store.list("", { limit: 10 });
    expect(listed?.modifiedMs).toBeGreaterThanOrEqual(before);
    expect(listed?.modifiedMs).toBeLessThanOrEqual(Date.now());
  });

  describe("keys", () => {
    test.each([
      ...["", "/", "a/", "/a", "a//b", "..", "../a", "a/../b", "a/./b", ".incoming/x", "a/.b"],
      ...["a\\b", "a b", "ä", "a\u0000b", "a\nb", "a?b", "a%2fb", "a#b", "a".repeat(201)],
    ])("that could lead elsewhere are refused: %j", async (key) => {
      await expect(store.put(key, piecesOf("x"))).rejects.toThrow(TypeError);
      await expect(store.get(key)).rejects.toThrow(TypeError);
      await expect(store.delete([key])).rejects.toThrow(TypeError);
    });

    test("that are only the beginning of one are refused, too", async () => {
      for (const prefix of ["..", "/", "../", "a/../", ".inc", "a//"])
        await expect(store.list(prefix, { limit: 1 })).rejects.toThrow(TypeError);
    });
  });

  describe("kill -9 while an object is put", () => {
    const size = 20 * mebibyte;
    const root = join(import.meta.dir, "../../..");
    const writers: Subprocess[] = [];
    afterEach(async () => {
      for (const writer of writers.splice(0)) {
        writer.kill("SIGKILL");
        await writer.exited;
      }
    });

    test("leaves the object before or the object after, whole", async () => {
      await store.put("a/b", piecesOf(Buffer.alloc(size)));
      for (let kill = 0; kill < 6; kill += 1) {
        const child = ["tests/support/storage-child.ts", place.childArgument, "a/b", `${size}`];
        const writer = Bun.spawn([process.execPath, ...child], {
          ...{ cwd: root, stdout: "pipe", stderr: "inherit" },
        });
        writers.push(writer);
        // One is there: it is at the next.
        await writer.stdout.getReader().read();
        await Bun.sleep(kill * 40);
        writer.kill("SIGKILL");
        await writer.exited;
        const bytes = (await store.bytes("a/b")) ?? new Uint8Array();
        expect(isOfOneKind(bytes, size)).toBe(true);
        expect(await keysBelow("")).toEqual(["a/b"]);
      }
    }, 60_000);
  });

  const segment = fc.constantFrom("a", "b", "a-b", "a.b", "B", "0", "_");
  const key = fc.tuple(segment, segment, segment).map((parts) => parts.join("/"));
  const action = fc.oneof(
    fc.record({ put: key, value: fc.string({ maxLength: 20 }) }),
    fc.record({ drop: fc.array(key, { maxLength: 4 }) }),
  );

  test("property: it is a map from keys to bytes, listed in order, by any prefix and page", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 12 }),
        fc.tuple(key, fc.nat(6)).map(([whole, length]) => whole.slice(0, length)),
        fc.integer({ min: 1, max: 4 }),
        async (actions, prefix, limit) => {
          const own = await kind.openPlace();
          try {
            const opened = own.open();
            const model = new Map<string, string>();
            for (const step of actions)
              if ("put" in step) {
                await opened.put(step.put, piecesOf(step.value));
                model.set(step.put, step.value);
              } else {
                await opened.delete(step.drop);
                for (const one of step.drop) model.delete(one);
              }
            const expected = [...model]
              .filter(([one]) => one.startsWith(prefix))
              .map(([one, value]) => ({ key: one, sizeBytes: Buffer.byteLength(value) }))
              .sort((a, b) => (a.key < b.key ? -1 : 1));
            const listed = [];
            for (let after: string | undefined; ; ) {
              const page = await opened.list(prefix, { after, limit });
              listed.push(...page.map(({ key: one, sizeBytes }) => ({ key: one, sizeBytes })));
              after = page.at(-1)?.key;
              if (page.length < limit) break;
            }
            expect(listed).toEqual(expected);
            for (const [one, value] of model)
              expect(Buffer.from((await opened.bytes(one)) ?? []).toString()).toBe(value);
          } finally {
            own.remove();
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});

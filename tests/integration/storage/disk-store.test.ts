import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type DiskStore, openDiskStore, piecesOf } from "../../support/disk-store.ts";

const stores: DiskStore[] = [];
let store: DiskStore;
const open = (directory?: string): DiskStore => {
  const opened = openDiskStore(directory);
  stores.push(opened);
  return opened;
};
beforeEach(() => {
  store = open();
});
afterAll(() => {
  for (const one of stores) one.remove();
});
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const text = async (key: string) => {
  const bytes = await store.bytes(key);
  return bytes && Buffer.from(bytes).toString();
};
const modeOf = (path: string) => (statSync(join(store.directory, path)).mode & 0o777).toString(8);

describe("put", () => {
  test("tells size and SHA-256 of what it stored, from bytes and from a file", async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const expected = { sizeBytes: bytes.byteLength, sha256: sha256(bytes) };
    expect(await store.put("a/b", piecesOf(bytes.subarray(0, 7), bytes.subarray(7)))).toEqual(
      expected,
    );
    const path = join(store.directory, ".source");
    writeFileSync(path, bytes);
    expect(await store.put("a/c", { path })).toEqual(expected);
    for (const key of ["a/b", "a/c"])
      expect(sha256((await store.bytes(key)) ?? bytes)).toBe(expected.sha256);
    expect(await store.put("empty", piecesOf())).toEqual({
      sizeBytes: 0,
      sha256: sha256(new Uint8Array()),
    });
    expect(await text("empty")).toBe("");
  });

  test("keeps others of the machine from reading", async () => {
    await store.put("a/b/c", piecesOf("secret"));
    expect([modeOf("a"), modeOf("a/b"), modeOf("a/b/c")]).toEqual(["700", "700", "600"]);
    expect(modeOf(".incoming")).toBe("700");
  });

  test("replaces what was there, and leaves it when the source fails", async () => {
    await store.put("a/b", piecesOf("first"));
    await store.put("a/b", piecesOf("second"));
    expect(await text("a/b")).toBe("second");
    const failing = async function* () {
      yield Buffer.from("half of the th");
      throw new Error("the source broke");
    };
    await expect(store.put("a/b", failing())).rejects.toThrow("the source broke");
    await expect(store.put("a/new", failing())).rejects.toThrow("the source broke");
    expect(await text("a/b")).toBe("second");
    expect(await store.get("a/new")).toBeUndefined();
    expect(store.files()).toEqual(["a/b"]);
  });

  test("of two writers of one key leaves one of both, whole", async () => {
    const other = open(store.directory);
    const pieces = (fill: string) =>
      piecesOf(...Array.from({ length: 40 }, () => fill.repeat(5_000)));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([store.put("a/b", pieces("x")), other.put("a/b", pieces("y"))]);
      expect(["x".repeat(200_000), "y".repeat(200_000)]).toContain((await text("a/b")) ?? "");
    }
    expect(store.files()).toEqual(["a/b"]);
  });
});

describe("get", () => {
  test("finds nothing where nothing was put, nor a directory", async () => {
    await store.put("a/b", piecesOf("x"));
    for (const key of ["a", "a/c", "b", "a/b/c"]) expect(await store.get(key)).toBeUndefined();
  });

  test("reads to its end what is replaced or deleted meanwhile", async () => {
    await store.put("a/b", piecesOf("x".repeat(600_000)));
    const reading = await store.get("a/b");
    const first = await reading?.chunks.next();
    await store.put("a/b", piecesOf("y"));
    await store.delete(["a/b"]);
    const rest = await Array.fromAsync(reading?.chunks ?? []);
    const read = Buffer.concat([first?.value ?? new Uint8Array(), ...rest]);
    expect([reading?.sizeBytes, read.toString() === "x".repeat(600_000)]).toEqual([600_000, true]);
  });

  test("gives its file back when the reader ends early, also before it began", async () => {
    await store.put("a/b", piecesOf("x".repeat(600_000)));
    for (const pulls of [0, 1]) {
      const reading = await store.get("a/b");
      for (let pull = 0; pull < pulls; pull += 1) await reading?.chunks.next();
      await reading?.chunks.return?.();
      expect(await reading?.chunks.next()).toEqual({ done: true, value: undefined });
    }
  });
});

describe("delete", () => {
  test("forgets many at once, those that are not there too, and the directories they leave empty", async () => {
    for (const key of ["a/b/c", "a/b/d", "a/e"]) await store.put(key, piecesOf(key));
    await store.delete(["a/b/c", "a/b/d", "a/x/y", "no"]);
    expect(store.files()).toEqual(["a/e"]);
    expect(() => statSync(join(store.directory, "a/b"))).toThrow();
    await store.delete([]);
    await expect(store.delete(Array.from({ length: 1_001 }, (_, at) => `k${at}`))).rejects.toThrow(
      RangeError,
    );
  });

  test("does not take the directory from somebody who is putting something into it", async () => {
    const other = open(store.directory);
    for (let round = 0; round < 30; round += 1) {
      await store.put("a/b/c", piecesOf("x"));
      await Promise.all([store.delete(["a/b/c"]), other.put("a/b/d", piecesOf("y"))]);
      expect(await text("a/b/d")).toBe("y");
      await store.delete(["a/b/d"]);
    }
  });
});

describe("delete of what is volatile", () => {
  test("writes over the bytes before it unlinks them, of any size, and of one that is not there", async () => {
    const volatile = openDiskStore(undefined, { overwrites: true });
    stores.push(volatile);
    for (const bytes of [0, 1, 600_000]) {
      await volatile.put("a/b", piecesOf("x".repeat(bytes)));
      const open = openSync(join(volatile.directory, "a/b"), "r");
      await volatile.delete(["a/b", "a/none"]);
      const left = readFileSync(open);
      closeSync(open);
      expect([left.byteLength, left.every((byte) => byte === 0)]).toEqual([bytes, true]);
      expect([volatile.files(), await volatile.get("a/b")]).toEqual([[], undefined]);
    }
  });

  test("sweeps what a crash left half-written, too", async () => {
    await store.put("a", piecesOf("x"));
    writeFileSync(join(store.directory, ".incoming", "left"), "half");
    store.advance(3_601);
    await store.delete(["a"]);
    expect(store.files()).toEqual([]);
  });
});

describe("list", () => {
  test("tells when each object was stored", async () => {
    const before = Date.now() - 1;
    await store.put("a", piecesOf("x"));
    const [listed] = await store.list("", { limit: 10 });
    expect(listed?.modifiedMs).toBeGreaterThanOrEqual(before);
    expect(listed?.modifiedMs).toBeLessThanOrEqual(Date.now());
  });
});

describe("keys", () => {
  test.each([
    ...["", "/", "a/", "/a", "a//b", "..", "../a", "a/../b", "a/./b", ".incoming/x", "a/.b"],
    ...["a\\b", "a b", "ä", "a\u0000b", "a\nb", "a?b", "a".repeat(201)],
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

describe("leftovers of a crash", () => {
  test("are deleted once nobody has written to them for an hour, and no sooner", async () => {
    await store.put("a", piecesOf("x"));
    const leftover = join(store.directory, ".incoming", "left");
    writeFileSync(leftover, "half");
    await store.put("a", piecesOf("y"));
    expect(store.files()).toEqual([".incoming/left", "a"]);
    store.advance(3_601);
    await store.put("a", piecesOf("z"));
    expect(store.files()).toEqual(["a"]);

    writeFileSync(leftover, "being written");
    const restarted = open(store.directory);
    await restarted.put("b", piecesOf("x"));
    expect(store.files()).toEqual([".incoming/left", "a", "b"]);
    const longAgo = new Date(Date.now() - 7_200_000);
    utimesSync(leftover, longAgo, longAgo);
    await open(store.directory).put("b", piecesOf("x"));
    expect(store.files()).toEqual(["a", "b"]);
  });
});

describe("a disk that does not work", () => {
  test("is storage.unavailable, and works again when it does", async () => {
    rmSync(store.directory, { recursive: true });
    writeFileSync(store.directory, "no directory");
    const unavailable = expect.objectContaining({
      code: "storage.unavailable",
      kind: "unavailable",
    });
    expect(await store.put("a/b", piecesOf("x")).catch((error) => error)).toEqual(unavailable);
    rmSync(store.directory);
    mkdirSync(store.directory);
    await store.put("a/b", piecesOf("x"));
    expect(await text("a/b")).toBe("x");
  });
});

const segment = fc.constantFrom("a", "b", "a-b", "a.b", "B", "0");
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
        const disk = openDiskStore();
        try {
          const model = new Map<string, string>();
          for (const step of actions)
            if ("put" in step) {
              await disk.put(step.put, piecesOf(step.value));
              model.set(step.put, step.value);
            } else {
              await disk.delete(step.drop);
              for (const one of step.drop) model.delete(one);
            }
          const expected = [...model]
            .filter(([one]) => one.startsWith(prefix))
            .map(([one, value]) => ({ key: one, sizeBytes: Buffer.byteLength(value) }))
            .sort((a, b) => (a.key < b.key ? -1 : 1));
          const listed = [];
          for (let after: string | undefined; ; ) {
            const page = await disk.list(prefix, { after, limit });
            listed.push(...page.map(({ key: one, sizeBytes }) => ({ key: one, sizeBytes })));
            after = page.at(-1)?.key;
            if (page.length < limit) break;
          }
          expect(listed).toEqual(expected);
          for (const [one, value] of model)
            expect(Buffer.from((await disk.bytes(one)) ?? []).toString()).toBe(value);
        } finally {
          disk.remove();
        }
      },
    ),
    { numRuns: 60 },
  );
});

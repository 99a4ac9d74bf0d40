import { afterAll, beforeEach, describe, expect, test } from "bun:test";
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
const text = async (key: string) => {
  const bytes = await store.bytes(key);
  return bytes && Buffer.from(bytes).toString();
};
const modeOf = (path: string) => (statSync(join(store.directory, path)).mode & 0o777).toString(8);

describe("put", () => {
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

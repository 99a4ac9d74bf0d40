import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { type DiskStore, openDiskStore } from "../../support/disk-store.ts";
import { eventually } from "../../support/eventually.ts";

const root = join(import.meta.dir, "../../..");
const objectBytes = 8 * 1024 * 1024;
const kills = 12;
let store: DiskStore | undefined;
const writers: Subprocess[] = [];
afterEach(async () => {
  for (const writer of writers.splice(0)) {
    writer.kill("SIGKILL");
    await writer.exited;
  }
  store?.remove();
});

/** Puts one object after the other under one key. */
function startWriter(directory: string): Subprocess {
  const child = "tests/support/storage-child.ts";
  const writer = Bun.spawn([process.execPath, child, directory, "a/b", `${objectBytes}`], {
    ...{ cwd: root, stdout: "ignore", stderr: "inherit" },
  });
  writers.push(writer);
  return writer;
}

describe("kill -9 while an object is put", () => {
  test("leaves the object before or the object after, whole; what is half-written is swept", async () => {
    const opened = openDiskStore();
    store = opened;
    const halfWritten = () => opened.files().filter((name) => name.startsWith(".incoming/"));
    for (let kill = 0; kill < kills || halfWritten().length === 0; kill += 1) {
      const left = new Set(halfWritten());
      const writer = startWriter(opened.directory);
      await eventually("something is being written", () =>
        halfWritten().some((name) => !left.has(name)),
      );
      await Bun.sleep(kill * 7);
      writer.kill("SIGKILL");
      await writer.exited;
      const bytes = await opened.bytes("a/b");
      if (bytes === undefined) continue;
      expect(bytes.byteLength).toBe(objectBytes);
      expect(new Set(bytes).size).toBe(1);
    }
    opened.advance(3_601);
    await opened.put("c", (async function* () {})());
    expect(halfWritten()).toEqual([]);
  }, 120_000);
});

const canMount = Bun.spawnSync(["unshare", "-rm", "true"]).success;

describe("a full disk", () => {
  test.skipIf(!canMount)("is storage.full, and leaves nothing half-written", async () => {
    const opened = openDiskStore();
    store = opened;
    // In a mount namespace of its own: a megabyte that nobody else sees.
    const script = `mount -t tmpfs -o size=1m tmpfs "$1" && "$2" "$3" "$1" a/b ${objectBytes}; find "$1" -type f`;
    const child = join(root, "tests/support/storage-child.ts");
    const writer = Bun.spawn(
      ["unshare", "-rm", "sh", "-c", script, "sh", opened.directory, process.execPath, child],
      { cwd: root, stdout: "pipe", stderr: "inherit" },
    );
    expect(await writer.stdout.text()).toBe("failed storage.full\n");
  });
});

import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createArchiveWriter } from "#platform/backup/archive";
import { compressed, decompressed } from "#platform/backup/compression";
import { openPipe } from "#platform/backup/pipe";
import { readFiles } from "#platform/backup/read-archive";
import { maxEntryBytes } from "#platform/backup/tar";

type File = { readonly name: string; readonly bytes: Uint8Array };

async function archiveOf(files: readonly File[], chunkBytes = 1 << 20): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const archive = createArchiveWriter(async (chunk) => void parts.push(chunk), 1_700_000_000);
  for (const { name, bytes } of files)
    await archive.file(name, async (write) => {
      for (let from = 0; from < bytes.length; from += chunkBytes)
        await write(bytes.subarray(from, from + chunkBytes));
    });
  await archive.end();
  return Buffer.concat(parts);
}

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes)
    yield bytes.subarray(from, from + pieceBytes);
}

async function read(archive: Uint8Array, pieceBytes = 1000): Promise<File[]> {
  const files: File[] = [];
  for await (const { name, chunks } of readFiles(inPieces(archive, pieceBytes))) {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    files.push({ name, bytes: new Uint8Array(Buffer.concat(parts)) });
  }
  return files;
}

const some = (length: number) => new Uint8Array(length).map((_, at) => (at * 31) % 251);

describe("an archive", () => {
  test("gives back files of any size, however it is cut into pieces", async () => {
    const file = fc.record({
      name: fc.stringMatching(/^[a-z]{1,3}\/[\w.-]{1,60}$/),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 3_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 6 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        async (files, chunkBytes, pieceBytes) => {
          expect(await read(await archiveOf(files, chunkBytes), pieceBytes)).toEqual(files);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("splits what is larger than an entry", async () => {
    const files = [{ name: "main/t.copy", bytes: some(2 * maxEntryBytes + 17) }];
    expect(await read(await archiveOf(files, 3 * maxEntryBytes), 70_000)).toEqual(files);
  });

  test("is what tar lists and unpacks", async () => {
    const directory = mkdtempSync(join(tmpdir(), "ft-tar-"));
    const name = `main/${"x".repeat(120)}.copy`;
    writeFileSync(join(directory, "a.tar"), await archiveOf([{ name, bytes: some(2500) }], 1000));
    const tar = Bun.spawnSync(["tar", "xvf", "a.tar"], { cwd: directory });
    expect(tar.exitCode).toBe(0);
    const pieces = readdirSync(join(directory, name)).sort();
    expect(pieces).toEqual(["000001", "000002", "000003"]);
    const whole = Buffer.concat(pieces.map((piece) => readFileSync(join(directory, name, piece))));
    expect(new Uint8Array(whole)).toEqual(some(2500));
    rmSync(directory, { recursive: true });
  });

  test("is not read when it is cut anywhere, or something follows", async () => {
    const archive = await archiveOf([{ name: "main/a", bytes: some(700) }]);
    for (let length = 0; length < archive.length; length += 256)
      await expect(read(archive.subarray(0, length))).rejects.toThrow(/cut off/);
    await expect(read(Buffer.concat([archive, some(512)]))).rejects.toThrow(/malformed/);
  });

  test("is not read when a piece is missing or a header was changed", async () => {
    const archive = await archiveOf([{ name: "main/a", bytes: some(1024) }], 512);
    await expect(read(archive.subarray(1024))).rejects.toThrow(/lacks a piece/);
    const changed = Buffer.from(archive);
    changed[130] = 0x35;
    await expect(read(changed)).rejects.toThrow(/malformed/);
  });

  test("passes over what nobody reads", async () => {
    const archive = await archiveOf([
      { name: "main/a", bytes: some(5000) },
      { name: "main/b", bytes: some(10) },
    ]);
    const names: string[] = [];
    for await (const { name } of readFiles(inPieces(archive, 100))) names.push(name);
    expect(names).toEqual(["main/a", "main/b"]);
  });
});

describe("a pipe", () => {
  test("holds one chunk: who writes waits for who reads", async () => {
    const pipe = openPipe();
    let written = 0;
    const writing = (async () => {
      for (let at = 0; at < 5; at += 1) {
        await pipe.write(new Uint8Array([at]));
        written += 1;
      }
      pipe.end();
    })();
    await Bun.sleep(5);
    expect(written).toBe(0);
    const got: number[] = [];
    for await (const chunk of pipe.chunks) {
      got.push(...chunk);
      expect(written).toBeLessThanOrEqual(got.length);
    }
    expect(got).toEqual([0, 1, 2, 3, 4]);
    await writing;
  });

  test("passes the failure of the writer on, and ends the writer when nobody reads", async () => {
    const failing = openPipe();
    failing.fail(new Error("the database is gone"));
    await expect(failing.chunks.next()).rejects.toThrow("the database is gone");
    const pipe = openPipe();
    const writing = pipe.write(new Uint8Array(1));
    await pipe.chunks.return?.();
    await expect(writing).rejects.toThrow("nobody reads");
    await expect(pipe.write(new Uint8Array(1))).rejects.toThrow("nobody reads");
  });
});

describe("compression", () => {
  test("gives back what it got, and passes the failure of its source on", async () => {
    const bytes = some(900_000);
    const parts: Uint8Array[] = [];
    for await (const part of decompressed(compressed(inPieces(bytes, 7_000)))) parts.push(part);
    expect(new Uint8Array(Buffer.concat(parts))).toEqual(bytes);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield some(10);
      throw new Error("no more");
    }
    await expect(Array.fromAsync(compressed(broken()))).rejects.toThrow("no more");
  });
});

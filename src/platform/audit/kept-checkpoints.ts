import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { anchorOf } from "./anchors.ts";
import { readCheckpoint } from "./checkpoints.ts";
import type { SignedStatement } from "./signing.ts";

/** Checkpoints in files: some half a million a year. Of each only its place is held in memory. */
export type KeptCheckpoints = {
  readonly count: number;
  /** By the entry that they speak of, whatever order the files have them in. */
  inOrder(): AsyncIterable<SignedStatement>;
  /** Of the furthest entry. */
  furthest(): Promise<SignedStatement | null>;
  close(): Promise<void>;
};

/** Longer than any checkpoint; a longer line is none, and not read. */
const windowBytes = 65_536;
/** After so many somebody else has his turn. */
const turnLines = 1_000;

/** A file that is not there holds none. Lines that are no checkpoints are left out. */
export async function openKeptCheckpoints(paths: readonly string[]): Promise<KeptCheckpoints> {
  const files: FileHandle[] = [];
  const places = { file: [] as number[], offset: [] as number[], bytes: [] as number[] };
  const seqs: number[] = [];
  let isAscending = true;
  try {
    for (const path of paths.filter(existsSync)) {
      const file = await open(path, "r");
      files.push(file);
      for await (const { offset, line } of linesOf(file)) {
        const signed = anchorOf(line.toString("utf8"));
        if (!signed) continue;
        const seq = seqOf(signed);
        isAscending &&= seq >= (seqs.at(-1) ?? 0);
        seqs.push(seq);
        places.file.push(files.length - 1);
        places.offset.push(offset);
        places.bytes.push(line.length);
      }
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const seqAt = (index: number) => seqs[index] ?? 0;
  const order = Uint32Array.from(seqs.keys());
  if (!isAscending) order.sort((one, other) => seqAt(one) - seqAt(other) || one - other);

  function closeAll() {
    return Promise.all(files.map((file) => file.close()));
  }
  async function read(index: number): Promise<SignedStatement> {
    const bytes = places.bytes[index] ?? 0;
    const buffer = Buffer.alloc(bytes);
    await files[places.file[index] ?? 0]?.read(buffer, 0, bytes, places.offset[index] ?? 0);
    // A file that was altered meanwhile: nobody signed this.
    return anchorOf(buffer.toString("utf8")) ?? { text: "", signature: "" };
  }

  return {
    count: seqs.length,
    async *inOrder() {
      for (const [place, index] of order.entries()) {
        if (place % turnLines === 0) await Bun.sleep(0);
        yield await read(index);
      }
    },
    async furthest() {
      const last = order.at(-1);
      return last === undefined ? null : read(last);
    },
    close: async () => void (await closeAll()),
  };
}

/** Whether any line of the file is a checkpoint. Rejects when the file cannot be read. */
export async function holdsCheckpoint(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    for await (const { line } of linesOf(file)) {
      const signed = anchorOf(line.toString("utf8"));
      if (signed && readCheckpoint(signed)) return true;
    }
    return false;
  } finally {
    await file.close();
  }
}

/** One that says nothing stands where it is met: at the beginning. */
const seqOf = (signed: SignedStatement) => readCheckpoint(signed)?.seq ?? 1;

type Line = { readonly offset: number; readonly line: Buffer };

async function* linesOf(file: FileHandle): AsyncIterable<Line> {
  const window = Buffer.alloc(windowBytes);
  let offset = 0;
  let isInLongLine = false;
  for (;;) {
    const { bytesRead } = await file.read(window, 0, windowBytes, offset);
    let start = 0;
    for (let end = endOfLine(start); end !== -1; end = endOfLine(start)) {
      if (!isInLongLine) yield { offset: offset + start, line: window.subarray(start, end) };
      isInLongLine = false;
      start = end + 1;
    }
    if (bytesRead < windowBytes) {
      const line = window.subarray(start, bytesRead);
      if (line.length > 0 && !isInLongLine) yield { offset: offset + start, line };
      return;
    }
    if (start === 0) {
      isInLongLine = true;
      start = bytesRead;
    }
    offset += start;

    function endOfLine(from: number): number {
      return window.subarray(0, bytesRead).indexOf("\n", from);
    }
  }
}

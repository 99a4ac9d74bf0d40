import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SignedStatement } from "./signing.ts";

/** A place outside the database where checkpoints are kept. */
export type Anchor = {
  readonly name: string;
  /** Resolves when it is kept for good. */
  keep(checkpoint: SignedStatement): Promise<void>;
  /** The last ones that were kept here, oldest first: enough to tell how far the trail has been. */
  latest(): readonly SignedStatement[];
};

/** Holds some hundred checkpoints; the file has one for each minute with entries, of years. */
const latestBytes = 65_536;

export const anchorFileIn = (dataDir: string): string =>
  join(dataDir, "audit-anchors", "checkpoints.jsonl");

/** Appends to a file of this machine, a line a checkpoint. Whoever has the machine can alter it: it is no outside witness. */
export function createFileAnchor(path: string): Anchor {
  return {
    name: "local",
    async keep(checkpoint) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, "a", 0o600);
      try {
        await file.appendFile(`${anchorLine(checkpoint)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    latest: () => parseLines(readEnd(path, latestBytes)),
  };
}

/** A checkpoint as one line of JSON, without an end. */
export const anchorLine = ({ text, signature }: SignedStatement): string =>
  JSON.stringify({ statement: text, signature });

/** The checkpoints in a file, oldest first; lines that are none are left out. */
export const readAnchorFile = (path: string): SignedStatement[] =>
  existsSync(path) ? parseLines(readFileSync(path, "utf8")) : [];

/** The checkpoint in a line; null for any other, and for one that a crash or a reader has cut off. */
export function anchorOf(line: string): SignedStatement | null {
  if (!line.startsWith("{")) return null;
  try {
    const { statement, signature } = JSON.parse(line);
    const isOne = typeof statement === "string" && typeof signature === "string";
    return isOne ? { text: statement, signature } : null;
  } catch {
    return null;
  }
}

const parseLines = (text: string): SignedStatement[] =>
  text.split("\n").flatMap((line) => anchorOf(line) ?? []);

function readEnd(path: string, bytes: number): string {
  if (!existsSync(path)) return "";
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(Math.min(size, bytes));
    readSync(file, end, 0, end.length, size - end.length);
    return end.toString("utf8");
  } finally {
    closeSync(file);
  }
}

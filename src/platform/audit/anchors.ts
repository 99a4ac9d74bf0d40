import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SignedStatement } from "./signing.ts";

/** A place outside the database where checkpoints are kept. */
export type Anchor = {
  readonly name: string;
  /** Resolves when it is kept for good. */
  keep(checkpoint: SignedStatement): Promise<void>;
};

export const anchorFileIn = (dataDir: string): string =>
  join(dataDir, "audit-anchors", "checkpoints.jsonl");

/** Appends to a file of this machine, a line a checkpoint. Whoever has the machine can alter it: it is no outside witness. */
export function createFileAnchor(path: string): Anchor {
  return {
    name: "local",
    async keep({ text, signature }) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, "a", 0o600);
      try {
        await file.appendFile(`${JSON.stringify({ statement: text, signature })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** The checkpoints in a file, oldest first; a line that a crash cut off is left out. */
export function readAnchorFile(path: string): SignedStatement[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        const { statement, signature } = JSON.parse(line);
        return typeof statement === "string" && typeof signature === "string"
          ? [{ text: statement, signature }]
          : [];
      } catch {
        return [];
      }
    });
}

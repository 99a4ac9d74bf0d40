import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { canonicalJson } from "../kernel/canonical-json.ts";
import { textOf } from "./descriptors.ts";
import { type DocumentPart, modelFormat } from "./model.ts";

/** Written in pieces of about this size. */
const pieceChars = 64 * 1024;

export type ModelWriter = {
  /** In the order of reading. Waits while the disk is behind. */
  write(part: DocumentPart): Promise<void>;
  /** SHA-256 of the file, hex: the document's fingerprint. */
  finish(): Promise<{ readonly sha256: string; readonly rows: number }>;
  /** Closes the file, finished or not. */
  close(): Promise<void>;
};

/**
 * Writes a model as JSON Lines: a line that names the format, then one part a line, each as canonical JSON (RFC 8785) ended by
 * LF. The same document is always the same bytes, so that `sha256sum` of the file is its fingerprint.
 */
export async function openModelWriter(path: string): Promise<ModelWriter> {
  const file = await open(path, "wx", 0o600);
  const hash = createHash("sha256");
  let pending = `${canonicalJson({ format: modelFormat })}\n`;
  let rows = 0;

  async function flush() {
    const piece = Buffer.from(pending, "utf8");
    pending = "";
    hash.update(piece);
    await file.writeFile(piece);
  }

  return {
    async write(part) {
      if (part.part === "row") rows += 1;
      pending += `${canonicalJson(part)}\n`;
      if (pending.length >= pieceChars) await flush();
    },
    async finish() {
      await flush();
      await file.sync();
      return { sha256: hash.digest("hex"), rows };
    },
    close: () => file.close(),
  };
}

/**
 * The parts of a stored model, read as they are asked for. Throws on a file of another format. A number is the descriptor of a
 * file that somebody else has opened, and closes.
 */
export async function* readModel(file: string | number): AsyncGenerator<DocumentPart> {
  let first = true;
  for await (const line of linesOf(file)) {
    if (!first) yield JSON.parse(line) as DocumentPart;
    else if (line !== canonicalJson({ format: modelFormat }))
      throw new Error("not a document model of this version");
    first = false;
  }
}

/** Ended by LF and nothing else: node:readline would also end them at U+2028, which JSON may hold. */
async function* linesOf(file: string | number): AsyncGenerator<string> {
  const pieces =
    typeof file === "string" ? createReadStream(file, { encoding: "utf8" }) : textOf(file);
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") throw new Error("the document model is cut off");
}

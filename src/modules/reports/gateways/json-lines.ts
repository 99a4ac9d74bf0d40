import type { JsonLines } from "../deps.ts";

/** Sent on in pieces of about this size. */
const pieceChars = 64 * 1024;

export const jsonLines: JsonLines = {
  async *encode(values) {
    let pending = "";
    for await (const value of values) {
      pending += `${JSON.stringify(value)}\n`;
      if (pending.length < pieceChars) continue;
      yield Buffer.from(pending, "utf8");
      pending = "";
    }
    yield Buffer.from(pending, "utf8");
  },
  async *decode(chunks) {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let rest = "";
    for await (const chunk of chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as unknown;
    }
    if (rest + decoder.decode() !== "") throw new Error("the lines are cut off");
  },
};

import { getPriority, setPriority } from "node:os";
import { finished } from "node:stream/promises";
import { writableTo } from "./descriptors.ts";
import { readableFormats } from "./formats.ts";
import { readModel } from "./model-file.ts";
import { readableParts } from "./readable-parts.ts";
import type { RenderAnswer, WorkerOrder } from "./renderer.ts";
import { renderers } from "./renderers.ts";

/** One file and no more: what a library has left in memory goes with the worker. */
declare const self: Worker;

/** Rows between two words about progress. */
const rowsPerReport = 500;

/** Requests go first where cores are few. Linux gives threads priorities of their own (setpriority(2)); others do not. */
const niceness = 10;
const leastUrgent = 19;
if (process.platform === "linux") setPriority(Math.min(getPriority() + niceness, leastUrgent));

const answer = (message: RenderAnswer) => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<WorkerOrder>) => {
  const out = writableTo(data.outDescriptor);
  const written = finished(out);
  // Whoever writes learns of it too; without this it would end the worker first.
  written.catch(() => {});
  try {
    const render = await renderers[data.format]();
    const all = counted(data.modelDescriptor);
    const parts = readableFormats.includes(data.format) ? readableParts(all) : all;
    const rendered = await render({ parts, fingerprint: data.fingerprint, out });
    await written;
    answer({ kind: "done", rendered });
  } catch (thrown) {
    // A renderer may only have seen that it cannot write; why, the file knows.
    const error = out.errored ?? thrown;
    out.destroy();
    answer({ kind: "failed", code: codeOf(error), message: messageOf(error) });
  }
};

async function* counted(model: number) {
  let rows = 0;
  for await (const part of readModel(model)) {
    if (part.part === "row" && ++rows % rowsPerReport === 0) answer({ kind: "progress", rows });
    yield part;
  }
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : "not an error";

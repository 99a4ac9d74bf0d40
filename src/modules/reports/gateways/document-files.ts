import { maxRows, mediaTypes } from "#platform/documents/formats";
import { type ModelWriter, openModelWriter } from "#platform/documents/model-file";
import { type DocumentRenderer, RenderError } from "#platform/documents/renderer";
import { storageFailure, storing } from "#platform/storage/errors";
import type { DocumentFiles } from "../deps.ts";

/** What the system says of files ("ENOSPC"); libraries' own codes begin otherwise or are longer. */
const systemCode = /^E[A-Z0-9]{2,15}$/;
const maxTraceLines = 20;

export const createDocumentFiles = (renderer: DocumentRenderer): DocumentFiles => ({
  ...{ maxRows, mediaTypes },
  async openModel(path) {
    const writer = await storing(() => openModelWriter(path));
    return {
      write: (part) => storing(() => writer.write(part)),
      finish: () => storing(() => writer.finish()),
      close: () => writer.close(),
    } satisfies ModelWriter;
  },
  async render(order, options) {
    try {
      const rendering = renderer.render(order, options);
      return { outcome: "made", rendered: await unlessAborted(rendering, options.signal) };
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      if (error.code !== null && systemCode.test(error.code)) throw storageFailure(error.code);
      return { outcome: "defect", trace: traceOf(error.message) };
    }
  },
});

/** Files wait for each other: what nobody wants any more does not wait for its turn. */
function unlessAborted<T>(rendering: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  return Promise.race([aborted, rendering]).finally(() =>
    signal.removeEventListener("abort", stop),
  );
}

/** Where it happened. What was said may hold what users wrote: it stays here. */
const traceOf = (message: string): string =>
  message
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxTraceLines)
    .join("\n");

import { type FileHandle, open } from "node:fs/promises";
import type { DocumentFormat } from "./formats.ts";
import type { Rendered } from "./rendering.ts";

export type RenderOrder = {
  /** A model written by model-file.ts. */
  readonly modelPath: string;
  /** SHA-256 of it, hex. */
  readonly fingerprint: string;
  readonly format: DocumentFormat;
  /** Must not be there yet. What a failure leaves of it is the caller's to delete. */
  readonly outPath: string;
};

/** To the thread: files are its caller's, for a thread that is ended leaves those that it opened open. */
export type WorkerOrder = Pick<RenderOrder, "fingerprint" | "format"> & {
  readonly modelDescriptor: number;
  readonly outDescriptor: number;
};

export type RenderAnswer =
  | { readonly kind: "progress"; readonly rows: number }
  | { readonly kind: "done"; readonly rendered: Rendered }
  | { readonly kind: "failed"; readonly code: string | null; readonly message: string };

/** `code`: what the system said ("ENOSPC"), null for a defect. The message may hold what the document says: not for people. */
export class RenderError extends Error {
  readonly code: string | null;
  constructor(message: string, code: string | null) {
    super(message);
    this.name = "RenderError";
    this.code = code;
  }
}

export type DocumentRenderer = {
  /**
   * Makes one file of a model in a thread of its own, so that requests are answered meanwhile; files wait for each other.
   * Throws {@link RenderError}, and the signal's reason when it is aborted.
   */
  render(
    order: RenderOrder,
    options: { readonly signal: AbortSignal; readonly onProgress?: (rows: number) => void },
  ): Promise<Rendered>;
};

export function createDocumentRenderer(): DocumentRenderer {
  // A file may take hundreds of megabytes: one at a time in a process.
  let last: Promise<unknown> = Promise.resolve();
  return {
    render(order, { signal, onProgress = () => {} }) {
      const next = last.then(() => renderInWorker(order, signal, onProgress));
      last = next.catch(() => {});
      return next;
    },
  };
}

/** After a thread was ended: by then a write that it had asked for has begun, and cannot meet another file of this number. */
const closeAfterMs = 1_000;

async function renderInWorker(
  { modelPath, outPath, format, fingerprint }: RenderOrder,
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<Rendered> {
  signal.throwIfAborted();
  const model = await opened(modelPath, "r");
  const out = await opened(outPath, "wx").catch(async (error: unknown) => {
    await model.close();
    throw error;
  });
  let isWritten = false;
  try {
    const order = { format, fingerprint, modelDescriptor: model.fd, outDescriptor: out.fd };
    const rendered = await inWorker(order, signal, onProgress);
    isWritten = true;
    return rendered;
  } finally {
    const close = () => Promise.all([model.close(), out.close()]);
    if (isWritten) await close();
    else setTimeout(() => void close(), closeAfterMs).unref();
  }
}

const opened = (path: string, flags: "r" | "wx"): Promise<FileHandle> =>
  open(path, flags, 0o600).catch((error: Error & { readonly code?: string }) => {
    throw new RenderError(error.message, error.code ?? null);
  });

async function inWorker(
  order: WorkerOrder,
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<Rendered> {
  const worker = new Worker(new URL("./render.worker.ts", import.meta.url).href);
  const ended = Promise.withResolvers<void>();
  const { promise, resolve, reject } = Promise.withResolvers<Rendered>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  worker.onmessage = ({ data }: MessageEvent<RenderAnswer>) => {
    if (data.kind === "progress") onProgress(data.rows);
    else if (data.kind === "done") resolve(data.rendered);
    else reject(new RenderError(data.message, data.code));
  };
  worker.onerror = (event) => reject(new RenderError(event.message, null));
  worker.addEventListener("close", () => {
    ended.resolve();
    reject(new RenderError("the thread ended early", null));
  });
  worker.postMessage(order);
  // The files were opened meanwhile.
  if (signal.aborted) stop();
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
    worker.terminate();
    await ended.promise;
  }
}

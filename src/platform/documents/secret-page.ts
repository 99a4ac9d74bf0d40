import type { SecretPage } from "./model.ts";

/** So many fit beside the code. */
const maxSecretLength = 24;

export type SecretPageAnswer =
  | { readonly kind: "done"; readonly bytes: Uint8Array }
  | { readonly kind: "failed" };

/** Draws a page. It is never in a file of ours, not even for a moment: see {@link createSecretPageMaker}. */
export type MakeSecretPage = (page: SecretPage) => Promise<Uint8Array>;

/**
 * Makes PDF files of one page, in memory, each in a thread of its own that leaves nothing behind; one after the other.
 * Throws an Error that says nothing of the page.
 */
export function createSecretPageMaker(): MakeSecretPage {
  let last: Promise<unknown> = Promise.resolve();
  return (page) => {
    if (page.secret.length > maxSecretLength) throw new RangeError("too long a secret for a page");
    const next = last.then(() => inWorker(page));
    last = next.catch(() => {});
    return next;
  };
}

async function inWorker(page: SecretPage): Promise<Uint8Array> {
  const worker = new Worker(new URL("./secret-page/secret-page.worker.ts", import.meta.url).href);
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const failed = () => reject(new Error("a page could not be drawn"));
  worker.onmessage = ({ data }: MessageEvent<SecretPageAnswer>) =>
    data.kind === "done" ? resolve(data.bytes) : failed();
  worker.onerror = failed;
  worker.addEventListener("close", failed);
  worker.postMessage(page);
  try {
    return await promise;
  } finally {
    worker.terminate();
  }
}

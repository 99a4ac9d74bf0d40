import type { SecretPage } from "../model.ts";
import type { SecretPageAnswer } from "../secret-page.ts";
import { drawSecretPage } from "./draw-secret-page.ts";

/** One page and no more: what is left of it in memory goes with the worker. */
declare const self: Worker;

const answer = (message: SecretPageAnswer) => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<SecretPage>) => {
  try {
    answer({ kind: "done", bytes: await drawSecretPage(data) });
  } catch {
    // What went wrong may tell of what is on the page.
    answer({ kind: "failed" });
  }
};

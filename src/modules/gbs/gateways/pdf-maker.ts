import type { DocumentPart } from "#platform/documents/model";
import { openModelWriter } from "#platform/documents/model-file";
import { type DocumentRenderer, RenderError } from "#platform/documents/renderer";
import { storageFailure, storing } from "#platform/storage/errors";
import type { Scratch } from "#platform/storage/scratch";

/**
 * Makes a PDF of a model, in a thread of its own; gives its path. What the disk refuses is `storage.full` or
 * `storage.unavailable`; throws the signal's reason when it is aborted.
 */
export type MakePdf = (
  scratch: Scratch,
  parts: readonly DocumentPart[],
  signal: AbortSignal,
) => Promise<string>;

/** What the system says of files ("ENOSPC"); libraries' own codes begin otherwise or are longer. */
const systemCode = /^E[A-Z0-9]{2,15}$/;

export const createPdfMaker =
  (renderer: DocumentRenderer): MakePdf =>
  async (scratch, parts, signal) => {
    const modelPath = scratch.path("model.jsonl");
    const outPath = scratch.path("document.pdf");
    const writer = await storing(() => openModelWriter(modelPath));
    let fingerprint: string;
    try {
      for (const part of parts) await storing(() => writer.write(part));
      ({ sha256: fingerprint } = await storing(() => writer.finish()));
    } finally {
      await writer.close();
    }
    try {
      await renderer.render({ modelPath, fingerprint, format: "pdf", outPath }, { signal });
      return outPath;
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      if (error.code !== null && systemCode.test(error.code)) throw storageFailure(error.code);
      // Its message may hold what users wrote: logs get none of it.
      throw new Error("a document of a debt could not be rendered");
    }
  };

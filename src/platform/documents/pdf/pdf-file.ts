import { PDFDocument, PDFHexString, PDFName, type PDFRef } from "pdf-lib";
import type { DocumentHead } from "../model.ts";
import { compressed } from "./compressed.ts";
import { embedFace } from "./fonts/embed-face.ts";
import type { Faces } from "./fonts/faces.ts";
import type { Page } from "./page/pages.ts";

const program = "FinTrack";

/**
 * The bytes of a PDF 1.7 file (ISO 32000-1) that depend on nothing but what is given: its times are those of the document, its
 * identifier is the fingerprint.
 */
export async function pdfFile(options: {
  readonly pages: readonly Page[];
  readonly faces: Faces;
  readonly head: DocumentHead;
  /** As readers show it. */
  readonly title: string;
  readonly fingerprint: string;
}): Promise<Uint8Array> {
  const { pages, faces, head, title, fingerprint } = options;
  const file = await PDFDocument.create({ updateMetadata: false });
  const { context } = file;
  const fonts: Record<string, PDFRef> = {};
  for (const face of faces.opened())
    if (face.used.length > 0) fonts[face.name] = await embedFace(context, face, fingerprint);
  const resources = context.register(context.obj({ Font: fonts }));
  for (const { widthPt, heightPt, content } of pages) {
    const { node } = file.addPage([widthPt, heightPt]);
    node.set(PDFName.of("Resources"), resources);
    node.set(PDFName.of("Contents"), context.register(compressed(context, content.operators())));
  }
  file.setTitle(title, { showInWindowTitleBar: true });
  file.setLanguage(head.language);
  file.setCreator(program);
  file.setProducer(program);
  const created = new Date(head.createdAt);
  file.setCreationDate(created);
  file.setModificationDate(created);
  const id = PDFHexString.of(fingerprint.slice(0, 32));
  context.trailerInfo.ID = context.obj([id, id]);
  return file.save({ addDefaultPage: false, objectsPerTick: Number.POSITIVE_INFINITY });
}

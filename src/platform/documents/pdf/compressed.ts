import { deflateSync } from "node:zlib";
import type { PDFContext, PDFRawStream } from "pdf-lib";

/** A stream deflated by the system's zlib: the one that pdf-lib brings is written in JavaScript. */
export function compressed(context: PDFContext, content: string | Uint8Array): PDFRawStream {
  return context.stream(deflateSync(content), { Filter: "FlateDecode" });
}

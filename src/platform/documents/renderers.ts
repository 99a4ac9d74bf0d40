import type { DocumentFormat } from "./formats.ts";
import type { Render } from "./rendering.ts";

/** Every format's renderer, loaded when it is asked for: a file needs one of these libraries. */
export const renderers: Readonly<Record<DocumentFormat, () => Promise<Render>>> = {
  pdf: async () => (await import("./pdf/render-pdf.ts")).renderPdf,
  docx: async () => (await import("./docx/render.ts")).renderDocx,
  xlsx: async () => (await import("./xlsx/render-xlsx.ts")).renderXlsx,
  xml: async () => (await import("./xml/render.ts")).renderXml,
  csv: async () => (await import("./csv/render-csv.ts")).renderCsv,
  md: async () => (await import("./markdown/render.ts")).renderMarkdown,
};

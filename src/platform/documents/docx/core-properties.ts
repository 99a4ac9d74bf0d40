import type { DocumentHead } from "../model.ts";

/** Where a package keeps them (ECMA-376 part 2, 11). */
export const corePropertiesPath = "docProps/core.xml";

/** The library would write when it ran; a document made twice says the same instead. `show` leaves what XML can hold. */
export function coreProperties(
  { title, subtitle, language, createdAt, id }: DocumentHead,
  show: (text: string) => string,
): string {
  const element = (name: string, text: string) => `<${name}>${escaped(show(text))}</${name}>`;
  const moment = (name: string) =>
    `<dcterms:${name} xsi:type="dcterms:W3CDTF">${createdAt.replace(/\.\d+Z$/, "Z")}</dcterms:${name}>`;
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"' +
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"' +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    element("dc:title", title) +
    (subtitle === null ? "" : element("dc:subject", subtitle)) +
    element("dc:creator", "FinTrack") +
    element("dc:identifier", id) +
    element("dc:language", language) +
    element("cp:lastModifiedBy", "FinTrack") +
    moment("created") +
    moment("modified") +
    "</cp:coreProperties>"
  );
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

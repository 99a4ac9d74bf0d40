import type { SubsetStream } from "@pdf-lib/fontkit";
import { type PDFContext, type PDFRef, PDFString } from "pdf-lib";
import { compressed } from "../compressed.ts";
import type { Face, UsedGlyph } from "./face.ts";

/** Entries of one list in a CMap (Adobe Technical Note 5014). */
const maxListEntries = 100;
/** ISO 32000-1, table 123: symbolic, the glyphs are not those of the Latin character set. */
const symbolic = 4;
/** The thickness of stems, which the fonts do not say; only readers that replace the font look at it. */
const stemWidth = 80;

/**
 * Puts the glyphs that were used into the file, as a composite font (ISO 32000-1, 9.7). pdf-lib could do so, but gives one
 * code to a glyph whatever it stands for, no place to shift glyphs, and lays every text out twice.
 */
export async function embedFace(
  context: PDFContext,
  face: Face,
  fingerprint: string,
): Promise<PDFRef> {
  const { font, used } = face;
  const subset = font.createSubset();
  const glyphs = used.map(({ glyph }) => subset.includeGlyph(glyph));
  const scale = 1000 / font.unitsPerEm;
  const name = `${subsetTag(fingerprint)}+${face.file}`;
  const descriptor = context.obj({
    Type: "FontDescriptor",
    FontName: name,
    Flags: symbolic,
    FontBBox: [font.bbox.minX, font.bbox.minY, font.bbox.maxX, font.bbox.maxY].map((side) =>
      Math.round(side * scale),
    ),
    ItalicAngle: 0,
    Ascent: font.ascent * scale,
    Descent: font.descent * scale,
    CapHeight: font.ascent * scale,
    StemV: stemWidth,
    FontFile2: context.register(compressed(context, await bytesOf(subset.encodeStream()))),
  });
  const descendant = context.obj({
    Type: "Font",
    Subtype: "CIDFontType2",
    BaseFont: name,
    CIDSystemInfo: {
      Registry: PDFString.of("Adobe"),
      Ordering: PDFString.of("Identity"),
      Supplement: 0,
    },
    FontDescriptor: context.register(descriptor),
    W: [1, used.map(({ width }) => width)],
    CIDToGIDMap: context.register(compressed(context, glyphMap(glyphs))),
  });
  return context.register(
    context.obj({
      Type: "Font",
      Subtype: "Type0",
      BaseFont: name,
      Encoding: "Identity-H",
      DescendantFonts: [context.register(descendant)],
      ToUnicode: context.register(compressed(context, toUnicode(used))),
    }),
  );
}

/** Six capital letters, the same for the same document. */
const subsetTag = (fingerprint: string): string =>
  Array.from(fingerprint.slice(0, 6), (digit) =>
    String.fromCharCode("A".charCodeAt(0) + Number.parseInt(digit, 16)),
  ).join("");

function glyphMap(glyphs: readonly number[]): Uint8Array {
  const map = Buffer.alloc((glyphs.length + 1) * 2);
  for (const [index, glyph] of glyphs.entries()) map.writeUInt16BE(glyph, (index + 1) * 2);
  return map;
}

function toUnicode(used: readonly UsedGlyph[]): string {
  const entries = used.map(
    ({ text }, index) =>
      `<${(index + 1).toString(16).padStart(4, "0")}> <${Buffer.from(text, "utf16le").swap16().toString("hex")}>`,
  );
  const lists: string[] = [];
  for (let at = 0; at < entries.length; at += maxListEntries) {
    const list = entries.slice(at, at + maxListEntries);
    lists.push(`${list.length} beginbfchar\n${list.join("\n")}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
${lists.join("\n")}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
`;
}

const bytesOf = (stream: SubsetStream): Promise<Uint8Array> =>
  new Promise((resolve) => {
    const pieces: Uint8Array[] = [];
    stream.on("data", (piece) => pieces.push(piece));
    stream.on("end", () => resolve(Buffer.concat(pieces)));
  });

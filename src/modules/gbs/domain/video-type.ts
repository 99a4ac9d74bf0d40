/** What recordings may be, told by their first bytes; what they are called, or said to be, counts for nothing. */
export type VideoType = "video/mp4" | "video/quicktime" | "video/webm";

/** The kind of video that a file begins like; null for everything else. A few hundred bytes are enough. */
export const videoTypeOf = (beginning: Uint8Array): VideoType | null =>
  isoMediaType(beginning) ?? webmType(beginning);

/** ISO/IEC 14496-12: a box is its length, its type, and what it holds; files begin with one of type "ftyp". */
const boxHeaderBytes = 8;
/** Major brand and minor version; brands of four bytes each may follow. */
const leastFtypBytes = 16;
const maxFtypBytes = 1024;
/** Major brands of video (https://mp4ra.org); pictures, sound alone and others have brands of their own. */
const mp4Brands =
  /^(iso[2-9a-m]|mp4[12]|avc1|dash|M4V[ HP]|mmp4|MSNV|XAVC|3g[psrge2][0-9a-f]|cmf[cf2])$/;
const quickTimeBrand = "qt  ";
/** What can follow it at the top of a file. */
const topBoxes = /^(moov|moof|mdat|free|skip|wide|uuid|sidx|styp|pdin|meta|udta|prft|emsg|mfra)$/;

function isoMediaType(bytes: Uint8Array): VideoType | null {
  const length = uint32(bytes, 0);
  if (ascii(bytes, 4) !== "ftyp" || length < leastFtypBytes || length > maxFtypBytes) return null;
  if (length % 4 !== 0 || bytes.length < length + boxHeaderBytes) return null;
  if (!topBoxes.test(ascii(bytes, length + 4))) return null;
  const brand = ascii(bytes, 8);
  if (brand === quickTimeBrand) return "video/quicktime";
  return brand === "isom" || mp4Brands.test(brand) ? "video/mp4" : null;
}

/** RFC 8794 (EBML) and RFC 9559: an element is its id, its size, and its data; files begin with the EBML header. */
const ids = { ebml: "1a45dfa3", docType: "4282", segment: "18538067" } as const;

function webmType(bytes: Uint8Array): VideoType | null {
  const header = elementAt(bytes, 0);
  if (header?.id !== ids.ebml) return null;
  const end = header.dataAt + header.size;
  if (elementAt(bytes, end)?.id !== ids.segment) return null;
  for (let at = header.dataAt; at < end; ) {
    const element = elementAt(bytes, at);
    if (!element) return null;
    const { id, dataAt, size } = element;
    if (id === ids.docType)
      return text(bytes.subarray(dataAt, dataAt + size)) === "webm" ? "video/webm" : null;
    at = dataAt + size;
  }
  return null;
}

function elementAt(bytes: Uint8Array, at: number) {
  const idLength = lengthOfVarInt(bytes[at]);
  const sizeAt = at + idLength;
  const sizeLength = lengthOfVarInt(bytes[sizeAt]);
  const dataAt = sizeAt + sizeLength;
  if (idLength === 0 || idLength > 4 || sizeLength === 0 || dataAt > bytes.length) return null;
  // A header of gigabytes is none; the size of what follows it is of no interest.
  const size = bytes
    .subarray(sizeAt, dataAt)
    .reduce(
      (value, byte, index) => value * 256 + (index === 0 ? byte & (0xff >> sizeLength) : byte),
      0,
    );
  return { id: bytes.subarray(at, sizeAt).toHex(), dataAt, size };
}

/** The first bit that is set says how many bytes there are; 0 = none is. */
const lengthOfVarInt = (first: number | undefined): number =>
  first === undefined || first === 0 ? 0 : Math.clz32(first) - 23;

const uint32 = (bytes: Uint8Array, at: number): number =>
  bytes.subarray(at, at + 4).reduce((value, byte) => value * 256 + byte, 0);
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const ascii = (bytes: Uint8Array, at: number): string => text(bytes.subarray(at, at + 4));

/**
 * A zip (PKWARE APPNOTE 6.3.3) that has one spelling: files as they are, without compression, all of the first moment
 * that the format knows, in the order of their names, with nothing around them. Whoever has the files can make it anew
 * and compare byte by byte, as verifier/verify.mjs does.
 */
export type ZipMember = {
  readonly name: string;
  readonly sizeBytes: number;
  /** APPNOTE 4.4.7. */
  readonly crc32: number;
};

/** The format's own bounds, without the extension for larger ones. */
const maxZipBytes = 2 ** 32 - 1;
const maxMembers = 2 ** 16 - 1;

const [localHead, centralHead, end] = [0x04034b50, 0x02014b50, 0x06054b50];
/** 1.0: nothing is asked of whoever reads it. */
const formatVersion = 10;
/** 1 January 1980, 0:00. */
const firstDay = 0x0021;
const properName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** What stands before a file's bytes. */
export const zipHeader = (member: ZipMember): Uint8Array =>
  joined([numbers([[4, localHead]]), factsOf(member), ascii(member.name)]);

/** What stands after the last file. Throws when the members are not in order, or too many, or too large. */
export function zipDirectory(members: readonly ZipMember[]): Uint8Array {
  let [offset, before] = [0, ""];
  const listed = members.map((member) => {
    const { name, sizeBytes } = member;
    if (name <= before || !properName.test(name)) throw new Error("not a name in its order");
    const line = [
      ...[
        numbers([
          [4, centralHead],
          [2, formatVersion],
        ]),
        factsOf(member),
      ],
      // Without a comment, on the first disk, without attributes.
      ...[
        numbers([
          [2, 0],
          [2, 0],
          [2, 0],
          [4, 0],
          [4, offset],
        ]),
        ascii(name),
      ],
    ];
    offset += zipHeader(member).length + sizeBytes;
    before = name;
    return joined(line);
  });
  const directory = joined(listed);
  const count = members.length;
  if (count > maxMembers || offset + directory.length > maxZipBytes)
    throw new Error("more than a zip holds");
  const sizes = numbers([
    [4, end],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
  ]);
  return joined([
    directory,
    sizes,
    numbers([
      [4, directory.length],
      [4, offset],
      [2, 0],
    ]),
  ]);
}

/** What stands alike in the header and in the directory. */
const factsOf = ({ name, sizeBytes, crc32 }: ZipMember): Uint8Array =>
  numbers([
    // Neither encrypted nor compressed.
    ...([
      [2, formatVersion],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, firstDay],
    ] as const),
    ...([
      [4, crc32],
      [4, sizeBytes],
      [4, sizeBytes],
      [2, name.length],
      [2, 0],
    ] as const),
  ]);

/** Whole numbers of two or four bytes, the least significant first. */
function numbers(fields: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(bytes.buffer);
}

const ascii = (name: string): Uint8Array => new TextEncoder().encode(name);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

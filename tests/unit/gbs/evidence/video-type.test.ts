import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { videoTypeOf } from "#modules/gbs/domain/video-type";

const fixture = (name: string): Promise<Uint8Array> =>
  Bun.file(join(import.meta.dir, "../../../fixtures/videos", name)).bytes();
const ascii = (text: string) => new TextEncoder().encode(text);
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const box = (type: string, content: Uint8Array) => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(type, 4, "latin1");
  return joined(header, content);
};
const beginning = (brand: string, next = "moov") =>
  joined(box("ftyp", ascii(`${brand}\0\0\x02\0isom`)), box(next, new Uint8Array(16)));

describe("videos", () => {
  for (const [name, type] of [
    ["plain.mp4", "video/mp4"],
    ["fragmented.mp4", "video/mp4"],
    ["plain.mov", "video/quicktime"],
    ["plain.webm", "video/webm"],
  ] as const)
    test(`${name} is ${type}, also by its first kilobyte alone`, async () => {
      const bytes = await fixture(name);
      expect(videoTypeOf(bytes)).toBe(type);
      expect(videoTypeOf(bytes.subarray(0, 1024))).toBe(type);
    });

  test("of phones and cameras are known by their brands", () => {
    for (const brand of ["isom", "iso5", "mp42", "mp41", "avc1", "M4V ", "MSNV", "3gp5", "XAVC"])
      expect(videoTypeOf(beginning(brand))).toBe("video/mp4");
    expect(videoTypeOf(beginning("qt  ", "wide"))).toBe("video/quicktime");
  });
});

describe("what only looks like a video", () => {
  for (const name of ["sound.m4a", "matroska.mkv", "picture.avif", "picture.png"])
    test(`${name} is none`, async () => {
      expect(videoTypeOf(await fixture(`no-videos/${name}`))).toBeNull();
    });

  test("brands of pictures, sound and others are none", () => {
    for (const brand of ["heic", "mif1", "avif", "M4A ", "M4B ", "F4A ", "jp2 ", "crx ", "MP42"])
      expect(videoTypeOf(beginning(brand))).toBeNull();
  });

  test("a beginning with nothing behind it, or something else, is none", async () => {
    const bytes = await fixture("plain.mp4");
    for (let length = 0; length < 40; length += 1)
      expect(videoTypeOf(bytes.subarray(0, length))).toBeNull();
    expect(videoTypeOf(beginning("isom", "\0\0\0\0"))).toBeNull();
    expect(
      videoTypeOf(joined(ascii("\0\0\0\x18"), ascii("ftypisom and so on and so on"))),
    ).toBeNull();
    const webm = await fixture("plain.webm");
    for (let length = 0; length < 36; length += 1)
      expect(videoTypeOf(webm.subarray(0, length))).toBeNull();
    expect(videoTypeOf(joined(webm.subarray(0, 36), ascii("<html>webm</html>")))).toBeNull();
  });

  test("texts, archives and nothing are none", () => {
    for (const text of [
      "",
      "ftypisom",
      "%PDF-1.7",
      "PK\u0003\u0004",
      "<html>ftypmp42</html>",
      "webm",
    ])
      expect(videoTypeOf(ascii(text))).toBeNull();
  });

  test("whatever bytes come, it answers, and random ones are none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(videoTypeOf(bytes)).toBeNull();
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (rest, isWebm) => {
        const start = isWebm ? Uint8Array.fromHex("1a45dfa3") : ascii("\0\0\0\x20ftyp");
        videoTypeOf(joined(start, rest));
      }),
      { numRuns: 500 },
    );
  });
});

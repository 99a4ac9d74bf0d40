import { describe, expect, test } from "bun:test";
import { PassThrough, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { DocumentPart } from "#platform/documents/model";
import { renderXlsx } from "#platform/documents/xlsx/render-xlsx";
import { sampleParts } from "../../support/documents.ts";
import { eventually } from "../../support/eventually.ts";

const fingerprint = "0".repeat(64);
const english = (rows: number) => sampleParts({ language: "en-US", rows });

async function* counted(parts: Iterable<DocumentPart>, seen: { rows: number }) {
  for (const part of parts) {
    if (part.part === "row") seen.rows += 1;
    yield part;
  }
}
async function bytesOf(parts: Iterable<DocumentPart>): Promise<Buffer> {
  const out = new PassThrough();
  const [bytes] = await Promise.all([
    buffer(out),
    renderXlsx({ parts: counted(parts, { rows: 0 }), fingerprint, out }),
  ]);
  return bytes;
}

describe("the bytes of an Excel file", () => {
  test("are the same each time, at any speed of whoever takes them", async () => {
    const first = await bytesOf(english(3_000));
    const pieces: Buffer[] = [];
    const slow = new Writable({
      highWaterMark: 1024,
      write(piece, _, done) {
        pieces.push(piece);
        setTimeout(done, 1);
      },
    });
    // The zip would show the time in steps of two seconds.
    await Bun.sleep(2_100);
    await renderXlsx({ parts: counted(english(3_000), { rows: 0 }), fingerprint, out: slow });
    expect(Bun.SHA256.hash(Buffer.concat(pieces), "hex")).toBe(Bun.SHA256.hash(first, "hex"));
  });

  test("are waited for: rows are not read while nobody takes them", async () => {
    const seen = { rows: 0 };
    const stuck = new Writable({ write() {} });
    const rendering = renderXlsx({
      parts: counted(english(200_000), seen),
      fingerprint,
      out: stuck,
    });
    rendering.catch(() => {});
    await eventually("it begins", () => seen.rows > 0);
    let before = 0;
    while (seen.rows !== before) {
      before = seen.rows;
      await Bun.sleep(500);
    }
    expect(seen.rows).toBeLessThan(40_000);
    stuck.destroy(new Error("nobody took them"));
    await expect(rendering).rejects.toThrow("nobody took them");
  });

  test("are missed: a full disk ends the work with what the system says", async () => {
    const seen = { rows: 0 };
    const full = new Writable({
      write: (_piece, _encoding, done) =>
        done(Object.assign(new Error("no space"), { code: "ENOSPC" })),
    });
    await expect(
      renderXlsx({ parts: counted(english(200_000), seen), fingerprint, out: full }),
    ).rejects.toMatchObject({ code: "ENOSPC" });
    expect(seen.rows).toBeLessThan(40_000);
  });

  test("are none when the document contradicts itself or is cut off", async () => {
    const parts = [...english(3)];
    const row = parts.findIndex(({ part }) => part === "row");
    const wrong = parts.filter((_, index) => index !== row);
    await expect(bytesOf(wrong)).rejects.toThrow("a sum is not what its cells add up to");
    await expect(bytesOf(parts.slice(1))).rejects.toThrow("a document begins with its head");
  });
});

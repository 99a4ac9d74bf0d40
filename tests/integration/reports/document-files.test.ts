import { describe, expect, test } from "bun:test";
import { createDocumentFiles } from "#modules/reports/gateways/document-files";
import { jsonLines } from "#modules/reports/gateways/json-lines";
import { RenderError } from "#platform/documents/renderer";
import { AppError } from "#platform/kernel/errors";

const order = { modelPath: "/none", fingerprint: "", format: "csv", outPath: "/none" } as const;
const options = { signal: new AbortController().signal, onProgress: () => {} };
const failing = (error: unknown) =>
  createDocumentFiles({ render: () => Promise.reject(error) }).render(order, options);

describe("a file that cannot be made", () => {
  test.each([
    ["ENOSPC", "storage.full"],
    ["EDQUOT", "storage.full"],
    ["EIO", "storage.unavailable"],
    ["ENOENT", "storage.unavailable"],
  ])("because the disk says %s is %s", async (code, expected) => {
    const error = await failing(new RenderError("no", code)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error.code).toBe(expected);
  });

  test("because of us tells where, and nothing of what users wrote", async () => {
    const message =
      "Error: secret payee\n    at draw (/src/pdf.ts:3:4)\nsecret note\n    at page (/src/pdf.ts:9:1)";
    for (const code of [null, "ERR_OUT_OF_RANGE"])
      expect(await failing(new RenderError(message, code))).toEqual({
        outcome: "defect",
        trace: "    at draw (/src/pdf.ts:3:4)\n    at page (/src/pdf.ts:9:1)",
      });
  });

  test("because nobody wants it any more throws the reason", async () => {
    const reason = new Error("cancelled");
    expect(await failing(reason).catch((thrown) => thrown)).toBe(reason);
  });

  test("because nobody wants it any more while it waits for others throws the reason at once", async () => {
    const files = createDocumentFiles({ render: () => new Promise(() => {}) });
    const stop = new AbortController();
    const rendering = files.render(order, { ...options, signal: stop.signal });
    const reason = new Error("cancelled");
    setTimeout(() => stop.abort(reason), 20);
    expect(await rendering.catch((thrown) => thrown)).toBe(reason);
    const late = files.render(order, { ...options, signal: stop.signal });
    expect(await late.catch((thrown) => thrown)).toBe(reason);
  });

  test("where no model can be written is the store's failure, too", async () => {
    const files = createDocumentFiles({ render: () => Promise.reject(new Error()) });
    const error = await files.openModel("/no/such/directory/x").catch((thrown) => thrown);
    expect(error.code).toBe("storage.unavailable");
  });
});

describe("values as lines of JSON", () => {
  const values = [{ text: "ü\u2028\n€" }, [1, null], "x".repeat(200_000), {}];
  async function* each<T>(all: Iterable<T>) {
    yield* all;
  }
  test("come back as they were, however the bytes are cut", async () => {
    const bytes = Buffer.concat(await Array.fromAsync(jsonLines.encode(each(values))));
    expect(bytes.toString().split("\n")).toHaveLength(values.length + 1);
    for (const size of [1, 7, 65_536]) {
      const cut = function* () {
        for (let from = 0; from < bytes.length; from += size)
          yield bytes.subarray(from, from + size);
      };
      expect(await Array.fromAsync(jsonLines.decode(each(cut())))).toEqual(values);
    }
  });
  test("that were cut off are no values", async () => {
    const decode = (text: string) => Array.fromAsync(jsonLines.decode(each([Buffer.from(text)])));
    expect(await decode("")).toEqual([]);
    await expect(decode('{"a":1}\n{"b"')).rejects.toThrow("cut off");
    await expect(decode('{"a":1}')).rejects.toThrow("cut off");
  });
});

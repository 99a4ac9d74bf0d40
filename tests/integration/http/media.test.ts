import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { Elysia, t } from "elysia";
import fc from "fast-check";
import { readByteRange } from "#platform/http/byte-range";
import type { HttpKit } from "#platform/http/kit";
import { mediaResponse } from "#platform/http/media";
import { defineErrors } from "#platform/kernel/errors";
import { eventually } from "../../support/eventually.ts";
import { startTestApi } from "../../support/http-app.ts";

const errors = defineErrors("films", { gone: { kind: "gone", title: "Gone" } });
const pieceBytes = 10_000;
const plain = crypto.getRandomValues(new Uint8Array(60_000));
const film = Buffer.concat([plain, plain, plain, plain]);
const etag = '"of these bytes"';
let isGone = false;
let pieces = 0;
let ended = false;
beforeEach(() => {
  isGone = false;
  pieces = 0;
  ended = false;
});

async function* read({ first, last }: { first: number; last: number }) {
  try {
    if (isGone) throw errors.fail("gone", "It is gone.");
    for (let at = first; at <= last; at += pieceBytes) {
      pieces += 1;
      yield film.subarray(at, Math.min(last + 1, at + pieceBytes));
    }
  } finally {
    ended = true;
  }
}

const routes = (kit: HttpKit) =>
  new Elysia({ prefix: "/v1" })
    .use(kit.plugin)
    .get(
      "/film",
      ({ exchange, request }) =>
        mediaResponse(request, exchange, {
          ...{ type: "video/webm", sizeBytes: film.length, etag, read },
        }),
      kit.route({
        ...{ operationId: "watch", tags: ["Test"], summary: "Watch", access: "notes:write" },
        limit: "read",
        mediaType: "video/webm",
        responses: { 200: t.String(), 206: t.String() },
        errors: [410, 416],
      }),
    )
    .get(
      "/long-film",
      ({ exchange, request }) =>
        mediaResponse(request, exchange, {
          ...{ type: "video/webm", sizeBytes: 1_000_000_000, etag },
          async *read() {
            try {
              for (;;) {
                pieces += 1;
                yield film;
              }
            } finally {
              ended = true;
            }
          },
        }),
      kit.route({
        ...{ operationId: "watchLong", tags: ["Test"], summary: "Watch", access: "notes:write" },
        limit: "read",
        mediaType: "video/webm",
        responses: { 200: t.String(), 206: t.String() },
        errors: [416],
      }),
    );
const api = startTestApi({ routes, config: { limits: { readsPerMinute: 1_000_000 } } });
afterAll(() => api.stop());

const ask = (headers: Record<string, string> = {}, method = "GET", path = "film") =>
  fetch(`${api.url}/v1/${path}`, {
    ...{ method, headers: { authorization: "Bearer good", ...headers } },
  });

describe("a range", () => {
  test.each([
    ["bytes=0-0", 0, 0],
    ["bytes=9999-10000", 9_999, 10_000],
    ["bytes=0-", 0, 239_999],
    ["bytes=239999-", 239_999, 239_999],
    ["bytes=-1", 239_999, 239_999],
    ["bytes=-999999999999999999999", 0, 239_999],
    ["bytes=5-99999999999999999999999", 5, 239_999],
    ["BYTES = 7-8 ", 7, 8],
  ])("%p is answered with its bytes", async (range, first, last) => {
    const response = await ask({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${first}-${last}/${film.length}`);
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.equals(film.subarray(first, last + 1))).toBe(true);
    expect(ended).toBe(true);
  });

  test.each([
    ["bytes=240000-"],
    ["bytes=240000-240001"],
    ["bytes=-0"],
    ["bytes=99999999999999999999-"],
  ])("%p is a 416 that says how long it is", async (range) => {
    const response = await ask({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe(`bytes */${film.length}`);
    expect((await response.json()) as object).toMatchObject({ code: "http.range_not_satisfiable" });
    expect(pieces).toBe(0);
  });

  test.each([
    ...[["bytes=2-1"], ["bytes=0-1,3-4"], ["items=0-1"], ["bytes="], ["bytes=-"], ["bytes=a-b"]],
    ...[["bytes=0x1-2"], ["bytes 0-1"], ["bytes=1.5-2"], ["bytes=+1-2"]],
  ])("%p is none: all of it is sent", async (range) => {
    const response = await ask({ range });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-range")).toBeNull();
    expect(Buffer.from(await response.arrayBuffer()).equals(film)).toBe(true);
  });

  test("gives the bytes that it names, whatever it names", async () => {
    const spot = fc.oneof(fc.nat(film.length + 10), fc.constantFrom(0, 9_999, 10_000, 239_999));
    const asked = fc.oneof(
      fc.tuple(spot, spot).map(([a, b]) => `bytes=${Math.min(a, b)}-${Math.max(a, b)}`),
      spot.map((from) => `bytes=${from}-`),
      spot.map((suffix) => `bytes=-${suffix}`),
    );
    await fc.assert(
      fc.asyncProperty(asked, async (range) => {
        const response = await ask({ range });
        const body = Buffer.from(await response.arrayBuffer());
        const told = /^bytes (?:(\d+)-(\d+)|\*)\/240000$/.exec(
          response.headers.get("content-range") ?? "",
        );
        if (response.status === 416) return expect(told?.[1]).toBeUndefined();
        const [first, last] = [Number(told?.[1]), Number(told?.[2])];
        expect(body.equals(film.subarray(first, last + 1))).toBe(true);
        expect(readByteRange(range, film.length)).toEqual({ first, last });
      }),
      { numRuns: 150 },
    );
  });

  test("is short enough to be answered with its length", async () => {
    const response = await ask({ range: "bytes=0-1" });
    expect(response.headers.get("content-length")).toBe("2");
  });

  test("counts only for the bytes that If-Range means", async () => {
    const range = "bytes=0-9";
    expect((await ask({ range, "if-range": etag })).status).toBe(206);
    for (const other of ['"other"', `W/${etag}`, "Sat, 19 Sep 2026 12:00:00 GMT"]) {
      const response = await ask({ range, "if-range": other });
      expect(response.status).toBe(200);
      await response.body?.cancel();
    }
    expect((await ask({ range: "bytes=-0", "if-range": '"other"' })).status).toBe(200);
  });
});

describe("an answer", () => {
  test.each([
    [200, {}],
    [206, { range: "bytes=10-200000" }],
    [206, { range: "bytes=0-1" }],
  ])("of %p leaves nothing behind and runs as nothing", async (status, asked) => {
    const response = await ask(asked);
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "video/webm",
      "accept-ranges": "bytes",
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
      "content-disposition": "inline",
      etag,
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    await response.body?.cancel();
  });

  test("to HEAD says how long it is and reads nothing, whatever range is asked for", async () => {
    for (const range of ["bytes=0-1", "bytes=-0", ""]) {
      const response = await ask(range === "" ? {} : { range }, "HEAD");
      expect(response.status).toBe(200);
      expect(response.headers.get("content-length")).toBe(String(film.length));
      expect(response.headers.get("accept-ranges")).toBe("bytes");
      expect(await response.text()).toBe("");
    }
    expect(pieces).toBe(0);
  });

  test("that fails before its first byte is a problem like any other", async () => {
    isGone = true;
    for (const range of ["bytes=0-1", "bytes=0-", "none"]) {
      const response = await ask({ range });
      expect(response.status).toBe(410);
      expect((await response.json()) as object).toMatchObject({ code: "films.gone" });
    }
  });

  test("ends with the client that goes away", async () => {
    const url = new URL(api.url);
    const socket = connect({ port: Number(url.port), host: url.hostname });
    socket.write(
      `GET /v1/long-film HTTP/1.1\r\nhost: localhost:3000\r\nauthorization: Bearer good\r\nrange: bytes=5-\r\n\r\n`,
    );
    await eventually("something is sent", () => pieces > 2);
    socket.pause();
    await eventually("nothing more is read", async () => {
      const before = pieces;
      await Bun.sleep(300);
      return pieces === before;
    });
    expect(ended).toBe(false);
    socket.destroy();
    await eventually("the reading is over", () => ended);
  });
});

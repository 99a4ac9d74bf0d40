import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import { createExchange } from "#platform/http/exchange";
import type { HttpKit } from "#platform/http/kit";
import { text } from "#platform/http/schemas";
import { defineErrors } from "#platform/kernel/errors";
import { eventually } from "../../support/eventually.ts";
import { startTestApi } from "../../support/http-app.ts";

const errors = defineErrors("files", { gone: { kind: "gone", title: "Gone" } });
const chunkSize = 100_000;
const manyChunks = 2_000;
/** How far the file was made, and whether its maker was told to stop. */
let made = 0;
let ended = false;
beforeEach(() => {
  made = 0;
  ended = false;
});

async function* chunksOf(how: string | undefined) {
  try {
    if (how === "fails at once") throw errors.fail("gone", "It is gone.");
    if (how === "empty") return;
    for (made = 1; made <= (how === "long" ? manyChunks : 3); made += 1) {
      if (made > 1 && how?.startsWith("slow")) await Bun.sleep(300);
      if (made > 1 && how === "slow, then torn") throw new Error("torn");
      const text = "ü".repeat(chunkSize / 2);
      // Of files that are kept the bytes are at hand, of others the text.
      yield made % 2 === 0 ? new TextEncoder().encode(text) : text;
      if (how === "fails later") throw new Error("torn");
    }
  } finally {
    ended = true;
  }
}

const routes = (kit: HttpKit) =>
  new Elysia({ prefix: "/v1" }).use(kit.plugin).get(
    "/files",
    ({ exchange, query }) =>
      download(exchange, {
        type: "text/csv; charset=utf-8",
        name: "all-files.csv",
        ...(query.how === "of known size" ? { sizeBytes: chunkSize * 3 } : {}),
        chunks: chunksOf(query.how),
      }),
    kit.route({
      ...{ operationId: "readFile", tags: ["Test"], summary: "Read", access: "notes:write" },
      limit: "read",
      query: t.Object({ how: t.Optional(text(20)) }),
      mediaType: "text/csv",
      responses: { 200: t.String() },
      errors: [410],
    }),
  );
const api = startTestApi({ routes });
afterAll(() => api.stop());

const read = (how: string, method = "GET") =>
  fetch(`${api.url}/v1/files?how=${encodeURIComponent(how)}`, {
    ...{ method, headers: { authorization: "Bearer good" } },
  });

describe("a download", () => {
  test("arrives whole, as a file that nobody keeps, with every header of an answer", async () => {
    const response = await read("short");
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="all-files.csv"',
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "ratelimit-limit": expect.stringMatching(/^\d+$/),
    });
    expect(await response.text()).toBe("ü".repeat((chunkSize / 2) * 3));
    expect(ended).toBe(true);
  });

  test.each(["short", "of known size", "long", "fails at once"])(
    "that HEAD asks for is not begun: %s",
    async (how) => {
      api.finished.splice(0);
      const response = await read(how, "HEAD");
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="all-files.csv"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(response.headers.get("content-length")).toBe(
        how === "of known size" ? String(chunkSize * 3) : null,
      );
      expect(await response.text()).toBe("");
      expect(made).toBe(0);
      expect(api.finished).toMatchObject([{ method: "HEAD", status: 200 }]);
      expect((await read("short")).status).toBe(200);
    },
  );

  test("that HEAD asks for is given back unread", async () => {
    const chunks = {
      next: () => Promise.reject(new Error("read")),
      return: async () => {
        ended = true;
        return { done: true, value: undefined } as const;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const exchange = createExchange("r", null, null, true);
    await download(exchange, { type: "text/csv", name: "a.csv", chunks });
    expect(ended).toBe(true);
  });

  test("may be empty", async () => {
    const response = await read("empty");
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  test("is a problem when it fails before its first byte", async () => {
    const response = await read("fails at once");
    expect(response.status).toBe(410);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("content-disposition")).toBeNull();
  });

  test("breaks off when it fails later, and tells the log why", async () => {
    api.finished.splice(0);
    await expect(read("fails later").then((response) => response.text())).rejects.toThrow();
    await eventually("the request ends", () => api.finished.length > 0);
    expect(api.finished).toMatchObject([{ status: 200, error: { message: "torn" } }]);
  });

  test("is made no faster than its client takes it, and not at all when he has gone", async () => {
    api.finished.splice(0);
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      "GET /v1/files?how=long HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n\r\n",
    );
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    await Bun.sleep(300);
    expect(made).toBeLessThan(manyChunks / 10);
    expect(ended).toBe(false);
    expect(api.finished).toEqual([]);
    socket.destroy();
    await eventually("its maker stops", () => ended);
    await eventually("the request ends", () => api.finished.length > 0);
    expect(api.finished).toMatchObject([{ status: 200 }]);
    expect(api.finished[0]?.error).toBeUndefined();
  });

  test.each(["slow", "slow, then torn"])(
    "is no failure when its client leaves while a piece of it is made: %s",
    async (how) => {
      api.finished.splice(0);
      const reader = (await read(how)).body?.getReader();
      await reader?.read();
      await eventually("the next piece is made", () => made > 1);
      await reader?.cancel();
      await eventually("the request ends", () => api.finished.length > 0);
      await eventually("its maker stops", () => ended);
      expect(api.finished).toMatchObject([{ status: 200 }]);
      expect(api.finished[0]?.error).toBeUndefined();
    },
  );

  test("never gets a name that somebody could have chosen", async () => {
    const exchange = {} as Parameters<typeof download>[0];
    const file = { type: "text/csv", name: 'a".csv', chunks: chunksOf("short") };
    await expect(download(exchange, file)).rejects.toThrow("not the name of a file");
  });
});

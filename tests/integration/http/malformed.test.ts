import { afterAll, describe, expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import { startTestApi, testUser } from "../../support/http-app.ts";
import { sendRaw } from "../../support/raw-http.ts";

/** What clients said who they are. */
const asked: (string | null)[] = [];
const api = startTestApi({
  async authenticate({ authorization }) {
    asked.push(authorization);
    return authorization === "Bearer good" || authorization === "Bearer leaving" ? testUser : null;
  },
});
afterAll(() => api.stop());
const host = "Host: localhost\r\n";
const send = (text: string) => sendRaw(api.url, text);
const get = (target: string, headers = host) => send(`GET ${target} HTTP/1.1\r\n${headers}\r\n`);
const post = "POST /v1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const codeOf = (body: string): string => JSON.parse(body).code;

describe("the Host header", () => {
  test("of another site is a 421", async () => {
    for (const name of [
      "evil.example",
      "localhost.evil.example",
      "localhost@evil.example",
      "",
      "local host",
    ]) {
      const { status, body } = await get("/v1/rates/EUR", `Host: ${name}\r\n`);
      expect([name, status, status === 421 && codeOf(body)]).toEqual([
        name,
        421,
        "http.misdirected",
      ]);
    }
  });

  test("given twice is refused, whichever comes first", async () => {
    for (const [first, second] of [
      ["localhost", "evil.example"],
      ["evil.example", "localhost"],
    ]) {
      const { status } = await get("/v1/rates/EUR", `Host: ${first}\r\nHost: ${second}\r\n`);
      expect([400, 421]).toContain(status);
    }
  });

  test("is needed", async () => {
    expect((await get("/v1/rates/EUR", "")).status).toBe(400);
  });

  test("cannot be got around through the path of a probe", async () => {
    for (const target of [
      "/health/../v1/rates/EUR",
      "/health/%2e%2e/v1/rates/EUR",
      "/health/..%2fv1/rates/EUR",
    ])
      expect([target, (await get(target, "Host: evil.example\r\n")).status]).not.toEqual([
        target,
        200,
      ]);
    const { status } = await get("/v1/rates/EUR", "Host: localhost/health/x\r\n");
    expect(status).toBe(421);
  });
});

describe("a path", () => {
  test("that is only like one of ours is a 404", async () => {
    for (const target of [
      "//v1/rates/EUR",
      "/v1//rates/EUR",
      "/v1/rates/EUR/",
      "/v1%2frates/EUR",
      "/V1/rates/EUR",
      "/v1/rates",
    ])
      expect([target, (await get(target)).status]).toEqual([target, 404]);
  });

  test("cannot reach a protected route without its guard, however it is written", async () => {
    for (const target of [
      ...["/v1/./notes", "/v1/x/../notes", "/v1/x/%2e%2e/notes", "/v1\\notes", "/v1/%6eotes"],
      ...[
        "/v1/notes/",
        "//v1/notes",
        "/v1/notes;x",
        "/v1/notes%00",
        "/v1/notes?",
        "http://evil.example/v1/notes",
      ],
    ]) {
      const text = `POST ${target} HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{"title":"x"}`;
      expect([target, [401, 404].includes((await send(text)).status)]).toEqual([target, true]);
    }
    expect(api.seen).toEqual([]);
  });

  test("of too many bytes is a 414 or, beyond what the parser takes, a 431", async () => {
    expect((await get(`/v1/rates/EUR?cursor=${"a".repeat(9_000)}`)).status).toBe(414);
    expect((await get(`/v1/rates/EUR?cursor=${"a".repeat(70_000)}`)).status).toBe(431);
    expect((await get("/v1/rates/EUR", `${host}X-Big: ${"a".repeat(70_000)}\r\n`)).status).toBe(
      431,
    );
  });
});

describe("a method", () => {
  test.each(["DELETE", "PUT", "PATCH", "POST", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])(
    "%s that a path does not take is a 405 that says what it takes",
    async (method) => {
      const { status, head } = await send(`${method} /v1/rates/EUR HTTP/1.1\r\n${host}\r\n`);
      expect(status).toBe(405);
      expect(head.toLowerCase()).toContain("\r\nallow: get, head");
    },
  );

  test("HEAD answers like GET, without the body", async () => {
    const [head, full] = await Promise.all([
      send(`HEAD /v1/rates/EUR HTTP/1.1\r\n${host}\r\n`),
      get("/v1/rates/EUR"),
    ]);
    expect(head.status).toBe(200);
    expect(head.body).toBe("");
    const lengthOf = (text: string) => /content-length: (\d+)/i.exec(text)?.[1];
    expect(lengthOf(head.head)).toBe(lengthOf(full.head));
  });
});

describe("a message that two parsers could read differently is refused", () => {
  test.each([
    ["a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", 'Content-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":1'],
    ["a negative length", "Content-Length: -5\r\n\r\nhello"],
    ["a hexadecimal length", "Content-Length: 0x5\r\n\r\nhello"],
    ["an endless length", "Content-Length: 99999999999999999999\r\n\r\nhello"],
    ["chunks that are none", "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"],
    ["another transfer coding", "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"],
    ["a header without a colon", "bad header\r\nContent-Length: 0\r\n\r\n"],
    ["NUL in a header", "X-A: a\0b\r\nContent-Length: 0\r\n\r\n"],
  ])("%s", async (_, rest) => {
    const { status } = await send(`${post}Authorization: Bearer good\r\n${rest}`);
    expect(status).toBe(400);
  });

  test("no HTTP at all", async () => {
    expect((await send("\x16\x03\x01\x02\x00\r\n\r\n")).status).toBe(400);
    expect((await get("/v1/rates/\0")).status).toBeGreaterThanOrEqual(400);
  });
});

describe("eight megabytes", () => {
  const size = 8 * 1024 * 1024;
  const block = Buffer.alloc(16 * 1024, " ");
  function* declared(head: string) {
    yield `${head}Content-Length: ${size}\r\n\r\n`;
    for (let sent = 0; sent < size; sent += block.length) yield block;
  }
  function* chunked(head: string) {
    yield `${head}Transfer-Encoding: chunked\r\n\r\n`;
    for (let sent = 0; sent < size; sent += block.length) {
      yield `${block.length.toString(16)}\r\n`;
      yield block;
      yield "\r\n";
    }
    yield "0\r\n\r\n";
  }
  const stranger = post;
  const member = `${post}Authorization: Bearer good\r\n`;

  test.each([
    ["a stranger", declared(stranger), 401],
    ["a stranger in chunks", chunked(stranger), 401],
    ["somebody known", declared(member), 413],
    ["somebody known in chunks", chunked(member), 413],
  ])("from %s are not read before the answer", async (_, parts, expected) => {
    const { status, sentBytes } = await sendRaw(api.url, parts);
    expect(status).toBe(expected);
    expect(sentBytes).toBeLessThan(size / 4);
  });
});

test("a connection goes on after a request that was refused unread", async () => {
  const refused = `${post}Content-Length: 13\r\n\r\n{"title":"x"}`;
  const both = `${refused}GET /v1/rates/EUR HTTP/1.1\r\n${host}\r\n`;
  const { head, body } = await sendRaw(api.url, both, 2);
  expect(`${head}${body}`.match(/HTTP\/1\.1 (\d+)/g)).toEqual(["HTTP/1.1 401", "HTTP/1.1 200"]);
});

test("a client that leaves in the middle of its body is no error of ours", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(api.url).port),
    socket: { data() {}, close: () => resolve() },
  });
  socket.write(`${post}Authorization: Bearer leaving\r\nContent-Length: 100\r\n\r\n{"ti`);
  await eventually("it is known who he is", () => asked.includes("Bearer leaving"));
  socket.terminate();
  await promise;
  await eventually("the request ends", () => api.finished.at(-1)?.route === "/v1/notes");
  expect(api.finished.at(-1)).toMatchObject({ route: "/v1/notes", status: 400, error: undefined });
});

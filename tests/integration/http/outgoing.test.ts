import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { createOutgoing, maxRetryAfterSeconds, OutgoingFailure } from "#platform/http/outgoing";
import { parseInstant } from "#platform/kernel/time";

const secret = "k3y-that-must-not-show";
const now = parseInstant("2026-11-22T09:30:00Z");
const outgoing = createOutgoing({ fetch, clock: { now: () => now } });

type Handler = (request: Request) => Response | Promise<Response>;
let handle: Handler = () => new Response("ok");
const requests: { method: string; headers: Headers }[] = [];
let server: Bun.Server<undefined>;

beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(request) {
      // A copy: Bun empties the request's own headers once it is answered.
      requests.push({ method: request.method, headers: new Headers(request.headers) });
      return handle(request);
    },
  });
});
afterAll(() => server.stop(true));

const urlOf = (path = "/rates") => `http://127.0.0.1:${server.port}${path}?apikey=${secret}`;
function get(
  url: string,
  options: { timeoutMs?: number; maxBytes?: number; signal?: AbortSignal } = {},
) {
  return outgoing.getText(url, {
    timeoutMs: 20_000,
    maxBytes: 1000,
    accept: "application/json",
    ...options,
  });
}
async function failureOf(promise: Promise<unknown>): Promise<OutgoingFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OutgoingFailure)) throw new Error("expected an OutgoingFailure");
  for (const shown of [Bun.inspect(error), String(error.stack), JSON.stringify(error)])
    expect(shown).not.toContain(secret);
  expect(error.cause).toBeUndefined();
  return error;
}
const endless = (first: string) =>
  new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(new TextEncoder().encode(first)),
  });

/** A server that sends exactly these bytes for every connection and then closes it. */
function rawServer(bytes: string) {
  return Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        socket.end(bytes);
      },
    },
  });
}

describe("an outgoing request", () => {
  test("gives the body as text and says who asks for what", async () => {
    handle = () => new Response('\ufeff{"a":1,"ı":2}');
    expect(await get(urlOf("/v1"))).toBe('{"a":1,"ı":2}');
    const request = requests.at(-1);
    expect(request?.headers.get("accept")).toBe("application/json");
    expect(request?.headers.get("user-agent")).toBe("FinTrack");
    expect(request?.method).toBe("GET");
  });

  test("goes to https or to this machine only, and carries no credentials in the address", async () => {
    let asked = 0;
    const careful = createOutgoing({
      fetch: () => {
        asked += 1;
        return Promise.resolve(new Response("ok"));
      },
      clock: { now: () => now },
    });
    const ask = (url: string) =>
      careful.getText(url, { timeoutMs: 20_000, maxBytes: 10, accept: "*/*" });
    for (const url of [
      "http://example.org/",
      "http://127.0.0.1.example.org/",
      "http://localhost.example.org/",
      "http://10.0.0.1/",
      "ftp://localhost/",
      "file:///etc/passwd",
      "https://user:password@example.org/",
      "not an address",
    ])
      expect((await failureOf(ask(url))).reason).toBe("address");
    expect(asked).toBe(0);
    for (const url of ["https://example.org/", "http://localhost:1/", "http://[::1]:1/"])
      expect(await ask(url)).toBe("ok");
  });

  test("does not follow a redirect", async () => {
    const before = requests.length;
    handle = () => Response.redirect(urlOf("/elsewhere"), 302);
    const failure = await failureOf(get(urlOf()));
    expect(failure.reason).toBe("status");
    expect(failure.status).toBe(302);
    expect(requests.length).toBe(before + 1);
  });

  test("fails by status without reading the body", async () => {
    handle = () => new Response(endless("…"), { status: 500 });
    const failure = await failureOf(get(urlOf()));
    expect([failure.reason, failure.status]).toEqual(["status", 500]);
  });

  test("ends silence with a timeout, before the headers and in the body", async () => {
    for (const silent of [
      () => new Promise<Response>(() => {}),
      () => new Response(endless('{"rates":')),
    ]) {
      handle = silent;
      expect((await failureOf(get(urlOf(), { timeoutMs: 150 }))).reason).toBe("timeout");
    }
  });

  test("bounds the whole answer in time, however steadily it drips", async () => {
    handle = () =>
      new Response(
        new ReadableStream({
          async pull(stream) {
            await Bun.sleep(20);
            stream.enqueue(new Uint8Array([32]));
          },
        }),
      );
    expect((await failureOf(get(urlOf(), { timeoutMs: 200 }))).reason).toBe("timeout");
  });

  test("bounds the body by what arrives, to the byte", async () => {
    handle = () => new Response("x".repeat(1000));
    expect(await get(urlOf())).toHaveLength(1000);
    handle = () => new Response("x".repeat(1001));
    expect((await failureOf(get(urlOf()))).reason).toBe("too_large");
  });

  test("stops an endless body", async () => {
    handle = () =>
      new Response(
        new ReadableStream({
          async pull(stream) {
            await Bun.sleep(0);
            stream.enqueue(new Uint8Array(500));
          },
        }),
      );
    expect((await failureOf(get(urlOf()))).reason).toBe("too_large");
  });

  test("bounds a compressed body by its size after decompression", async () => {
    const zipped = (bytes: number) => () =>
      new Response(gzipSync(Buffer.alloc(bytes, 0x20)), {
        headers: { "content-encoding": "gzip" },
      });
    handle = zipped(1000);
    expect(await get(urlOf())).toHaveLength(1000);
    handle = zipped(50 * 1024 * 1024);
    expect((await failureOf(get(urlOf()))).reason).toBe("too_large");
  });

  test("fails when the body ends before its stated length", async () => {
    const raw = rawServer('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"rates":{');
    const failure = await failureOf(get(`http://127.0.0.1:${raw.port}/?apikey=${secret}`));
    raw.stop(true);
    expect(failure.reason).toBe("network");
  });

  test("fails when what answers is no HTTP, or nobody answers", async () => {
    const raw = rawServer("SSH-2.0-OpenSSH_9.6\r\n");
    const strange = await failureOf(get(`http://127.0.0.1:${raw.port}/?apikey=${secret}`));
    raw.stop(true);
    const nobody = await failureOf(get(`http://127.0.0.1:${raw.port}/?apikey=${secret}`));
    expect([strange.reason, nobody.reason]).toEqual(["network", "network"]);
  });

  test("refuses what is not UTF-8", async () => {
    handle = () => new Response(new Uint8Array([0x7b, 0xd6, 0x5a, 0x7d]));
    expect((await failureOf(get(urlOf()))).reason).toBe("not_utf8");
  });

  test("ends at once with the caller's own reason when the caller stops", async () => {
    handle = () => new Promise<Response>(() => {});
    const stop = new AbortController();
    const asked = get(urlOf(), { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("shutting down")), 30);
    await expect(asked).rejects.toThrow("shutting down");
    await expect(get(urlOf(), { signal: stop.signal })).rejects.toThrow("shutting down");
  });
});

describe("Retry-After", () => {
  async function retryAfter(header: string): Promise<number | null> {
    handle = () => new Response(null, { status: 429, headers: { "retry-after": header } });
    return (await failureOf(get(urlOf()))).retryAfterSeconds;
  }

  test("is read in seconds and as a date", async () => {
    expect(await retryAfter("120")).toBe(120);
    expect(await retryAfter("0")).toBe(0);
    expect(await retryAfter("Sun, 22 Nov 2026 10:00:00 GMT")).toBe(1800);
  });

  test("that lies in the past means now", async () => {
    expect(await retryAfter("Sun, 22 Nov 2026 09:00:00 GMT")).toBe(0);
  });

  test("is bounded", async () => {
    expect(await retryAfter("999999999")).toBe(maxRetryAfterSeconds);
    expect(await retryAfter("Fri, 22 Nov 2126 10:00:00 GMT")).toBe(maxRetryAfterSeconds);
  });

  test("that is neither counts as absent", async () => {
    for (const odd of ["soon", "-5", "1.5", "2026-11-22", "99999999999"])
      expect(await retryAfter(odd)).toBeNull();
    handle = () => new Response(null, { status: 503 });
    expect((await failureOf(get(urlOf()))).retryAfterSeconds).toBeNull();
  });
});

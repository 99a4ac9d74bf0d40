import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import type { S3Config } from "#platform/config";
import { piecesOf } from "../../support/disk-store.ts";
import { eventually } from "../../support/eventually.ts";
import { openS3Proxy, type S3Proxy } from "../../support/s3-proxy.ts";
import { openS3Server, type S3Server } from "../../support/s3-server.ts";
import { hastyLimits, openS3Store } from "../../support/s3-store.ts";

const mebibyte = 1024 * 1024;
const patient = { ...hastyLimits, answerMs: 30_000, transferMs: 30_000, idleMs: 30_000 };
/** A few times what the hasty one gives each of its tries; without a limit it would be for ever. */
const inTimeMs = 15_000;
const unavailable = expect.objectContaining({
  ...{ code: "storage.unavailable", kind: "unavailable", retryAfterSeconds: 60 },
});
const full = expect.objectContaining({ code: "storage.full", retryAfterSeconds: 60 });
const errorOf = (work: Promise<unknown>) => work.then(() => "no error").catch((error) => error);

let server: S3Server;
let proxy: S3Proxy;
let s3: S3Config;
let store: ReturnType<typeof openS3Store>;
beforeAll(async () => {
  server = await openS3Server();
  proxy = openS3Proxy(server.url);
}, 300_000);
afterAll(async () => {
  proxy.close();
  await server.close();
});
beforeEach(async () => {
  s3 = { ...(await server.openBuckets()), endpoint: proxy.url };
  store = openS3Store(s3, patient);
  proxy.answer((_call, forward) => forward());
});

/** Every operation of a store, each on its own. */
const operations = {
  put: () => store.put("a", piecesOf("x")),
  "put of a large one": () => store.put("a", piecesOf(new Uint8Array(9 * mebibyte))),
  get: () => store.get("a"),
  delete: () => store.delete(["a"]),
  list: () => store.list("", { limit: 1 }),
};
const each = Object.entries(operations);
const s3Error = (status: number, code: string) =>
  new Response(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`, {
    status,
  });
const uploads = async () =>
  (await (await server.request("GET", `/${s3.bucket}?uploads`)).text()).match(/<UploadId>/g) ?? [];

describe("a store that does not work", () => {
  test.each(each)(
    "with a wrong secret: %s is unavailable, and only the log says why",
    async (_name, run) => {
      store = openS3Store({ ...s3, secretAccessKey: "wrong-secret" }, patient);
      const error = await errorOf(run());
      expect(error).toEqual(unavailable);
      expect(error.message).not.toMatch(/Signature|403|AKIA|bucket/);
      expect(store.warnings[0]).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
      expect(Bun.inspect([store.warnings, error])).not.toMatch(/wrong-secret|AKIA/);
    },
  );

  test.each(each)(
    "without its bucket: %s is unavailable, never an object that is missing",
    async (_name, run) => {
      store = openS3Store({ ...s3, bucket: "none-such" }, patient);
      expect(await errorOf(run())).toEqual(unavailable);
      expect(store.warnings[0]).toMatchObject({ status: 404, code: "NoSuchBucket" });
    },
  );

  test.each(each)("that refuses connections: %s is unavailable", async (_name, run) => {
    store = openS3Store({ ...s3, endpoint: "http://127.0.0.1:1" }, hastyLimits);
    expect(await errorOf(run())).toEqual(unavailable);
    expect(store.warnings[0]).toMatchObject({ status: null });
  });

  test.each(each)("that never answers: %s is unavailable in time", async (_name, run) => {
    store = openS3Store(s3, hastyLimits);
    const { promise: silence, resolve: speak } = Promise.withResolvers<void>();
    proxy.answer(async () => {
      await silence;
      return s3Error(500, "InternalError");
    });
    const began = performance.now();
    expect(await errorOf(run())).toEqual(unavailable);
    expect(performance.now() - began).toBeLessThan(inTimeMs);
    speak();
    expect(store.warnings[0]).toMatchObject({ status: null, code: "timeout" });
  });

  test.each(each)("that fails with 500: %s is tried again, not for ever", async (_name, run) => {
    proxy.answer(async () => s3Error(500, "InternalError"));
    proxy.calls.length = 0;
    expect(await errorOf(run())).toEqual(unavailable);
    expect(proxy.calls.length).toBeGreaterThan(0);
    expect(proxy.calls.length).toBeLessThanOrEqual(8);
  });

  test.each([
    [507, "InsufficientStorage"],
    [403, "QuotaExceeded"],
    [507, "XMinioStorageFull"],
  ])("that has no room (%d %s) is storage.full, and is not asked again", async (status, code) => {
    proxy.answer(async () => s3Error(status, code));
    proxy.calls.length = 0;
    expect(await errorOf(store.put("a", piecesOf("x")))).toEqual(full);
    expect(proxy.calls).toHaveLength(1);
  });

  test("that fails once, then works, is not noticed", async () => {
    let failing = true;
    proxy.answer((_call, forward) => {
      failing = !failing;
      return failing ? forward() : Promise.resolve(s3Error(503, "SlowDown"));
    });
    await store.put("a", piecesOf("x"));
    expect(Buffer.from((await store.bytes("a")) ?? []).toString()).toBe("x");
    expect(await store.list("", { limit: 1 })).toHaveLength(1);
    await store.delete(["a"]);
    expect([await store.get("a"), store.warnings]).toEqual([undefined, []]);
  });

  test("that answers with something that is no S3 is unavailable", async () => {
    proxy.answer(async () => new Response("<html><body>Welcome</body></html>"));
    expect(await errorOf(store.list("", { limit: 1 }))).toEqual(unavailable);
    expect(await errorOf(operations["put of a large one"]())).toEqual(unavailable);
    // It answers 200 to HEAD, too.
    expect(await errorOf(store.delete(["a"]))).toEqual(unavailable);
  });

  test("that redirects is not followed", async () => {
    proxy.answer(async () => Response.redirect("http://127.0.0.1:1/elsewhere", 307));
    expect(await errorOf(store.put("a", piecesOf("x")))).toEqual(unavailable);
    expect(store.warnings[0]).toMatchObject({ status: 307 });
  });
});

describe("an upload in parts", () => {
  const large = (fill: number) => piecesOf(Buffer.alloc(20 * mebibyte, fill));
  const isPart = ({ query }: { query: string }) => query.startsWith("partNumber=2");

  test("that fails is given up, and what was there stays", async () => {
    await store.put("a", piecesOf("before"));
    proxy.answer((call, forward) =>
      isPart(call) ? Promise.resolve(s3Error(403, "AccessDenied")) : forward(),
    );
    expect(await errorOf(store.put("a", large(1)))).toEqual(unavailable);
    expect(Buffer.from((await store.bytes("a")) ?? []).toString()).toBe("before");
    expect(await uploads()).toEqual([]);
  });

  test("whose source fails is given up", async () => {
    async function* failing() {
      yield new Uint8Array(20 * mebibyte);
      throw new Error("the source broke");
    }
    await expect(store.put("a", failing())).rejects.toThrow("the source broke");
    expect([await uploads(), await store.get("a")]).toEqual([[], undefined]);
  });

  test("survives a part that fails once", async () => {
    let failed = false;
    proxy.answer((call, forward) => {
      if (failed || !isPart(call)) return forward();
      failed = true;
      return Promise.resolve(s3Error(500, "InternalError"));
    });
    await store.put("a", large(1));
    expect((await store.bytes("a"))?.byteLength).toBe(20 * mebibyte);
  });

  const isCompletion = ({ method, query }: { method: string; query: string }) =>
    method === "POST" && query.startsWith("uploadId=");

  test("is stored when only the answer to its completion was lost", async () => {
    let lost = false;
    proxy.answer(async (call, forward) => {
      const answer = await forward();
      if (lost || !isCompletion(call)) return answer;
      lost = true;
      return s3Error(500, "InternalError");
    });
    expect((await store.put("a", large(7))).sizeBytes).toBe(20 * mebibyte);
    expect((await store.bytes("a"))?.at(-1)).toBe(7);
  });

  test("whose completion fails with status 200 is not stored", async () => {
    await store.put("a", piecesOf("before"));
    proxy.answer((call, forward) =>
      isCompletion(call) ? Promise.resolve(s3Error(200, "InternalError")) : forward(),
    );
    expect(await errorOf(store.put("a", large(1)))).toEqual(unavailable);
    expect(Buffer.from((await store.bytes("a")) ?? []).toString()).toBe("before");
    expect(await uploads()).toEqual([]);
  });

  test.each([
    [25, 0],
    [23, 1],
  ])("that began %d hours ago and was never ended leaves %d behind", async (hours, left) => {
    await server.request("POST", `/${s3.bucket}/left?uploads`);
    const begun = new Date(Date.now() - hours * 3_600_000).toISOString();
    // The server says of each that it began in 2010.
    proxy.answer(async ({ query }, forward) => {
      const answer = await forward();
      if (!query.startsWith("uploads=&max")) return answer;
      const text = (await answer.text()).replace(/<Initiated>[^<]+/g, `<Initiated>${begun}`);
      return new Response(text, { status: answer.status });
    });
    await store.put("a", piecesOf("x"));
    expect(await uploads()).toHaveLength(left);
  });
});

describe("delete", () => {
  test("is not believed before the store says that the object is gone", async () => {
    await store.put("a", piecesOf("x"));
    proxy.answer((call, forward) =>
      call.method === "DELETE" ? Promise.resolve(new Response(null, { status: 204 })) : forward(),
    );
    expect(await errorOf(store.delete(["a"]))).toEqual(unavailable);
    expect(store.warnings.at(-1)).toMatchObject({ code: "StillThere" });
    proxy.answer((_call, forward) => forward());
    await store.delete(["a"]);
    expect(await store.get("a")).toBeUndefined();
  });

  test("rejects when one of many could not be deleted", async () => {
    for (const key of ["a", "b", "c"]) await store.put(key, piecesOf("x"));
    proxy.answer((call, forward) =>
      call.method === "DELETE" && call.path.endsWith("/b")
        ? Promise.resolve(s3Error(403, "AccessDenied"))
        : forward(),
    );
    expect(await errorOf(store.delete(["a", "b", "c"]))).toEqual(unavailable);
  });
});

test("list asks on when the store answers with less than it has", async () => {
  for (const key of ["a", "b", "c", "d"]) await store.put(key, piecesOf(key));
  proxy.answer(async ({ query }, forward) => {
    const answer = await forward();
    if (!query.includes("list-type") || query.includes("start-after=c")) return answer;
    // As if it had stopped after the first.
    const text = (await answer.text())
      .replace(/(<\/Contents>)[\s\S]*(<\/ListBucketResult>)/, "$1$2")
      .replace(/<IsTruncated>\w+/, "<IsTruncated>true");
    return new Response(text);
  });
  expect((await store.list("", { limit: 4 })).map(({ key }) => key)).toEqual(["a", "b", "c", "d"]);
});

describe("reading an object whose connection", () => {
  const sockets: Socket[] = [];
  let raw: ReturnType<typeof createServer> | undefined;
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    raw?.close();
  });
  /** Answers 200 with the first 3 of 10 bytes. */
  async function open(after: (socket: Socket) => void, limits = hastyLimits) {
    const listener = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        after(socket);
      });
    });
    raw = listener;
    const { promise, resolve } = Promise.withResolvers<void>();
    listener.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = listener.address();
    const port = typeof address === "object" && address ? address.port : 0;
    return openS3Store({ ...s3, endpoint: `http://127.0.0.1:${port}` }, limits);
  }

  test("breaks is unavailable, not an object that is shorter", async () => {
    const opened = await open((socket) => setTimeout(() => socket.destroy(), 50));
    expect(await errorOf(opened.bytes("a"))).toEqual(unavailable);
  });

  test("stands still is unavailable in time", async () => {
    const opened = await open(() => {});
    const began = performance.now();
    expect(await errorOf(opened.bytes("a"))).toEqual(unavailable);
    expect(performance.now() - began).toBeLessThan(inTimeMs);
  });

  test("is no longer wanted is closed", async () => {
    let closed = false;
    const opened = await open((socket) => socket.once("close", () => (closed = true)), patient);
    const reading = await opened.get("a");
    expect((await reading?.chunks.next())?.value?.byteLength).toBe(3);
    await reading?.chunks.return?.();
    await eventually("it is closed", () => closed);
  });
});

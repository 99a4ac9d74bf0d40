import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { uploadOf } from "#platform/http/exchange";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { text } from "#platform/http/schemas";
import { eventually } from "../../support/eventually.ts";
import { startTestApi } from "../../support/http-app.ts";
import { sendRaw } from "../../support/raw-http.ts";

const maxBytes = 1024 * 1024;
/** How long an answer may take, where that is what it is about: the machine may stand still for a while. */
const timeoutMs = 3_000;
/** What handlers saw: how many bytes, and how reading ended. */
const reads: { bytes: number; error: string | null }[] = [];
/** To any of them. */
let arrivedBytes = 0;
const claims: string[] = [];
beforeEach(() => {
  reads.splice(0);
  arrivedBytes = 0;
});

const routes = (kit: HttpKit) =>
  new Elysia({ prefix: "/v1" }).use(kit.plugin).post(
    "/files",
    async ({ exchange, ctx, query }) => {
      const read = { bytes: 0, error: null as string | null };
      const hasher = new Bun.CryptoHasher("sha256");
      try {
        for await (const chunk of uploadOf(exchange)) {
          read.bytes += chunk.byteLength;
          arrivedBytes += chunk.byteLength;
          hasher.update(chunk);
          if (query.until === "first") break;
        }
      } catch (error) {
        read.error = String((error as Error).message);
        throw error;
      } finally {
        reads.push(read);
      }
      if (ctx.idempotency) claims.push(ctx.idempotency.fingerprint);
      return once(exchange, async () => ({ bytes: read.bytes, sha256: hasher.digest("hex") }));
    },
    kit.route({
      ...{ operationId: "storeFile", tags: ["Test"], summary: "Store", access: "notes:write" },
      limit: "read",
      query: t.Object({ until: t.Optional(text(10)) }),
      upload: { maxBytes, types: ["text/csv", "application/octet-stream"] },
      responses: { 202: t.Object({ bytes: t.Integer(), sha256: t.String() }) },
      idempotent: true,
    }),
  );
const api = startTestApi({ routes });
const impatient = startTestApi({ routes, timeoutMs });
afterAll(() => Promise.all([api.stop(), impatient.stop()]));

const send = (
  body: RequestInit["body"],
  headers: Record<string, string> = {},
  query = "",
  { url } = api,
) =>
  fetch(`${url}/v1/files${query}`, {
    method: "POST",
    headers: { authorization: "Bearer good", "content-type": "text/csv", ...headers },
    body,
  });
const head = (...headers: string[]) =>
  [
    "POST /v1/files HTTP/1.1",
    "Host: localhost",
    "Authorization: Bearer good",
    "Content-Type: text/csv",
    ...headers,
    "\r\n",
  ].join("\r\n");
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
const bytes = (length: number) => new Uint8Array(length).map((_, index) => index % 251);
const sha256 = (data: Uint8Array) => new Bun.CryptoHasher("sha256").update(data).digest("hex");
async function* pieces(data: Uint8Array, pauseMs = 0): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < data.byteLength; from += 100_000) {
    yield data.subarray(from, from + 100_000);
    await Bun.sleep(pauseMs);
  }
}

describe("a file", () => {
  test("arrives byte for byte, up to the bound, with a length or in chunks", async () => {
    for (const length of [1, 65_536, maxBytes]) {
      const data = bytes(length);
      const expected = { bytes: length, sha256: sha256(data) };
      const whole = await send(data);
      expect([whole.status, await whole.json()]).toEqual([202, expected]);
      const chunked = await send(new Response(pieces(data) as never).body);
      expect([chunked.status, await chunked.json()]).toEqual([202, expected]);
    }
  });

  test("may name its charset, and be of any of the route's types", async () => {
    for (const type of ["text/csv; charset=windows-1254", "Text/CSV", "application/octet-stream"])
      expect((await send("a;b", { "content-type": type })).status).toBe(202);
  });

  test("is read no further than the handler wants", async () => {
    const answer = await send(bytes(maxBytes), {}, "?until=first");
    expect(answer.status).toBe(202);
    expect(reads[0]?.bytes).toBeLessThan(maxBytes);
  });

  test("that is empty is 400", async () => {
    const answer = await send(new Uint8Array(0));
    expect([answer.status, await codeOf(answer)]).toEqual([400, "http.malformed"]);
  });
});

describe("nothing is read", () => {
  test("of a stranger's file, nor of one who may not", async () => {
    for (const [authorization, status] of [
      ["Bearer bad", 401],
      ["Bearer poor", 403],
    ] as const)
      expect((await send(bytes(maxBytes), { authorization })).status).toBe(status);
    expect(reads).toEqual([]);
  });

  test("of another type, or of something compressed: 415", async () => {
    for (const headers of [
      { "content-type": "application/json" },
      { "content-type": "multipart/form-data; boundary=x" },
      { "content-type": "" },
      { "content-encoding": "gzip" },
    ]) {
      const answer = await send("x", headers as Record<string, string>);
      expect([answer.status, await codeOf(answer)]).toEqual([415, "http.unsupported_media_type"]);
    }
    expect(reads).toEqual([]);
  });

  test("of what says that it is too long: 413", async () => {
    const answer = await send(bytes(maxBytes + 1));
    expect([answer.status, await codeOf(answer)]).toEqual([413, "http.too_large"]);
    expect(reads).toEqual([]);
  });

  test("when the query is faulty: 422", async () => {
    expect((await send("x", {}, "?nothing=1")).status).toBe(422);
    expect(reads).toEqual([]);
  });
});

describe("reading ends", () => {
  test("where a chunked body is too long: 413", async () => {
    const answer = await send(new Response(pieces(bytes(maxBytes + 1)) as never).body);
    expect([answer.status, await codeOf(answer)]).toEqual([413, "http.too_large"]);
    expect(reads).toHaveLength(1);
  });

  test.each([
    ["with a length", [head("Content-Length: 1000"), "half of it"]],
    ["in chunks", [head("Transfer-Encoding: chunked"), "5\r\nhello\r\n"]],
    ["in chunks that are none", [head("Transfer-Encoding: chunked"), "5\r\nhello\r\nZZ\r\n"]],
  ])("with an error, not as if it were whole, when the client breaks off %s", async (_, parts) => {
    const { hostname, port } = new URL(api.url);
    const socket = await Bun.connect({ hostname, port: Number(port), socket: { data() {} } });
    socket.write(parts.join(""));
    await eventually("what was sent is read", () => arrivedBytes > 0 || reads.length > 0);
    socket.terminate();
    await eventually("the handler's end", () => reads.length >= 1);
    for (const { error } of reads) expect(error).toBe("The body ended before it was complete.");
  });

  test("with 503 when nothing more comes, and the handler hears of it", async () => {
    const answer = await sendRaw(impatient.url, [head("Content-Length: 1000"), "half of it"]);
    expect(answer.status).toBe(503);
    await eventually("the handler's end", () => reads.length === 1);
    expect(reads[0]).toEqual({ bytes: 10, error: "The answer took too long; try again later." });
  });
});

test("a file that keeps coming may take longer than an answer", async () => {
  const data = bytes(maxBytes);
  const started = performance.now();
  const body = new Response(pieces(data, 350) as never).body;
  const answer = await send(body, {}, "", impatient);
  // Deadlines are noticed a quarter of a second late.
  expect(performance.now() - started).toBeGreaterThan(timeoutMs + 250);
  expect([answer.status, await answer.json()]).toMatchObject([202, { sha256: sha256(data) }]);
});

test("the length of a file is part of what an Idempotency-Key stands for", async () => {
  for (const body of ["a;b", "a;c", "longer"])
    await (await send(body, { "idempotency-key": "one" })).text();
  expect(claims).toHaveLength(3);
  expect([claims[0] === claims[1], claims[0] === claims[2]]).toEqual([true, false]);
});

test("the description names the types, the bound and the binary body", async () => {
  const { describeApi } = await import("#platform/http/openapi");
  const document = describeApi(api.app, {
    ...{ title: "t", version: "1", description: "d", serverUrl: "http://localhost" },
    tags: [{ name: "Test", description: "t" }],
  });
  const path = document.paths["/v1/files"] as { post: Record<string, unknown> };
  const binary = { schema: { type: "string", format: "binary" } };
  expect(path.post["requestBody"]).toEqual({
    description: `The file as it is, at most ${maxBytes} bytes.`,
    required: true,
    content: { "text/csv": binary, "application/octet-stream": binary },
  });
  expect(Object.keys(path.post["responses"] as object)).toEqual(
    expect.arrayContaining(["202", "413", "415"]),
  );
});

test("a route with two bodies is refused when it is made", () => {
  expect(() =>
    api.kit.route({
      ...{ operationId: "both", tags: ["Test"], summary: "Both", access: "public", limit: "read" },
      body: t.Object({}),
      upload: { maxBytes: 1, types: ["text/csv"] },
      responses: { 204: t.Undefined() },
    }),
  ).toThrow("both takes two bodies");
});

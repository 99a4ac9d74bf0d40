import { afterAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { text } from "#platform/http/schemas";
import { startTestApi } from "../../support/http-app.ts";

const origin = "https://app.example.org";
const api = startTestApi({
  config: { corsOrigins: [origin] },
  routes: (kit) =>
    new Elysia()
      .use(kit.plugin)
      .get(
        "/v1/cached",
        ({ set }) => {
          set.headers["etag"] = '"7"';
          return { ok: true };
        },
        kit.route({
          ...{
            operationId: "cached",
            tags: ["Test"],
            summary: "Cached",
            access: "public",
            limit: "read",
          },
          responses: { 200: t.Object({ ok: t.Boolean() }) },
          cacheControl: "public, max-age=60",
        }),
      )
      .get(
        "/v1/films/:id",
        () => ({ ok: true }),
        kit.route({
          ...{
            operationId: "film",
            tags: ["Test"],
            summary: "Film",
            access: "public",
            limit: "read",
          },
          params: t.Object({ id: text(20) }),
          responses: { 200: t.Object({ ok: t.Boolean() }) },
          credentials: true,
        }),
      )
      .get(
        "/page",
        () => new Response("<p>", { headers: { "content-security-policy": "default-src 'self'" } }),
      ),
});
const secure = startTestApi({ config: { publicUrl: "https://api.example.org" } });
afterAll(() => Promise.all([api.stop(), secure.stop()]));

const always = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-site",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};
const json = { "content-type": "application/json" };

describe("every answer", () => {
  test.each<[string, string, RequestInit, number]>([
    ["a success", "/v1/rates/EUR", {}, 200],
    ["invalid input", "/v1/rates/eur", {}, 422],
    ["no credentials", "/v1/notes", { method: "POST", headers: json, body: "{" }, 401],
    ["an unknown path", "/nowhere", {}, 404],
    ["a wrong method", "/v1/rates/EUR", { method: "DELETE" }, 405],
    ["a wrong host", "/v1/rates/EUR", { headers: { host: "evil.example" } }, 421],
  ])("carries our headers: %s", async (_, path, init, status) => {
    const answer = await fetch(`${api.url}${path}`, init);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject(always);
    expect(answer.headers.get("content-type")).toBe(
      status < 300 ? "application/json" : "application/problem+json",
    );
    expect(answer.headers.get("server")).toBeNull();
  });

  test("promises https only where we are reached by it", async () => {
    const plain = await fetch(`${api.url}/v1/rates/EUR`);
    const behindTls = await fetch(`${secure.url}/v1/rates/EUR`);
    expect(plain.headers.has("strict-transport-security")).toBe(false);
    expect(behindTls.headers.get("strict-transport-security")).toStartWith("max-age=");
  });

  test("may be cached, or have another policy, only where its route says so", async () => {
    const cached = await fetch(`${api.url}/v1/cached`);
    expect(cached.headers.get("cache-control")).toBe("public, max-age=60");
    expect(cached.headers.get("etag")).toBe('"7"');
    expect((await fetch(`${api.url}/v1/cached?x=1`)).headers.get("cache-control")).toBe("no-store");
    const page = await fetch(`${api.url}/page`);
    expect(page.headers.get("content-security-policy")).toBe("default-src 'self'");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("X-Request-Id", () => {
  test("is ours, new for every request, and the one in the problem and the log", async () => {
    const answers = await Promise.all([1, 2].map(() => fetch(`${api.url}/v1/rates/eur`)));
    const [first, second] = answers.map((answer) => answer.headers.get("x-request-id") ?? "");
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first).not.toBe(second);
    expect(await answers[0]?.json()).toMatchObject({ requestId: first });
    expect(api.finished.map((request) => request.requestId)).toContain(first ?? "");
  });

  test("of the client is kept beside ours when it is harmless, and dropped when not", async () => {
    for (const [sent, kept] of [
      ["abc-123_X", "abc-123_X"],
      ["a b", null],
      ["x".repeat(65), null],
      ["a'--", null],
    ] as const) {
      const answer = await fetch(`${api.url}/v1/rates/EUR`, { headers: { "x-request-id": sent } });
      expect(answer.headers.get("x-request-id")).not.toBe(sent);
      expect(api.finished.at(-1)?.clientRequestId).toBe(kept);
    }
  });
});

describe("a browser of another origin", () => {
  const from = (name: string) => ({ headers: { origin: name } });

  test("may read our answers, errors too, when its origin is listed", async () => {
    for (const path of ["/v1/rates/EUR", "/v1/rates/eur", "/nowhere"]) {
      const { headers } = await fetch(`${api.url}${path}`, from(origin));
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-expose-headers")).toContain("RateLimit-Remaining");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toContain("Origin");
    }
  });

  test("may not when it is not, and caches are told that it matters", async () => {
    for (const name of [
      "https://evil.example",
      "null",
      `${origin}.evil.example`,
      "http://app.example.org",
    ]) {
      const { headers } = await fetch(`${api.url}/v1/rates/EUR`, from(name));
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("vary")).toContain("Origin");
    }
  });

  test("asks first, and is told what it may send", async () => {
    const preflight = (name: string) =>
      fetch(`${api.url}/v1/notes`, {
        method: "OPTIONS",
        headers: { origin: name, "access-control-request-method": "POST" },
      });
    const allowed = await preflight(origin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
    expect(allowed.headers.get("access-control-allow-headers")).toContain("Idempotency-Key");
    expect(allowed.headers.get("access-control-allow-methods")).toContain("POST");
    const refused = await preflight("https://evil.example");
    expect(refused.status).toBe(405);
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("may send cookies where the route says so, and nowhere else", async () => {
    const headersOf = async (path: string, name: string, method = "GET") => {
      const asking = { "access-control-request-method": "GET" };
      const sent = { origin: name, ...(method === "OPTIONS" ? asking : {}) };
      const { headers } = await fetch(`${api.url}${path}`, { method, headers: sent });
      return [
        headers.get("access-control-allow-origin"),
        headers.get("access-control-allow-credentials"),
      ];
    };
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      for (const path of ["/v1/films/a", "/v1/films/a?x=1", `/v1/films/${"a".repeat(21)}`])
        expect(await headersOf(path, origin, method)).toEqual([origin, "true"]);
      for (const path of [
        "/v1/rates/EUR",
        "/v1/films",
        "/v1/films/a/b",
        "/v1/films/",
        "/x/v1/films/a",
      ])
        expect(await headersOf(path, origin, method)).toEqual([origin, null]);
      for (const name of ["https://evil.example", "null", `${origin}.evil.example`, ""])
        expect(await headersOf("/v1/films/a", name, method)).toEqual([null, null]);
    }
  });

  test("may never send cookies to what changes something", () => {
    const start = () =>
      startTestApi({
        routes: (kit) =>
          new Elysia().use(kit.plugin).post(
            "/v1/changes",
            () => ({ ok: true }),
            kit.route({
              ...{ operationId: "change", tags: ["Test"], summary: "Change", access: "public" },
              ...{ limit: "write", responses: { 200: t.Object({ ok: t.Boolean() }) } },
              credentials: true,
            }),
          ),
      });
    expect(start).toThrow("POST /v1/changes must not take cookies");
  });

  test("is not mentioned where no origin is listed", async () => {
    const { headers } = await fetch(`${secure.url}/v1/rates/EUR`, from(origin));
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

import { afterAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { signalOf } from "#platform/http/exchange";
import type { HttpKit } from "#platform/http/kit";
import { startTestApi } from "../../support/http-app.ts";

const secret = "postgres://app:hunter2@db.internal";
const aborted: unknown[] = [];

function routes(kit: HttpKit) {
  const route = (operationId: string) =>
    kit.route({
      ...{ operationId, tags: ["Test"], summary: operationId, access: "public", limit: "read" },
      responses: {
        200: t.Object({ ok: t.Boolean(), nested: t.Optional(t.Object({ a: t.Null() })) }),
      },
    });
  return (
    new Elysia({ prefix: "/v1" })
      .use(kit.plugin)
      .get(
        "/throws",
        (): { ok: boolean } => {
          throw new Error(secret);
        },
        route("throws"),
      )
      .get(
        "/rejects",
        async (): Promise<{ ok: boolean }> => Promise.reject({ secret }),
        route("rejects"),
      )
      .get("/extra", () => ({ ok: true, secret }), route("extra"))
      .get("/nested-extra", () => ({ ok: true, nested: { a: null, secret } }), route("nestedExtra"))
      .get("/wrong", () => ({ ok: secret as unknown as boolean }), route("wrong"))
      .get(
        "/slow",
        async ({ exchange }) => {
          const signal = signalOf(exchange);
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
          aborted.push(signal.reason);
          return { ok: true };
        },
        route("slow"),
      )
      .get("/deaf", () => new Promise<{ ok: boolean }>(() => {}), route("deaf"))
      // Elysia does not see in this source that it gives a promise.
      .get(
        "/unseen",
        ({ request }) => {
          const bad = request.headers.has("x-bad");
          return bad ? Promise.reject(new Error(secret)) : Promise.resolve({ ok: true });
        },
        route("unseen"),
      )
  );
}
const api = startTestApi({ routes });
afterAll(() => api.stop());

describe("a defect of ours", () => {
  test.each(["throws", "rejects", "extra", "nested-extra", "wrong"])(
    "(%s) is a 500 that tells nothing, with its cause in the log",
    async (name) => {
      const answer = await fetch(`${api.url}/v1/${name}`);
      const text = await answer.text();
      expect(answer.status).toBe(500);
      expect(text).not.toContain("hunter2");
      expect(JSON.parse(text)).toMatchObject({ code: "http.internal" });
      const logged = api.finished.at(-1);
      expect(logged).toMatchObject({ status: 500, route: `/v1/${name}` });
      expect(logged?.requestId).toBe(answer.headers.get("x-request-id") ?? "none");
      expect(logged?.error).toBeDefined();
    },
  );
});

describe("a handler that gives a promise without being async", () => {
  const production = startTestApi({
    routes,
    config: { environment: "production", publicUrl: "https://localhost" },
  });
  afterAll(() => production.stop());
  const ask = (url: string, headers: Record<string, string>) =>
    fetch(`${url}/v1/unseen`, { headers: { host: "localhost", ...headers } });

  test("is awaited", async () => {
    for (const { url } of [api, production]) {
      const answer = await ask(url, {});
      expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}']);
    }
  });

  test("and rejects is a 500 like any other", async () => {
    for (const { url } of [api, production]) {
      const answer = await ask(url, { "x-bad": "1" });
      expect([answer.status, (await answer.text()).includes("hunter2")]).toEqual([500, false]);
    }
  });
});

describe("a request that takes too long", () => {
  const impatient = startTestApi({ routes, timeoutMs: 50 });
  afterAll(() => impatient.stop());

  test("gets 503, and its handler is told to stop", async () => {
    const answer = await fetch(`${impatient.url}/v1/slow`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: "http.timeout" });
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(aborted).toHaveLength(1);
  });

  test("gets 503 even when its handler never ends", async () => {
    expect((await fetch(`${impatient.url}/v1/deaf`)).status).toBe(503);
    const [first, second] = await Promise.all([1, 2].map(() => fetch(`${impatient.url}/v1/deaf`)));
    expect([first?.status, second?.status]).toEqual([503, 503]);
  });

  test("counts once in the log", async () => {
    const before = impatient.finished.length;
    await fetch(`${impatient.url}/v1/slow`);
    await Bun.sleep(20);
    expect(impatient.finished.length - before).toBe(1);
  });
});

import { afterAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { RateLimiter } from "#platform/http/rate-limit";
import { startTestApi } from "../../support/http-app.ts";

const api = startTestApi({
  config: { limits: { readsPerMinute: 3 }, trustedProxies: ["127.0.0.1"] },
});
afterAll(() => api.stop());
const as = (client: string, path = "/v1/rates/EUR", init: RequestInit = {}) =>
  fetch(`${api.url}${path}`, { ...init, headers: { ...init.headers, "x-forwarded-for": client } });

describe("a client", () => {
  test("is told what is left, and then to wait, each with a problem of its own", async () => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await as("198.51.100.1"));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers.map((answer) => answer.headers.get("ratelimit-remaining"))).toEqual([
      "2",
      "1",
      "0",
      "0",
    ]);
    const refused = answers[3];
    expect(refused?.headers.get("ratelimit-limit")).toBe("3");
    const waitSeconds = Number(refused?.headers.get("retry-after"));
    expect(waitSeconds).toBeGreaterThan(0);
    expect(waitSeconds).toBeLessThanOrEqual(66);
    expect(refused?.headers.get("ratelimit-reset")).toBe(String(waitSeconds));
    expect(await refused?.json()).toMatchObject({ status: 429, code: "limit.exceeded" });
  });

  test("does not spend the budget of another", async () => {
    for (let i = 0; i < 5; i++) await as("198.51.100.2");
    expect((await as("198.51.100.3")).status).toBe(200);
  });

  test("has one budget for its whole IPv6 network", async () => {
    const addresses = ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:1", "2001:db8:0:0:9::"];
    const answers = [];
    for (const address of addresses) answers.push((await as(address)).status);
    expect(answers).toEqual([200, 200, 200, 429]);
    expect((await as("2001:db8:0:1::1")).status).toBe(200);
  });

  test("pays for refused requests too: guessing is not free", async () => {
    const guess = (token: string) =>
      as("198.51.100.4", "/v1/rates/EUR", { headers: { authorization: `Bearer ${token}` } });
    const answers = [];
    for (const token of ["a", "b", "c", "d"]) answers.push((await guess(token)).status);
    expect(answers).toEqual([401, 401, 401, 429]);
  });

  test("is limited before it is asked who it is, and before its body is read", async () => {
    const send = () => as("198.51.100.5", "/v1/notes", { method: "POST", body: "{" });
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push((await send()).status);
    expect(answers).toEqual([401, 401, 401, 429]);
  });
});

describe("without a trusted proxy", () => {
  const direct = startTestApi({ config: { limits: { readsPerMinute: 2 } } });
  afterAll(() => direct.stop());
  test("a client cannot take a new address by claiming one", async () => {
    const answers = [];
    for (let i = 0; i < 3; i++) {
      const headers = { "x-forwarded-for": `198.51.100.${i}` };
      answers.push((await fetch(`${direct.url}/v1/rates/EUR`, { headers })).status);
    }
    expect(answers).toEqual([200, 200, 429]);
  });
});

describe("a limiter that counts elsewhere", () => {
  const taken: string[] = [];
  const limiter: RateLimiter = {
    take: async ({ name, requests }, client) => {
      taken.push(`${name} ${client}`);
      await Bun.sleep(1);
      return { allowed: taken.length < 3, limit: requests, remaining: 0, resetSeconds: 9 };
    },
  };
  const routes = (kit: HttpKit) =>
    new Elysia().use(kit.plugin).post(
      "/v1/codes",
      () => ({ ok: true }),
      kit.route({
        ...{ operationId: "tryCode", tags: ["Test"], summary: "Try a code", access: "public" },
        limit: { name: "codes", requests: 2, windowSeconds: 3600 },
        responses: { 200: t.Object({ ok: t.Boolean() }) },
      }),
    );
  const slow = startTestApi({ limiter, routes });
  afterAll(() => slow.stop());

  test("is waited for, under a budget of the route's own", async () => {
    const answers = [];
    for (let i = 0; i < 3; i++)
      answers.push((await fetch(`${slow.url}/v1/codes`, { method: "POST" })).status);
    expect(answers).toEqual([200, 200, 429]);
    expect(taken).toEqual(Array(3).fill("codes 127.0.0.1"));
  });
});

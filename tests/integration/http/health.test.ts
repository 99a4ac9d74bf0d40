import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { healthRoutes } from "#platform/http/health-routes";
import { createHealth } from "#platform/observability/health";
import { startTestApi } from "../../support/http-app.ts";
import { recordLog } from "../../support/log-lines.ts";

const { logger } = recordLog();
const health = createHealth({ logger, cacheMs: 0 });
let failure: Error | null = null;
health.register({ name: "jobs", check: async () => {} });
health.register({
  name: "database.main",
  check: async () => {
    if (failure) throw failure;
  },
});
const api = startTestApi({
  config: { environment: "production", publicUrl: "https://api.example.org" },
});
api.app.use(healthRoutes(health));
afterAll(() => api.stop());
beforeEach(() => {
  failure = null;
});
const probe = (path: string, host = "10.0.0.7:3000") =>
  fetch(api.url + path, { headers: { host } });

describe("probes", () => {
  test("are answered under any host, while other paths are not", async () => {
    expect((await probe("/health/live")).status).toBe(200);
    expect((await probe("/health/ready")).status).toBe(200);
    expect((await probe("/v1/rates/EUR")).status).toBe(421);
  });

  test("/health/ready lists what was checked", async () => {
    const answer = await probe("/health/ready");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.json()).toEqual({
      status: "ready",
      checks: [
        { name: "jobs", status: "ok", durationMs: expect.any(Number) },
        { name: "database.main", status: "ok", durationMs: expect.any(Number) },
      ],
    });
  });

  test("/health/ready is 503 with the names of what fails, never why", async () => {
    failure = new Error("password authentication failed for postgres://app:hunter2@db/main");
    await Bun.sleep(2);
    const answer = await probe("/health/ready");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("retry-after")).toBeTruthy();
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      code: "health.not_ready",
      detail: "Does not work: database.main.",
      meta: { failing: "database.main" },
    });
    expect(text).not.toMatch(/hunter2|postgres|password/);
  });

  test("/health/ready is 200 when only what is not needed fails, and names it", async () => {
    health.register({
      ...{ name: "database.log", isNeeded: false },
      check: async () => {
        throw new Error("down");
      },
    });
    const answer = await probe("/health/ready");
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        status: "ready",
        checks: expect.arrayContaining([
          { name: "database.log", status: "failed", durationMs: expect.any(Number) },
        ]),
      },
    ]);
  });

  test("/health/live does not depend on anything", async () => {
    failure = new Error("down");
    const answer = await probe("/health/live");
    expect([answer.status, await answer.json()]).toEqual([200, { status: "live" }]);
  });

  test("are told to the observer by their template", async () => {
    await probe("/health/live");
    expect(api.finished.at(-1)?.route).toBe("/health/live");
  });

  // Last: there is no way back.
  test("/health/ready is 503 while draining, /health/live is not", async () => {
    health.drain();
    const answer = await probe("/health/ready");
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: "Shutting down." });
    expect((await probe("/health/live")).status).toBe(200);
  });
});

import { expect, test } from "bun:test";
import type { HttpDeps } from "#platform/http/kit";
import { startTestApi } from "../../support/http-app.ts";
import { recordLog } from "../../support/log-lines.ts";

/** As PUBLIC_URL has it: production answers to no other. */
const host = "localhost:3000";
const headers = { host, "x-forwarded-for": "198.51.100.1" };
async function warnings(config: Partial<HttpDeps["config"]>): Promise<number> {
  const { logger, lines } = recordLog();
  const api = startTestApi({ logger, config });
  expect((await fetch(`${api.url}/v1/rates/EUR`, { headers: { host } })).status).toBe(200);
  const before = lines().length;
  for (let times = 0; times < 3; times++)
    await (await fetch(`${api.url}/v1/rates/EUR`, { headers })).text();
  await api.stop();
  expect(before).toBe(0);
  for (const line of lines()) {
    expect(line).toMatchObject({ level: "warn", msg: expect.stringContaining("TRUSTED_PROXIES") });
    expect(JSON.stringify(line)).not.toContain("198.51.100.1");
  }
  return lines().length;
}

test("production says once that a proxy's word on the client is ignored", async () => {
  expect(await warnings({ environment: "production" })).toBe(1);
});

test("nothing is said where proxies are trusted, or in development", async () => {
  expect(await warnings({ environment: "production", trustedProxies: ["10.0.0.0/8"] })).toBe(0);
  expect(await warnings({})).toBe(0);
});

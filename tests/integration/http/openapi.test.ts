import { afterAll, describe, expect, test } from "bun:test";
import { type AnyElysia, Elysia, t } from "elysia";
import { healthRoutes } from "#platform/http/health-routes";
import { describeApi, openApiRoutes, openApiText } from "#platform/http/openapi";
import { createHealth } from "#platform/observability/health";
import { faultsOfDocument } from "../../../scripts/check-openapi.ts";
import { startTestApi } from "../../support/http-app.ts";
import { recordLog } from "../../support/log-lines.ts";

const facts = {
  title: "Test",
  version: "1.2.3",
  description: "An API.",
  serverUrl: "https://api.example.org",
  tags: [
    { name: "Test", description: "Notes and rates." },
    { name: "Health", description: "For probes." },
  ],
};
let described = 0;
const api = startTestApi();
afterAll(() => api.stop());
const { logger } = recordLog();
const app: AnyElysia = api.app.use(healthRoutes(createHealth({ logger }))).use(
  openApiRoutes(() => {
    described += 1;
    return describeApi(app, facts);
  }),
);

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is plain JSON
const load = async (): Promise<any> => (await fetch(`${api.url}/openapi.json`)).json();

describe("GET /openapi.json", () => {
  test("passes the check that CI makes", async () => {
    expect(await faultsOfDocument(await load())).toEqual([]);
  });

  test("describes each route with what the platform adds to it", async () => {
    const { paths, components, servers, info } = await load();
    expect(servers).toEqual([{ url: "https://api.example.org" }]);
    expect(info).toMatchObject({ title: "Test", version: "1.2.3" });
    expect(Object.keys(paths)).toEqual([
      "/health/live",
      "/health/ready",
      "/v1/notes",
      "/v1/rates/{code}",
    ]);
    const { post } = paths["/v1/notes"];
    expect(post.security).toEqual([{ bearer: [] }]);
    expect(Object.keys(post.requestBody.content)).toEqual(["application/json"]);
    expect(post.requestBody.content["application/json"].schema.additionalProperties).toBe(false);
    expect(Object.keys(post.responses)).toEqual(
      expect.arrayContaining([
        "201",
        "400",
        "401",
        "403",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
      ]),
    );
    for (const [status, response] of Object.entries<{ content: object; headers: object }>(
      post.responses,
    )) {
      const type = status === "201" ? "application/json" : "application/problem+json";
      expect(Object.keys(response.content)).toEqual([type]);
      expect(response.headers).toHaveProperty("X-Request-Id");
    }
    expect(post.parameters).toMatchObject([
      { name: "Idempotency-Key", in: "header", required: false },
    ]);
    expect(post.responses["429"].headers).toHaveProperty("Retry-After");
    expect(post.responses["401"].headers).toHaveProperty("WWW-Authenticate");
    expect(post.responses["201"].headers).toHaveProperty("RateLimit-Remaining");
    const { get } = paths["/v1/rates/{code}"];
    expect(get.security).toEqual([]);
    const limit = get.parameters.find(({ name }: { name: string }) => name === "limit");
    expect(limit).toMatchObject({
      in: "query",
      required: false,
      schema: { type: "integer", default: 50 },
    });
    expect(components.schemas.Problem.properties).toHaveProperty("requestId");
    expect(paths["/health/live"].get.responses["200"].headers).not.toHaveProperty(
      "RateLimit-Limit",
    );
  });

  test("says nothing of TypeBox or of routes that are hidden", async () => {
    const text = JSON.stringify(await load());
    for (const word of [
      "$id",
      "elysia",
      "TypeBox",
      '"Date"',
      '"null"',
      "/openapi.json",
      'anyOf":[{"format',
    ])
      expect(text).not.toContain(word);
  });

  test("is made once and answers 304 to who has it", async () => {
    const first = await fetch(`${api.url}/openapi.json`);
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("content-type")).toBe("application/json");
    expect(etag).toMatch(/^"\w+"$/);
    const again = await fetch(`${api.url}/openapi.json`, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = await fetch(`${api.url}/openapi.json`, { headers: { "if-none-match": '"x"' } });
    expect(other.status).toBe(200);
    expect(described).toBe(1);
  });

  test("is the same whatever the order of the modules", () => {
    const one = new Elysia().get("/v1/a", () => "", { detail: { operationId: "a" } });
    const two = new Elysia()
      .post("/v1/b", () => "", { body: t.Object({ x: t.String() }) })
      .get("/v1/b", () => "");
    expect(openApiText(describeApi(new Elysia().use(one).use(two), facts))).toBe(
      openApiText(describeApi(new Elysia().use(two).use(one), facts)),
    );
  });

  test("leaves requests validated as before", async () => {
    await load();
    expect((await fetch(`${api.url}/v1/rates/EUR?limit=7&amount=1.5`)).status).toBe(200);
    expect((await fetch(`${api.url}/v1/rates/EUR?limit=x`)).status).toBe(422);
    expect((await fetch(`${api.url}/v1/rates/EUR?other=1`)).status).toBe(422);
  });
});

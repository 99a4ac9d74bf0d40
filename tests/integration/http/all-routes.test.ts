import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

/** Open on purpose, for probes, and for pages that people open: no guard, no limit. */
const open = [
  "GET /admin/evidence",
  "GET /admin/evidence/script.js",
  "GET /admin/evidence/style.css",
  "GET /docs",
  "GET /docs/assets/:file",
  "GET /docs/start.js",
  "GET /health/live",
  "GET /health/ready",
  "GET /openapi.json",
  "GET /reset-password",
  "GET /reset-password/script.js",
  "GET /reset-password/style.css",
  "GET /schemas/fintrack-document-1.xsd",
  "GET /shared-report",
  "GET /shared-report/script.js",
  "GET /shared-report/style.css",
];
/** Whoever adds a route that everyone may call adds it here. */
const publicRoutes = [
  "GET /.well-known/fintrack-keys.json",
  "GET /.well-known/jwks.json",
  "GET /v1/auth/registration-rules",
  "GET /v1/billing/plans",
  "GET /v1/conversions",
  "GET /v1/currencies",
  "GET /v1/currencies/:code",
  "GET /v1/evidence-media/:id",
  "GET /v1/rates",
  "GET /v1/rates/history",
  "GET /v1/rates/providers",
  "OPTIONS /v1/debts/:id/evidence/uploads",
  "OPTIONS /v1/evidence-uploads/:id",
  "PATCH /v1/auth/registrations/:id",
  "POST /v1/auth/password-resets",
  "POST /v1/auth/password-resets/redemption",
  "POST /v1/auth/registrations",
  "POST /v1/auth/registrations/:id/codes",
  "POST /v1/auth/registrations/:id/verification",
  "POST /v1/auth/sessions",
  "POST /v1/auth/tokens",
  "POST /v1/conversions",
  "POST /v1/shared-reports/files",
  "POST /v1/shared-reports/openings",
];
/** POSTs that only read: they leave no request record. */
const readingPosts = ["POST /v1/conversions"];
/** Reads of users that leave one, as those of administrators do. */
const readsOnRecord = ["GET /v1/debts/:id/evidence/file"];

type Route = App["routes"][number];
type App = TestApp["app"];
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
// biome-ignore lint/suspicious/noExplicitAny: Elysia types the hooks of a listed route loosely
const detailOf = (route: Route): any => route.hooks.detail ?? {};

let api: TestApp;
let routes: App["routes"];
beforeAll(async () => {
  api = await openTestApp();
  routes = api.app.routes;
});
afterAll(() => api.close());
const guarded = () => routes.filter((route) => detailOf(route)["x-access"] !== undefined);

describe("every route of the application", () => {
  test("states who may call it, but for the few that are open", () => {
    const without = routes.filter((route) => !guarded().includes(route));
    expect(without.map(nameOf).toSorted()).toEqual(open);
  });

  test("is closed to strangers, but for the listed ones", () => {
    const everyone = guarded().filter((route) => detailOf(route)["x-access"] === "public");
    expect(everyone.map(nameOf).toSorted()).toEqual(publicRoutes);
    for (const route of guarded())
      expect(detailOf(route)["x-access"]).toMatch(/^(public|[a-z]+:[a-z_]+)$/);
  });

  test("leaves a request record when it may change something, or shows an administrator what is another's", () => {
    const audit = (route: Route) => detailOf(route)["x-audit"];
    const without = guarded().filter((route) => audit(route) === "none");
    expect(without.map(nameOf)).toEqual(readingPosts);
    const reads = guarded().filter(({ method }) => method === "GET");
    const recorded = reads.filter((route) => audit(route) === "always");
    const adminReads = reads.filter(({ path }) => path.startsWith("/v1/admin/"));
    expect(recorded.map(nameOf).toSorted()).toEqual(
      [...adminReads.map(nameOf), ...readsOnRecord].toSorted(),
    );
  });

  test("has a name of its own, a summary and a tag", () => {
    const names = guarded().map((route) => detailOf(route).operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const route of guarded()) {
      expect(detailOf(route).operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(detailOf(route).summary).not.toBe("");
      expect(detailOf(route).tags).toHaveLength(1);
    }
  });

  test("states every answer that the platform may give in its place", () => {
    for (const route of guarded()) {
      const stated = Object.keys(detailOf(route).responses);
      const takesBody = (route.hooks.body ?? detailOf(route).requestBody) !== undefined;
      for (const status of ["400", "401", "421", "422", "429", "500", "503"])
        expect([nameOf(route), stated]).toEqual([nameOf(route), expect.arrayContaining([status])]);
      expect([nameOf(route), stated.includes("413") && stated.includes("415")]).toEqual([
        nameOf(route),
        takesBody,
      ]);
    }
  });

  test("refuses a token that nobody issued, a parameter that it does not know, and another method", async () => {
    for (const route of guarded()) {
      const path = route.path.replace(/:\w+/g, "EUR");
      const ask = (query: string, init: RequestInit) =>
        api.request(`${path}${query}`, { method: route.method, ...init });
      expect((await ask("", { headers: { authorization: "Bearer x" } })).status).toBe(401);
      const isPublic = detailOf(route)["x-access"] === "public";
      const refusals = isPublic ? [400, 415, 422] : [401];
      expect(refusals).toContain((await ask("?no_such_parameter=1", {})).status);
      const { status, headers } = await api.request(path, { method: "PROPFIND" });
      expect([path, status]).toEqual([path, 405]);
      expect(headers.get("allow")).toContain(route.method);
    }
  });

  test("is found by its own letters before a parameter is looked for in them", async () => {
    const literal = guarded().filter(({ path }) => !path.includes(":"));
    for (const path of new Set(literal.map((route) => route.path))) {
      const taken = literal.filter((route) => route.path === path).map(({ method }) => method);
      for (const method of ["POST", "PUT", "PATCH", "DELETE"].filter((m) => !taken.includes(m))) {
        const { status, headers } = await api.request(path, { method });
        expect([method, path, status]).toEqual([method, path, 405]);
        for (const allowed of taken) expect(headers.get("allow")).toContain(allowed);
      }
    }
  });
});

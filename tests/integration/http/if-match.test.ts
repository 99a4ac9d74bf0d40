import { afterAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { describeApi } from "#platform/http/openapi";
import { pageOf, text, version } from "#platform/http/schemas";
import { startTestApi } from "../../support/http-app.ts";

const note = t.Object({ title: t.String(), version });
const seen: number[] = [];

const api = startTestApi({
  config: { corsOrigins: ["https://app.example.org"] },
  routes: (kit) => {
    const common = { tags: ["Test"], summary: "S", limit: "read", access: "notes:write" } as const;
    return new Elysia({ prefix: "/v1/things" })
      .use(kit.plugin)
      .get(
        "",
        () => ({ items: [{ title: "x", version: 3 }], nextCursor: null }),
        kit.route({ ...common, operationId: "listThings", responses: { 200: pageOf(note) } }),
      )
      .post(
        "",
        () => ({ title: "x", version: 1 }),
        kit.route({ ...common, operationId: "createThing", responses: { 201: note } }),
      )
      .patch(
        "/one",
        ({ body, exchange }) => {
          seen.push(exchange.ifMatch);
          return { title: body.title, version: exchange.ifMatch + 1 };
        },
        kit.route({
          ...{ ...common, operationId: "changeThing", ifMatch: true },
          body: t.Object({ title: text(20) }),
          responses: { 200: note },
        }),
      )
      .delete(
        "/one",
        ({ exchange }) => void seen.push(exchange.ifMatch),
        kit.route({
          ...{ ...common, operationId: "removeThing", ifMatch: true },
          responses: { 204: t.Void() },
        }),
      )
      .put(
        "/one",
        ({ exchange }) => ({ title: String(exchange.ifMatch), version: 1 }),
        kit.route({ ...common, operationId: "replaceThing", responses: { 200: note } }),
      );
  },
});
afterAll(() => api.stop());

const ask = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
) =>
  fetch(`${api.url}/v1/things${path}`, {
    method,
    headers: {
      authorization: "Bearer good",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
const change = (ifMatch: string | null, body = '{"title":"x"}') =>
  ask("PATCH", "/one", ifMatch === null ? {} : { "if-match": ifMatch }, body);
const outcomeOf = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { code?: string }).code,
];

describe("If-Match", () => {
  test("hands the version on to the handler", async () => {
    for (const version of [1, 3, 2_147_483_646]) {
      const answer = await change(`"${version}"`);
      expect([answer.status, answer.headers.get("etag")]).toEqual([200, `"${version + 1}"`]);
      expect(seen.at(-1)).toBe(version);
    }
    expect((await change('  "7"  ')).status).toBe(200);
    const gone = await ask("DELETE", "/one", { "if-match": '"12"' });
    expect([gone.status, gone.headers.get("content-type")]).toEqual([204, null]);
    expect(seen.at(-1)).toBe(12);
  });

  test("is asked for by 428 before the content is looked at", async () => {
    expect(await outcomeOf(await change(null))).toEqual([428, "precondition.required"]);
    expect(await outcomeOf(await change(null, '{"title":1}'))).toEqual([
      428,
      "precondition.required",
    ]);
    expect(await outcomeOf(await ask("DELETE", "/one"))).toEqual([428, "precondition.required"]);
  });

  test.each(["*", '"1", "2"', '"1","1"', "1", '"1', '1"', "'1'", '"1" "2"', "", 'w/"1"', "W/1"])(
    "that is %p names no single version: 400",
    async (header) => {
      expect(await outcomeOf(await change(header))).toEqual([400, "http.malformed"]);
    },
  );

  test("sent twice is a list: 400", async () => {
    const headers = new Headers({ authorization: "Bearer good" });
    headers.append("if-match", '"1"');
    headers.append("if-match", '"2"');
    const answer = await fetch(`${api.url}/v1/things/one`, { method: "DELETE", headers });
    expect(await outcomeOf(answer)).toEqual([400, "http.malformed"]);
  });

  test.each([
    'W/"1"',
    '"abc"',
    '""',
    '"01"',
    '"-1"',
    '"1.0"',
    '"1e2"',
    '"2147483648"',
    '"99999999999"',
  ])("with the tag %p, which we never gave, is 412", async (header) => {
    expect(await outcomeOf(await change(header))).toEqual([412, "precondition.failed"]);
  });

  test("never reaches whoever may not call", async () => {
    const answer = await ask("DELETE", "/one", { authorization: "Bearer poor" });
    expect(answer.status).toBe(403);
    expect((await ask("DELETE", "/one", { authorization: "Bearer bad" })).status).toBe(401);
  });

  test("is not looked at where a route takes none", async () => {
    for (const header of ["*", '"1"']) {
      const answer = await ask("PUT", "/one", { "if-match": header });
      expect([answer.status, await answer.json()]).toEqual([200, { title: "-1", version: 1 }]);
    }
  });
});

describe("ETag", () => {
  test("is the version of one thing, also of a new one", async () => {
    const created = await ask("POST", "");
    expect([created.status, created.headers.get("etag")]).toEqual([201, '"1"']);
  });

  test("is not on lists, nor where nothing is said", async () => {
    expect((await ask("GET", "")).headers.get("etag")).toBeNull();
    expect((await ask("DELETE", "/one", { "if-match": '"1"' })).headers.get("etag")).toBeNull();
  });

  test("can be read and sent back by a browser of a listed origin", async () => {
    const origin = { origin: "https://app.example.org" };
    const answer = await ask("POST", "", origin);
    expect(answer.headers.get("access-control-expose-headers")).toContain("ETag");
    const preflight = await ask("OPTIONS", "/one", {
      ...origin,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "if-match",
    });
    expect(preflight.headers.get("access-control-allow-headers")).toContain("If-Match");
  });
});

test("the API's description says where both are", () => {
  const facts = { title: "T", version: "1", description: "D", serverUrl: "http://x", tags: [] };
  const { paths, components } = describeApi(api.app, facts) as unknown as {
    paths: Record<"/v1/things" | "/v1/things/one", Record<string, Described>>;
    components: { headers: object };
  };
  type Described = {
    parameters?: { name: string; in: string; required: boolean }[];
    responses: Record<string, { headers: object }>;
  };
  expect(components.headers).toHaveProperty("ETag");
  for (const method of ["patch", "delete"]) {
    const { parameters, responses } = paths["/v1/things/one"][method] as Described;
    expect(parameters).toMatchObject([{ name: "If-Match", in: "header", required: true }]);
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(["412", "428"]));
  }
  const { put, patch } = paths["/v1/things/one"];
  expect(put?.parameters).toBeUndefined();
  expect(Object.keys(put?.responses ?? {})).not.toContain("428");
  expect(patch?.responses["200"]?.headers).toHaveProperty("ETag");
  expect(paths["/v1/things"]["post"]?.responses["201"]?.headers).toHaveProperty("ETag");
  expect(paths["/v1/things"]["get"]?.responses["200"]?.headers).not.toHaveProperty("ETag");
});

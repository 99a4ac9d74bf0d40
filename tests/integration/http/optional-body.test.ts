import { afterAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { describeApi } from "#platform/http/openapi";
import { text } from "#platform/http/schemas";
import { startTestApi } from "../../support/http-app.ts";
import { sendRaw } from "../../support/raw-http.ts";

const reason = t.Optional(text(20));
const common = {
  ...{ operationId: "endThing", tags: ["Test"], summary: "S" },
  ...({ limit: "read", access: "notes:write" } as const),
  responses: { 200: t.Object({ reason }) },
};

const api = startTestApi({
  routes: (kit) =>
    new Elysia({ prefix: "/v1/things" }).use(kit.plugin).post(
      "/end",
      ({ body }) => body,
      kit.route({
        ...{ ...common, bodyOptional: true },
        body: t.Object({ reason }),
      }),
    ),
});
afterAll(() => api.stop());

async function end(init: RequestInit) {
  const headers = { authorization: "Bearer good", ...init.headers };
  const answer = await fetch(`${api.url}/v1/things/end`, { method: "POST", ...init, headers });
  return [answer.status, await answer.json()] as const;
}
const json = { "content-type": "application/json" };

describe("a body that may be left out", () => {
  test("is left out, and every field with it", async () => {
    expect(await end({})).toEqual([200, {}]);
    expect(await end({ body: "" })).toEqual([200, {}]);
    expect(await end({ headers: json })).toEqual([200, {}]);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await end({ headers: form, body: "" })).toEqual([200, {}]);
  });

  test.each([
    ["neither a length nor a type", ""],
    ["a length of zero", "Content-Length: 0\r\n"],
    ["JSON of no bytes", "Content-Type: application/json\r\nContent-Length: 0\r\n"],
    ["no chunk but the last", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"],
  ])("is left out with %s", async (_, headers) => {
    const request = `POST /v1/things/end HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n${headers}\r\n`;
    const { status, body } = await sendRaw(
      api.url,
      headers.includes("chunked") ? `${request}0\r\n\r\n` : request,
    );
    expect([status, body]).toEqual([200, "{}"]);
  });

  test("is read and judged when it is there", async () => {
    const body = JSON.stringify({ reason: "Twice" });
    expect(await end({ headers: json, body })).toEqual([200, { reason: "Twice" }]);
    expect((await end({ headers: json, body: "{}" }))[0]).toBe(200);
    for (const [status, sent, headers] of [
      [422, '{"reason":7}', json],
      [422, '{"why":"x"}', json],
      [422, "null", json],
      [400, '{"reason":', json],
      [400, " ", json],
      [415, "reason=Twice", { "content-type": "application/x-www-form-urlencoded" }],
    ] as const)
      expect([sent, (await end({ headers, body: sent }))[0]]).toEqual([sent, status]);
  });

  test("is described as one", () => {
    const facts = { title: "T", version: "1", description: "", serverUrl: "http://x", tags: [] };
    // biome-ignore lint/suspicious/noExplicitAny: the document is plain JSON
    const paths: any = describeApi(api.app, facts).paths;
    const { required, content } = paths["/v1/things/end"].post.requestBody;
    expect([required, Object.keys(content)]).toEqual([false, ["application/json"]]);
    expect(Object.keys(content["application/json"].schema.properties)).toEqual(["reason"]);
    expect(paths["/v1/notes"].post.requestBody.required).toBe(true);
  });

  test("is no body with a field that is needed", () => {
    const optional = { ...common, bodyOptional: true };
    const needed = t.Object({ reason: text(20) });
    expect(() => api.kit.route({ ...optional, body: needed })).toThrow("endThing");
    expect(() => api.kit.route(optional)).toThrow("endThing");
  });
});

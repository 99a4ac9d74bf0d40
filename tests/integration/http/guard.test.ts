import { afterAll, describe, expect, test } from "bun:test";
import { startTestApi } from "../../support/http-app.ts";

const api = startTestApi();
afterAll(() => api.stop());
const post = (headers: Record<string, string>, body: string) =>
  fetch(`${api.url}/v1/notes`, { method: "POST", headers, body });
const json = { "content-type": "application/json" };

describe("a protected route", () => {
  test("answers 401 before it looks at the body", async () => {
    for (const body of ["{", "", '{"title":1}', "x".repeat(5000)]) {
      const answer = await post(json, body);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  test("answers 401 to a token that nobody issued", async () => {
    const answer = await post({ ...json, authorization: "Bearer made-up" }, '{"title":"x"}');
    expect(answer.status).toBe(401);
  });

  test("answers 403 before it looks at the body", async () => {
    const answer = await post({ ...json, authorization: "Bearer poor" }, "{");
    expect(answer.status).toBe(403);
  });

  test("gives the handler actor, request id and operation", async () => {
    const answer = await post({ ...json, authorization: "Bearer good" }, '{"title":"x"}');
    expect(answer.status).toBe(201);
    expect(api.seen.at(-1)).toEqual({
      actor: expect.objectContaining({ type: "user" }),
      requestId: answer.headers.get("x-request-id"),
      operation: "createNote",
    });
  });
});

describe("a public route", () => {
  test("answers without credentials, as anonymous", async () => {
    expect((await fetch(`${api.url}/v1/rates/EUR`)).status).toBe(200);
    expect(api.seen.at(-1)).toMatchObject({ actor: { type: "anonymous" } });
  });

  test("refuses a bad token rather than taking it for nobody", async () => {
    const headers = { authorization: "Bearer made-up" };
    expect((await fetch(`${api.url}/v1/rates/EUR`, { headers })).status).toBe(401);
  });
});

import { afterAll, describe, expect, test } from "bun:test";
import { defineErrors } from "#platform/kernel/errors";
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

describe("while it cannot be told who asks", () => {
  const errors = defineErrors("sessions", {
    unknown: { kind: "unavailable", title: "Unavailable" },
  });
  const cannotTell = () => errors.fail("unknown", "Try again.", { retryAfterSeconds: 7 });
  const ways = {
    "at once": () => {
      throw cannotTell();
    },
    later: () => Promise.reject(cannotTell()),
  };

  test.each(Object.entries(ways))(
    "(known %s) whoever sends a token gets 503",
    async (_when, authenticate) => {
      const unsure = startTestApi({ authenticate });
      try {
        const headers = { authorization: "Bearer good", "content-type": "application/json" };
        const asked = [
          await fetch(`${unsure.url}/v1/rates/EUR`, { headers }),
          await fetch(`${unsure.url}/v1/notes`, { method: "POST", headers, body: "{" }),
          await fetch(`${unsure.url}/v1/notes`, { method: "POST", headers, body: '{"title":"x"}' }),
        ];
        for (const answer of asked) {
          expect(answer.status).toBe(503);
          expect(answer.headers.get("retry-after")).toBe("7");
          expect(answer.headers.get("www-authenticate")).toBeNull();
          expect(await answer.json()).toMatchObject({ code: "sessions.unknown" });
        }
        expect(unsure.seen).toEqual([]);
        expect((await fetch(`${unsure.url}/v1/rates/EUR`)).status).toBe(200);
      } finally {
        await unsure.stop();
      }
    },
  );
});

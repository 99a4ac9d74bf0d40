import { afterAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { describeApi } from "#platform/http/openapi";
import { text } from "#platform/http/schemas";
import { stepUpSeconds } from "#platform/http/step-up";
import type { Actor } from "#platform/kernel/context";
import { addSeconds, type Instant, parseInstant } from "#platform/kernel/time";
import { startTestApi, testUser } from "../../support/http-app.ts";

const now = parseInstant("2026-04-01T10:00:00Z");
const ago = (seconds: number): Instant => addSeconds(now, -seconds);
/** "Bearer 12.5": the session proved a password so many seconds ago; "Bearer never": it has not. */
const authenticate = ({ authorization }: { authorization: string }): Actor => {
  const [, seconds = "", kind] = authorization.split(" ");
  const authenticatedAt = seconds === "never" ? null : ago(Number(seconds));
  const permissions = kind === "poor" ? [] : ["notes:write"];
  return { ...testUser, authenticatedAt, permissions };
};

const api = startTestApi({
  clock: { now: () => now },
  authenticate,
  routes: (kit) =>
    new Elysia({ prefix: "/v1" }).use(kit.plugin).post(
      "/secrets",
      ({ body }) => ({ kept: body.secret.length }),
      kit.route({
        operationId: "keepSecret",
        tags: ["Test"],
        summary: "Keeps a secret",
        description: "For a while.",
        limit: "credentials",
        access: "notes:write",
        stepUp: true,
        body: t.Object({ secret: text(20) }),
        responses: { 200: t.Object({ kept: t.Integer() }) },
      }),
    ),
});
afterAll(() => api.stop());

const post = (path: string, authorization: string | null, body = '{"secret":"x"}') =>
  fetch(`${api.url}/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization ? { authorization } : {}) },
    body,
  });

describe("a route that asks for a fresh authentication", () => {
  test("serves whoever proved a password or second factor within the last five minutes", async () => {
    expect(stepUpSeconds).toBe(300);
    for (const seconds of [0, 1, 299.999, 300, -1])
      expect((await post("secrets", `Bearer ${seconds}`)).status).toBe(200);
  });

  test("answers 401 with the challenge of RFC 9470 to an older one and to none, before it reads the body", async () => {
    for (const seconds of ["300.001", "3600", "never"])
      for (const body of ['{"secret":"x"}', "{", '{"secret":1}', "x".repeat(500_000)]) {
        const answer = await post("secrets", `Bearer ${seconds}`, body);
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toBe(
          'Bearer error="insufficient_user_authentication", max_age="300"',
        );
        expect(await answer.json()).toMatchObject({
          code: "auth.step_up_required",
          type: "/problems/auth.step_up_required",
        });
      }
  });

  test("answers 403 to whoever lacks the permission, however fresh or old", async () => {
    for (const seconds of ["0", "3600", "never"])
      expect((await post("secrets", `Bearer ${seconds} poor`)).status).toBe(403);
  });

  test("asks a stranger for a token, without naming an age", async () => {
    const answer = await post("secrets", null);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answer.json()).toMatchObject({ code: "auth.required" });
  });

  test("says so in the API's description", () => {
    const facts = { title: "T", version: "1", description: "D", serverUrl: "http://x", tags: [] };
    const { paths } = describeApi(api.app, facts);
    expect(paths).toMatchObject({
      "/v1/secrets": {
        post: {
          "x-step-up": true,
          description: expect.stringMatching(/^For a while\.\n\nThe session must .* 5 minutes/),
        },
      },
    });
    expect(paths).not.toHaveProperty(["/v1/notes", "post", "x-step-up"]);
    expect(paths).not.toHaveProperty(["/v1/notes", "post", "description"]);
  });

  test("cannot be one that everyone may call", () => {
    expect(() =>
      api.kit.route({
        ...{ operationId: "openSecret", tags: ["Test"], summary: "S", limit: "read" },
        ...{ access: "public", stepUp: true, responses: {} },
      }),
    ).toThrow("openSecret");
  });
});

test("any other route serves whoever never proved anything in this session", async () => {
  expect((await post("notes", "Bearer never", '{"title":"x"}')).status).toBe(201);
});

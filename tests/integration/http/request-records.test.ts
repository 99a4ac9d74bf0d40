import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import type { RequestOutcome } from "#platform/audit/messages";
import { id, text, yesNoParameter } from "#platform/http/schemas";
import { defineErrors } from "#platform/kernel/errors";
import { eventually } from "../../support/eventually.ts";
import { startTestApi, testUser } from "../../support/http-app.ts";

const thing = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e22";
const errors = defineErrors("notes", {
  missing: { kind: "not_found", title: "No such note" },
  wrong: { kind: "unauthenticated", title: "Wrong" },
});
const none = { responses: { 204: t.Void() }, limit: "read", tags: ["Test"] } as const;
let storing: Promise<boolean> = Promise.resolve(true);
let first: RequestOutcome[] = [];
let recorded: RequestOutcome[] = [];
let counted: unknown[] = [];
const written = new Set<string>();
const started = Promise.withResolvers<void>();
const proceed = Promise.withResolvers<void>();

let api: ReturnType<typeof startTestApi>;
beforeAll(() => {
  api = startTestApi({
    config: { trustedProxies: ["127.0.0.1"], limits: { readsPerMinute: 20 } },
    audit: {
      record: (outcome) => void recorded.push(outcome),
      recordFirst(outcome) {
        first.push(outcome);
        return storing;
      },
      count: (refusal) => void counted.push(refusal),
      takeWritten: (requestId) => written.delete(requestId),
    },
    routes: ({ plugin, route }) =>
      new Elysia({ prefix: "/v1" })
        .use(plugin)
        .delete(
          "/notes/:id/lines/:line",
          () => {
            throw errors.fail("missing", "There is no such note.");
          },
          route({
            ...{ ...none, operationId: "deleteLine", summary: "Delete", access: "notes:write" },
            params: t.Object({ id: id(), line: text(10) }),
          }),
        )
        .get(
          "/admin/secrets/:id",
          () => undefined,
          route({
            ...{ ...none, operationId: "readSecret", summary: "Read", access: "admin:read" },
            params: t.Object({ id: id() }),
          }),
        )
        .get(
          "/journal",
          () => undefined,
          route({
            ...{ ...none, operationId: "readJournal", summary: "Read", access: "notes:write" },
            audit: "always",
          }),
        )
        .post(
          "/sums",
          () => undefined,
          route({
            ...{ ...none, operationId: "addUp", summary: "Add up", access: "public" },
            audit: "none",
          }),
        )
        .get(
          "/first",
          ({ ctx }) => {
            written.add(ctx.requestId);
          },
          route({ ...none, operationId: "readFirst", summary: "Read", access: "public" }),
        )
        .post(
          "/guess",
          ({ ctx, query }) => {
            if (query.stolen) written.add(ctx.requestId);
            throw errors.fail("wrong", "Guess again.");
          },
          route({
            ...{ ...none, operationId: "guess", summary: "Guess", access: "public" },
            query: t.Object({ stolen: yesNoParameter({ default: false }) }),
          }),
        )
        .post(
          "/slow",
          () => {
            started.resolve();
            return proceed.promise;
          },
          route({ ...none, operationId: "slow", summary: "Slow", access: "public" }),
        )
        .post(
          "/crash",
          () => {
            throw new Error("a defect");
          },
          route({ ...none, operationId: "crash", summary: "Crash", access: "public" }),
        ),
  });
});
afterAll(() => api.stop());

let clients = 0;
async function ask(method: string, path: string, headers: Record<string, string> = {}, body = "") {
  [recorded, counted, first] = [[], [], []];
  clients += 1;
  return fetch(`${api.url}${path}`, {
    method,
    headers: { "x-forwarded-for": `192.0.2.${clients}`, ...headers },
    ...(body === "" ? {} : { body }),
  });
}
const bearer = { authorization: "Bearer good" };
const json = { "content-type": "application/json" };

describe("a request that may change something leaves one record", () => {
  test("when it succeeds: of whom, what and when, nothing that was sent or answered", async () => {
    const headers = { ...bearer, ...json, "x-request-id": "mine-1", "idempotency-key": "k-1" };
    const { status } = await ask("POST", "/v1/notes", headers, '{"title":"a secret"}');
    expect(status).toBe(201);
    expect(recorded).toEqual([
      {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        clientRequestId: "mine-1",
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        durationMs: expect.any(Number),
        method: "POST",
        route: "/v1/notes",
        operation: "createNote",
        targets: {},
        status: 201,
        code: null,
        actor: { type: "user", id: testUser.id, sessionId: null },
        client: `192.0.2.${clients}`,
      },
    ]);
    expect(JSON.stringify(recorded)).not.toContain("secret");
    expect(JSON.stringify(recorded)).not.toContain("k-1");
  });

  test("when it is faulty", async () => {
    const { status } = await ask("POST", "/v1/notes", { ...bearer, ...json }, '{"title":7}');
    expect(status).toBe(422);
    expect(recorded).toMatchObject([
      { operation: "createNote", status: 422, code: "request.invalid", actor: { type: "user" } },
    ]);
  });

  test("when it is refused for want of a permission", async () => {
    await ask("POST", "/v1/notes", { ...json, authorization: "Bearer poor" }, "{}");
    expect(recorded).toMatchObject([
      { status: 403, code: "auth.forbidden", actor: { type: "user", id: testUser.id } },
    ]);
    expect(counted).toEqual([]);
  });

  test("with the ids of its path by their names, and nothing else of the path", async () => {
    const { status } = await ask("DELETE", `/v1/notes/${thing.toUpperCase()}/lines/x?`, bearer);
    expect(status).toBe(404);
    expect(recorded).toMatchObject([
      { route: "/v1/notes/:id/lines/:line", targets: { id: thing }, code: "notes.missing" },
    ]);
    expect(recorded[0]?.targets).toEqual({ id: thing });
  });

  test("when it fails by a defect, also of a stranger", async () => {
    const { status } = await ask("POST", "/v1/crash");
    expect(status).toBe(500);
    expect(recorded).toMatchObject([
      { operation: "crash", status: 500, code: "http.internal", actor: { type: "anonymous" } },
    ]);
  });

  test("when the client goes away before the answer", async () => {
    [recorded, counted, first] = [[], [], []];
    const aborter = new AbortController();
    const asked = fetch(`${api.url}/v1/slow`, { method: "POST", signal: aborter.signal });
    await started.promise;
    aborter.abort();
    await expect(asked).rejects.toThrow();
    proceed.resolve();
    await eventually("it is on record", () => recorded.length > 0);
    expect(recorded).toMatchObject([{ operation: "slow", status: 204 }]);
  });
});

describe("a read leaves no record", () => {
  test("of its own", async () => {
    await ask("GET", "/v1/rates/EUR");
    expect([...recorded, ...first, ...counted]).toEqual([]);
  });

  test("when a POST says that it only reads", async () => {
    expect((await ask("POST", "/v1/sums")).status).toBe(204);
    expect([...recorded, ...first, ...counted]).toEqual([]);
  });

  test("unless it wrote something on the way", async () => {
    expect((await ask("GET", "/v1/first")).status).toBe(204);
    expect(recorded).toMatchObject([{ operation: "readFirst", method: "GET", status: 204 }]);
  });

  test("unless its route asks for one", async () => {
    expect((await ask("GET", "/v1/journal", bearer)).status).toBe(204);
    expect(recorded).toMatchObject([{ operation: "readJournal", status: 204 }]);
  });
});

describe("refused strangers are counted", () => {
  test("without a token that we know", async () => {
    await ask("POST", "/v1/notes", json, "{}");
    const refusal = { method: "POST", route: "/v1/notes", status: 401 };
    expect(counted).toEqual([{ ...refusal, client: `192.0.2.${clients}` }]);
    await ask("POST", "/v1/notes", { ...json, authorization: "Bearer stolen" }, "{}");
    expect(counted).toMatchObject([refusal]);
    expect(recorded).toEqual([]);
  });

  test("who guess, unless a guess has changed something", async () => {
    expect((await ask("POST", "/v1/guess")).status).toBe(401);
    expect(counted).toMatchObject([{ route: "/v1/guess", status: 401 }]);
    expect(recorded).toEqual([]);
    expect((await ask("POST", "/v1/guess?stolen=true")).status).toBe(401);
    expect(recorded).toMatchObject([{ operation: "guess", actor: { type: "anonymous" } }]);
    expect(counted).toEqual([]);
  });

  test("at paths where there is nothing, whatever the path says", async () => {
    for (const path of ["/v1/nothing/secret", "/v1/rates/EUR", "/wp-login.php"]) {
      const { status } = await ask("DELETE", path);
      expect(counted).toEqual([
        { method: "DELETE", route: "unmatched", client: `192.0.2.${clients}`, status },
      ]);
    }
    expect(recorded).toEqual([]);
  });

  test("who ask too often", async () => {
    const client = { "x-forwarded-for": "198.51.100.1" };
    let status = 0;
    for (let n = 0; n < 25 && status !== 429; n++)
      ({ status } = await ask("POST", "/v1/crash", client));
    expect(status).toBe(429);
    expect(counted).toMatchObject([{ route: "/v1/crash", status: 429, client: "198.51.100.1" }]);
    expect(recorded).toEqual([]);
  });
});

describe("a denial of somebody we know, on a route of those who look after others,", () => {
  test("is on record before it is answered, be it a read", async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    storing = promise;
    let answered = false;
    const asked = ask("GET", `/v1/admin/secrets/${thing}`, bearer).then((response) => {
      answered = true;
      return response;
    });
    await eventually("it is put on record", () => first.length > 0);
    await Bun.sleep(50);
    expect(answered).toBe(false);
    expect(first).toMatchObject([
      { operation: "readSecret", status: 403, targets: { id: thing }, actor: { type: "user" } },
    ]);
    resolve(true);
    expect((await asked).status).toBe(403);
  });

  test("is not answered at all when it cannot be put on record", async () => {
    storing = Promise.resolve(false);
    const response = await ask("GET", `/v1/admin/secrets/${thing}`, bearer);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.json()).toMatchObject({ code: "audit.unavailable" });
    expect(api.finished.at(-1)).toMatchObject({ status: 503, actorId: testUser.id });
  });

  test("is counted alone where nobody is known", async () => {
    const { status } = await ask("DELETE", `/v1/admin/secrets/${thing}`);
    expect(status).toBe(405);
    expect((await ask("GET", `/v1/admin/secrets/${thing}`)).status).toBe(401);
    expect([...first, ...recorded]).toEqual([]);
  });
});

test("the line of a request says who asked", async () => {
  await ask("GET", "/v1/journal", bearer);
  expect(api.finished.at(-1)).toMatchObject({ route: "/v1/journal", actorId: testUser.id });
  await ask("GET", "/v1/rates/EUR");
  expect(api.finished.at(-1)).toMatchObject({ actorId: null });
});

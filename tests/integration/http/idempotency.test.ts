import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { type IdempotencyStore, idempotencyErrors } from "#platform/db/idempotency";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { text } from "#platform/http/schemas";
import type { RequestContext } from "#platform/kernel/context";
import { startTestApi } from "../../support/http-app.ts";

/** As platform/db keeps it, in memory: what `transact` stores and `find` answers. */
const records = new Map<string, { fingerprint: string; secret: boolean; result: unknown }>();
const store: IdempotencyStore = {
  async find({ scope, key, fingerprint }) {
    const record = records.get(`${scope} ${key}`);
    if (!record) return undefined;
    if (record.fingerprint !== fingerprint)
      throw idempotencyErrors.fail("key_reused", "Use a new key.");
    if (record.secret) throw idempotencyErrors.fail("not_replayable", "Start again.");
    return { result: record.result };
  },
};
let made = 0;
async function makeThing(ctx: RequestContext, name: string) {
  made += 1;
  const result = { name, number: made };
  const { idempotency } = ctx;
  if (idempotency) {
    const { scope, key, fingerprint, secret = false } = idempotency;
    records.set(`${scope} ${key}`, {
      fingerprint,
      secret,
      result: secret ? null : structuredClone(result),
    });
  }
  return result;
}
function routes(kit: HttpKit) {
  const things = new Elysia({ prefix: "/v1" }).use(kit.plugin);
  for (const secret of [false, true])
    things.post(
      secret ? "/secrets" : "/things",
      async ({ ctx, exchange, body }) => {
        const thing = await once(exchange, () => makeThing(ctx, body.name));
        // Rendering belongs to the route: a replay goes through it like a first answer.
        return { label: `${thing.name} no. ${thing.number}` };
      },
      kit.route({
        ...{
          operationId: secret ? "makeSecret" : "makeThing",
          tags: ["Test"],
          summary: "Make",
          limit: "read",
        },
        access: "public",
        body: t.Object({ name: text(20), size: t.Optional(text(5)) }),
        responses: { 201: t.Object({ label: t.String() }) },
        idempotent: true,
        secret,
      }),
    );
  return things;
}
const api = startTestApi({ idempotency: store, routes, config: { trustedProxies: ["127.0.0.1"] } });
afterAll(() => api.stop());
beforeEach(() => {
  records.clear();
  made = 0;
});

async function post(path: string, body: string, headers: Record<string, string>) {
  const answer = await fetch(`${api.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return {
    status: answer.status,
    replayed: answer.headers.get("idempotency-replayed"),
    body: (await answer.json()) as Record<string, unknown>,
  };
}
const key = { "idempotency-key": "k-1" };

describe("the same key", () => {
  test("with the same body has one effect and one answer, and the second says so", async () => {
    const first = await post("/v1/things", '{"name":"a","size":"b"}', key);
    const second = await post("/v1/things", '{ "size": "b", "name": "a" }', key);
    expect(first).toEqual({ status: 201, replayed: null, body: { label: "a no. 1" } });
    expect(second).toEqual({ ...first, replayed: "true" });
    expect(made).toBe(1);
  });

  test("with another body is a 422", async () => {
    await post("/v1/things", '{"name":"a"}', key);
    const second = await post("/v1/things", '{"name":"b"}', key);
    expect([second.status, second.body["code"]]).toEqual([422, "idempotency.key_reused"]);
    expect(made).toBe(1);
  });

  test("on a route that answers with a secret is a 409", async () => {
    expect((await post("/v1/secrets", '{"name":"a"}', key)).status).toBe(201);
    const second = await post("/v1/secrets", '{"name":"a"}', key);
    expect([second.status, second.body["code"]]).toEqual([409, "idempotency.not_replayable"]);
    expect([...records.values()].map((record) => record.result)).toEqual([null]);
  });

  test("on another route, of another user or from another address is another key", async () => {
    const others = [
      { ...key },
      { ...key, authorization: "Bearer good" },
      { ...key, "x-forwarded-for": "198.51.100.9" },
    ];
    for (const headers of others)
      expect((await post("/v1/things", '{"name":"a"}', headers)).replayed).toBeNull();
    expect((await post("/v1/secrets", '{"name":"a"}', key)).status).toBe(201);
    expect(made).toBe(4);
  });
});

test("without a key every request has its effect", async () => {
  await post("/v1/things", '{"name":"a"}', {});
  await post("/v1/things", '{"name":"a"}', {});
  expect(made).toBe(2);
});

test("a key that is no key is a 422 before anything happens", async () => {
  for (const bad of ["two words", "x".repeat(256)]) {
    const { status, body } = await post("/v1/things", '{"name":"a"}', { "idempotency-key": bad });
    expect(status).toBe(422);
    expect(body["errors"]).toEqual([expect.objectContaining({ path: "Idempotency-Key" })]);
  }
  expect(made).toBe(0);
});

test("a request that is invalid does not spend its key", async () => {
  expect((await post("/v1/things", '{"name":1}', key)).status).toBe(422);
  expect((await post("/v1/things", '{"name":"a"}', key)).status).toBe(201);
});

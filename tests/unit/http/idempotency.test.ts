import { describe, expect, test } from "bun:test";
import { describeOperation } from "#platform/http/describe-operation";
import { createExchange, type Exchange } from "#platform/http/exchange";
import { createIdempotency } from "#platform/http/idempotency";
import type { Actor } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";

const user = (id: string): Actor => ({
  type: "user",
  id: id as Id,
  ...{ sessionId: null, roles: [], permissions: [], authenticatedAt: null },
});
const claim = createIdempotency({
  store: { find: async () => undefined },
  hmac: (data) => new Bun.CryptoHasher("sha256", "k").update(data).digest("hex"),
});
function claimOf(options: {
  key?: string;
  actor?: Actor;
  client?: string;
  operation?: string;
  body?: unknown;
  secret?: boolean;
}) {
  const {
    key = "k1",
    actor = user("u1"),
    client = "c1",
    operation = "createNote",
    body = { a: 1 },
  } = options;
  const exchange: Exchange = { ...createExchange("r", null, null), actor, client };
  const request = new Request("http://localhost/", { headers: { "idempotency-key": key } });
  claim(request, exchange, {
    operation,
    secret: options.secret ?? false,
    params: {},
    query: {},
    body,
  });
  if (!exchange.idempotency) throw new Error("no claim");
  return exchange.idempotency.claim;
}

describe("an Idempotency-Key", () => {
  test("stands for one request of one user on one route", () => {
    const first = claimOf({});
    expect(claimOf({})).toEqual(first);
    expect(claimOf({ client: "c2" })).toEqual(first);
    expect(claimOf({ actor: user("u2") }).scope).not.toBe(first.scope);
    expect(claimOf({ operation: "other" }).scope).not.toBe(first.scope);
    expect(claimOf({ body: { a: 2 } }).fingerprint).not.toBe(first.fingerprint);
    expect(claimOf({ body: { a: 2 } }).scope).toBe(first.scope);
  });

  test("of a stranger belongs to the address: nobody replays the answers of somebody else", () => {
    const anonymous: Actor = { type: "anonymous" };
    expect(claimOf({ actor: anonymous, client: "c1" }).scope).not.toBe(
      claimOf({ actor: anonymous, client: "c2" }).scope,
    );
  });

  test("says when the answer may not be kept", () => {
    expect(claimOf({ secret: true }).secret).toBe(true);
    expect(claimOf({}).secret).toBeUndefined();
  });

  test("is printable ASCII of at most 255 characters", () => {
    for (const key of ["a", "~!", crypto.randomUUID(), "x".repeat(255)])
      expect(claimOf({ key }).key).toBe(key);
    for (const key of ["a b", "\u00ff", "x".repeat(256)])
      expect(() => claimOf({ key })).toThrow(/printable ASCII/);
  });

  test("shows nothing of the request in its fingerprint", () => {
    expect(claimOf({ body: { password: "hunter2" } }).fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("the API's description says of a route whose answer is not kept what a repeat gets", () => {
  const told = (secret: boolean) =>
    describeOperation({
      ...{ operationId: "make", tags: ["Test"], summary: "Make", access: "public", secret },
      ...{ idempotent: true, responses: {} },
    }).parameters?.map(({ description }) => description);
  expect(told(false)).toEqual([expect.stringContaining("gets the same answer again")]);
  expect(told(true)).toEqual([expect.stringContaining("is 409 `idempotency.not_replayable`")]);
});

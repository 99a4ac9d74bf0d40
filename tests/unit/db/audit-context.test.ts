import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createAuditContexts, readAuditContext } from "#platform/db/audit-context";
import type { Actor, RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { testKeyring } from "../../support/test-keyring.ts";

const id = fc.uuid({ version: 7 }).map((text) => text as Id);
const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc.constant({ type: "anonymous" } as const),
  fc.record({ type: fc.constant("system" as const), name: fc.string() }),
  fc.record({
    type: fc.constant("user" as const),
    id,
    sessionId: fc.option(id),
    roles: fc.array(fc.string()),
    permissions: fc.array(fc.string()),
    authenticatedAt: fc.constant(null),
  }),
);
const request: fc.Arbitrary<RequestContext> = fc.record({
  actor,
  requestId: fc.string({ unit: "binary" }),
  operation: fc.string({ unit: "binary" }),
});
const contexts = () => createAuditContexts({ processId: "p1", keyring: testKeyring });

describe("an audit context", () => {
  test("says who, which request and what, whatever these contain", () => {
    fc.assert(
      fc.property(request, (ctx) => {
        const read = readAuditContext(contexts().next(ctx), testKeyring);
        const { type } = ctx.actor;
        expect(read).toMatchObject({ process: "p1", counter: 1, actor: { type } });
        expect([read?.requestId, read?.operation]).toEqual([ctx.requestId, ctx.operation]);
        if (ctx.actor.type === "user")
          expect(read?.actor).toEqual({
            type: "user",
            id: ctx.actor.id,
            sessionId: ctx.actor.sessionId,
          });
      }),
    );
  });

  test("is not believed after any change of one character", () => {
    fc.assert(
      fc.property(request, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (ctx, at, char) => {
        const content = contexts().next(ctx);
        const index = at % content.length;
        fc.pre(content[index] !== char);
        const forged = content.slice(0, index) + char + content.slice(index + 1);
        expect(readAuditContext(forged, testKeyring)).toBeUndefined();
      }),
    );
  });

  test("is never the same twice from one process", () => {
    const { next } = contexts();
    const ctx: RequestContext = {
      actor: { type: "anonymous" },
      requestId: "r",
      operation: "o",
    };
    const counters = [next(ctx), next(ctx), next(ctx)].map(
      (content) => readAuditContext(content, testKeyring)?.counter,
    );
    expect(counters).toEqual([1, 2, 3]);
  });
});

describe("what a request has written", () => {
  const anonymous: Actor = { type: "anonymous" };
  const by = (requestId: string, actor: Actor = anonymous) => ({
    actor,
    requestId,
    operation: "x",
  });

  test("is told once, and only of requests", () => {
    const made = contexts();
    expect(made.takeWritten("r1")).toBe(false);
    made.next(by("r1"));
    made.next(by("r1"));
    made.next(by("r2", { type: "system", name: "job:x" }));
    expect(made.takeWritten("r1")).toBe(true);
    expect(made.takeWritten("r1")).toBe(false);
    expect(made.takeWritten("r2")).toBe(false);
  });

  test("is forgotten, the oldest first, when nobody asks", () => {
    const made = contexts();
    for (let n = 0; n <= 10_000; n += 1) made.next(by(`r${n}`));
    expect(made.takeWritten("r0")).toBe(false);
    expect(made.takeWritten("r1")).toBe(true);
    expect(made.takeWritten("r10000")).toBe(true);
  });
});

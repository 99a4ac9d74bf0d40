import { type AnyElysia, Elysia, t } from "elysia";
import type { RequestOutcome } from "#platform/audit/messages";
import type { Refusal } from "#platform/audit/requests/refusals";
import type { IdempotencyStore } from "#platform/db/idempotency";
import { once } from "#platform/http/idempotency";
import { createHttpKit, type HttpDeps, type HttpKit } from "#platform/http/kit";
import { createMemoryRateLimiter } from "#platform/http/rate-limit";
import { currencyCode, cursor, decimal, localDate, pageLimit, text } from "#platform/http/schemas";
import { startServer } from "#platform/http/server";
import { systemClock } from "#platform/kernel/clock";
import type { Actor } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { FinishedRequest } from "#platform/observability/request-observer";

const nobody: IdempotencyStore = { find: async () => undefined };

export const testUser = {
  type: "user",
  id: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id,
  sessionId: null,
  roles: [],
  permissions: ["notes:write"],
  authenticatedAt: null,
} satisfies Actor;

/** A small API of its own behind the real kit and a real socket: "Bearer good" may write, "Bearer poor" may not. */
export function startTestApi(
  options: Partial<Omit<HttpDeps, "config">> & {
    readonly config?: Partial<HttpDeps["config"]>;
    /** Routes of the test beside the two below. */
    readonly routes?: (kit: HttpKit) => AnyElysia;
    readonly shutdownSeconds?: number;
  } = {},
) {
  const finished: FinishedRequest[] = [];
  const seen: unknown[] = [];
  const recorded: RequestOutcome[] = [];
  const counted: Refusal[] = [];
  const kit = createHttpKit({
    clock: systemClock,
    ids: { next: () => Bun.randomUUIDv7() as Id },
    authenticate: async ({ authorization }) =>
      authorization === "Bearer good"
        ? testUser
        : authorization === "Bearer poor"
          ? { ...testUser, permissions: [] }
          : null,
    limiter: createMemoryRateLimiter({ nowMs: () => performance.now() }),
    idempotency: nobody,
    hmac: (data) => new Bun.CryptoHasher("sha256", "test").update(data).digest("hex"),
    observe: { requestFinished: (request) => void finished.push(request) },
    audit: {
      record: (outcome) => void recorded.push(outcome),
      async recordFirst(outcome) {
        recorded.push(outcome);
        return true;
      },
      count: (refusal) => void counted.push(refusal),
      takeWritten: () => false,
    },
    logger: { warn: () => {} },
    ...options,
    config: {
      environment: "development",
      publicUrl: "http://localhost:3000",
      corsOrigins: [],
      trustedProxies: [],
      limits: { readsPerMinute: 1000 },
      ...options.config,
    },
  });
  const describe = (operationId: string) =>
    ({ operationId, tags: ["Test"], summary: operationId, limit: "read" }) as const;

  const routes = new Elysia({ prefix: "/v1" })
    .use(kit.plugin)
    .get(
      "/rates/:code",
      ({ ctx, params, query }) => {
        seen.push(ctx);
        const { amount, limit } = query;
        return { code: params.code, limit, ...(amount === undefined ? {} : { amount }) };
      },
      kit.route({
        ...describe("findRate"),
        access: "public",
        params: t.Object({ code: currencyCode() }),
        query: t.Object({
          amount: t.Optional(decimal()),
          on: t.Optional(localDate()),
          limit: pageLimit,
          cursor,
        }),
        responses: {
          200: t.Object({
            code: currencyCode(),
            amount: t.Optional(decimal()),
            limit: t.Integer(),
          }),
        },
        errors: [404],
      }),
    )
    .post(
      "/notes",
      async ({ ctx, body, exchange }) => {
        seen.push(ctx);
        return await once(exchange, async () => ({ title: body.title, at: ctx.requestId }));
      },
      kit.route({
        ...describe("createNote"),
        access: "notes:write",
        body: t.Object({
          title: text(40, { minLength: 1 }),
          lines: t.Optional(t.Array(t.Object({ amount: decimal() }), { maxItems: 5 })),
        }),
        bodyLimitBytes: 1024,
        responses: { 201: t.Object({ title: t.String(), at: t.String() }) },
        idempotent: true,
      }),
    );
  const app = kit.createApp().use(routes);
  if (options.routes) app.use(options.routes(kit));
  const server = startServer({
    listener: kit.listener(app),
    host: "127.0.0.1",
    port: 0,
    shutdownSeconds: options.shutdownSeconds ?? 2,
  });
  return { ...server, kit, app, finished, seen, recorded, counted };
}

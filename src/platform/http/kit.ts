import { type AnyElysia, Elysia, NotFoundError } from "elysia";
import type { RequestAudit } from "../audit/requests/request-audit.ts";
import type { Config } from "../config.ts";
import type { IdempotencyStore } from "../db/idempotency.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RequestContext } from "../kernel/context.ts";
import type { Ids } from "../kernel/ids.ts";
import type { Logger } from "../observability/logger.ts";
import type { RequestObserver } from "../observability/request-observer.ts";
import { createClientAddress } from "./client-address.ts";
import { credentialsMark } from "./describe-operation.ts";
import { type Exchange, ensureExchange } from "./exchange.ts";
import { type Authenticate, createGuard } from "./guard.ts";
import { HttpError } from "./http-error.ts";
import { createIdempotency } from "./idempotency.ts";
import { createListener } from "./listener.ts";
import { createMethodsOf, createPathCheck, literalPathsOf, type MethodsOf } from "./methods.ts";
import { problemResponse } from "./problem.ts";
import type { RateLimiter } from "./rate-limit.ts";
import { createRequestRecords } from "./request-records.ts";
import { securityHeaders } from "./response-headers.ts";
import { createRoute } from "./route.ts";

export type HttpDeps = {
  readonly config: Pick<Config, "environment" | "publicUrl" | "corsOrigins" | "trustedProxies"> & {
    readonly limits: Pick<Config["limits"], "readsPerMinute">;
  };
  readonly clock: Clock;
  readonly ids: Ids;
  readonly authenticate: Authenticate;
  readonly limiter: RateLimiter;
  readonly idempotency: IdempotencyStore;
  /** HMAC-SHA256 under the keyring's key for fingerprints, hex. */
  readonly hmac: (data: string) => string;
  readonly observe: RequestObserver;
  readonly audit: RequestAudit;
  readonly logger: Pick<Logger, "warn">;
  /** Until a request without an answer gets 503; {@link requestTimeoutMs} unless a test is in a hurry. */
  readonly timeoutMs?: number;
};

/** One costly read stands for so many others in a client's budget. */
const costlyReadFactor = 5;
const writeFactor = 10;

/**
 * What modules build their routes with:
 *
 *     new Elysia({ prefix: "/v1" }).use(kit.plugin).get(
 *       "/currencies/:code",
 *       ({ ctx, params }) => operations.findCurrency(ctx, params),
 *       kit.route({ operationId: "findCurrency", access: "public", limit: "read", ... }),
 *     )
 *
 * and what the composition root serves them with: `kit.createApp().use(routes)`, then `kit.listener(app)`.
 */
export function createHttpKit(deps: HttpDeps) {
  const { readsPerMinute } = deps.config.limits;
  const headers = securityHeaders(deps.config.publicUrl);
  const literals: { paths: ReadonlySet<string> | undefined; of: () => AnyElysia["routes"] } = {
    paths: undefined,
    of: () => [],
  };
  const clientAddress = createClientAddress(
    deps.config.trustedProxies,
    deps.config.environment === "production" ? once(() => warnOfProxy(deps.logger)) : undefined,
  );
  const route = createRoute({
    isLiteral(path) {
      literals.paths ??= literalPathsOf(literals.of());
      return literals.paths.has(path);
    },
    guard: createGuard({
      authenticate: deps.authenticate,
      limiter: deps.limiter,
      clientAddress,
      clock: deps.clock,
    }),
    claim: createIdempotency({ store: deps.idempotency, hmac: deps.hmac }),
    budgets: {
      read: { name: "read", requests: readsPerMinute, windowSeconds: 60 },
      costly_read: {
        name: "costly_read",
        requests: Math.ceil(readsPerMinute / costlyReadFactor),
        windowSeconds: 60,
      },
      write: {
        name: "write",
        requests: Math.ceil(readsPerMinute / writeFactor),
        windowSeconds: 60,
      },
      credentials: {
        name: "credentials",
        requests: Math.ceil(readsPerMinute / writeFactor),
        windowSeconds: 60,
      },
    },
    headers,
    validateResponses: deps.config.environment !== "production",
  });
  return {
    /** Gives handlers `ctx` and `exchange`; the hooks of `route` fill them. */
    plugin: new Elysia({ name: "platform.http" }).decorate({
      ctx: undefined as unknown as RequestContext,
      exchange: undefined as unknown as Exchange,
    }),
    route,
    createApp() {
      const app = createApp();
      literals.of = () => app.routes;
      return app;
    },
    /** What the server calls for every request. */
    listener: (app: AnyElysia) =>
      createListener(app, {
        ...{ ...deps, headers, takesCredentials: credentialCheckOf(app) },
        record: createRequestRecords({ audit: deps.audit, clientAddress, clock: deps.clock }),
      }),
  };
}
export type HttpKit = ReturnType<typeof createHttpKit>;

/** Whoever sends the header causes one line, not one a request. */
function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}

const warnOfProxy = (logger: Pick<Logger, "warn">) =>
  logger.warn(
    {},
    "a request came with X-Forwarded-For, and TRUSTED_PROXIES is empty: behind a reverse proxy all clients count as one",
  );

/** Of routes with `credentials`. What changes something must not be done by a cookie that a browser sends by itself. */
function credentialCheckOf({ routes }: AnyElysia): (path: string) => boolean {
  const marked = routes.filter(({ hooks }) => hooks.detail?.[credentialsMark] === true);
  const changing = marked.find(({ method }) => method !== "GET");
  if (changing) throw new Error(`${changing.method} ${changing.path} must not take cookies`);
  return createPathCheck(marked);
}

/** The root of all routes: turns every failure into a problem, and an unknown path or method into 404 or 405. */
function createApp() {
  let methodsOf: MethodsOf | undefined;
  const app = new Elysia({
    // Elysia would drop unknown fields in silence; a typo is a 422 instead.
    normalize: false,
    // "/v1/currencies/" is not "/v1/currencies": one address for one thing.
    strictPath: true,
    // Elysia takes hosts for longer than three characters and would find "/x" in http://a/v1/x.
    handler: { standardHostname: false },
  }).onError(({ error, request, set }) => {
    const exchange = ensureExchange(request);
    // Elysia copies a Response, body and all, unless nothing is left to be set.
    set.status = 200;
    set.headers = {};
    if (!isUnmatched(error)) return problemResponse(error, exchange);
    methodsOf ??= createMethodsOf(app.routes);
    const methods = methodsOf(new URL(request.url).pathname);
    return problemResponse(unmatched(methods), exchange);
  });
  return app;
}

/** Elysia wraps what is thrown before a body is read. */
const isUnmatched = (error: unknown): boolean =>
  error instanceof NotFoundError ||
  (error instanceof Error && error.cause instanceof NotFoundError);

function unmatched(methods: readonly string[]): HttpError {
  if (methods.length === 0) return new HttpError("unknown_path", "There is nothing at this path.");
  return new HttpError("method_not_allowed", `This path takes ${methods.join(", ")}.`, {
    headers: { allow: methods.join(", ") },
  });
}

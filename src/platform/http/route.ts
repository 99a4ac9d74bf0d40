import { NotFoundError, type Static, type TSchema, t } from "elysia";
import type { RequestContext } from "../kernel/context.ts";
import { defaultBodyLimitBytes, readJsonBody } from "./body.ts";
import { describeOperation, type OperationTexts } from "./describe-operation.ts";
import { type Exchange, ensureExchange } from "./exchange.ts";
import type { Guard } from "./guard.ts";
import { headerNames } from "./header-texts.ts";
import type { ClaimIdempotency } from "./idempotency.ts";
import { readIfMatch } from "./if-match.ts";
import { type InputPlace, requireInputSchema } from "./input-schema.ts";
import { refuseRepeats } from "./query.ts";
import type { Budget } from "./rate-limit.ts";
import { createRespond, type Outcome } from "./respond.ts";
import { isVersioned } from "./responses.ts";
import { sealObjects } from "./seal.ts";
import { openUpload } from "./upload.ts";

/** What a module says about one of its routes. */
export type RouteOptions = OperationTexts & {
  /** The budget that a request is counted against, per client. */
  readonly limit: Budget | NamedBudget;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly bodyLimitBytes?: number;
  /** Sent with every answer once the route is known, problems as well: what a protocol over HTTP wants there. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Cache-Control of a 2xx; `no-store` unless said otherwise. */
  readonly cacheControl?: string;
};

/** What Elysia gets of a route besides its path and handler. */
export type RouteHook<O extends RouteOptions> = {
  [K in Extract<keyof O, "params" | "query" | "body">]: O[K];
} & { response: ReadonlyAnswers<O["responses"]> } & ReturnType<typeof hooksOf>;

/** Handlers may answer with what use-cases give: readonly all the way down. */
type ReadonlyAnswers<R> = {
  [S in keyof R]: R[S] extends TSchema
    ? ReturnType<typeof t.Unsafe<DeepReadonly<Static<R[S]>>>>
    : R[S];
};
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

const noQuery = t.Object({}, { additionalProperties: false });

/**
 * READS_PER_MINUTE for what memory answers; a fifth of it for what costs the database more; a tenth for what writes or
 * tries a password, a code or a token.
 */
export type NamedBudget = "read" | "costly_read" | "write" | "credentials";

export type RouteDeps = {
  /** Whether the path is a route by its own letters, without parameters. */
  readonly isLiteral: (path: string) => boolean;
  readonly guard: Guard;
  readonly claim: ClaimIdempotency;
  readonly budgets: Readonly<Record<NamedBudget, Budget>>;
  /** What every answer carries. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Whether answers are held to their schemas, at a quarter of a small answer's cost. An answer that breaks its
   * schema is our own defect: found before production, not by turning a good answer into a 500 there.
   */
  readonly validateResponses: boolean;
};

/** Makes `route({...})`: the third argument of `.get(path, handler, route({...}))`. */
export const createRoute =
  (deps: RouteDeps) =>
  <const O extends RouteOptions>(options: O): RouteHook<O> => {
    const { params, query = noQuery, body, responses } = options;
    if (body && options.upload) throw new Error(`${options.operationId} takes two bodies`);
    if (options.bodyOptional && (!body || body["required"]))
      throw new Error(`${options.operationId} has no body that could be left out`);
    if (options.stepUp && options.access === "public")
      throw new Error(`${options.operationId} asks everyone for a fresh authentication`);
    for (const schema of [params, query, body, ...Object.values(responses)])
      if (schema) sealObjects(schema);
    for (const [place, schema] of Object.entries({ params, query, body }))
      if (schema) requireInputSchema(schema, place as InputPlace);
    const schemas = { query, ...(params ? { params } : {}), ...(body ? { body } : {}) };
    // `response` is for the types alone: answers are checked where they are made.
    return { ...schemas, ...hooksOf(deps, options) } as unknown as RouteHook<O>;
  };

type Incoming = {
  readonly request: Request;
  readonly route: string;
  readonly query: object;
  readonly set: { status?: number | string };
  ctx: RequestContext;
  exchange: Exchange;
};
type Validated = Incoming & { readonly params: unknown; readonly body: unknown };
type Outgoing = {
  readonly request: Request;
  readonly responseValue: unknown;
  readonly set: Outcome;
};

function hooksOf(deps: RouteDeps, options: RouteOptions) {
  const { access, operationId, secret = false, bodyLimitBytes = defaultBodyLimitBytes } = options;
  const { limit, stepUp = false, ifMatch = false, upload, bodyOptional = false } = options;
  const budget = typeof limit === "string" ? deps.budgets[limit] : limit;
  const rule = { access, stepUp, budget };
  const module = access === "public" ? null : access.slice(0, access.indexOf(":"));
  const operation = { operationId, module, audit: options.audit };
  const parameters = new Set(Object.keys(options.query?.["properties"] ?? {}));
  const readNames = headerNames(options.requestHeaders);
  const status = Number(Object.keys(options.responses)[0] ?? 200);
  const respond = createRespond({
    headers: deps.headers,
    cacheControl: secret ? "no-store" : (options.cacheControl ?? "no-store"),
    schemas: deps.validateResponses ? options.responses : null,
    versioned: Object.entries(options.responses).flatMap(([code, schema]) =>
      isVersioned(schema) ? [Number(code)] : [],
    ),
  });

  function enter(exchange: Exchange, request: Request, route: string): void | Promise<void> {
    if (exchange.actor !== null) return;
    // "PATCH /v1/budgets/progress": the router takes "progress" for an id where that path has no such method.
    if (route.includes(":") && deps.isLiteral(new URL(request.url).pathname))
      throw new NotFoundError();
    exchange.route = route;
    exchange.operation = operation;
    exchange.headers = options.headers ?? null;
    return deps.guard(request, exchange, rule);
  }

  return {
    detail: describeOperation(options),
    // Elysia parses a body before it transforms: the guard has to stand in front of both.
    ...(options.body
      ? {
          parse: async ({ request, route }: Pick<Incoming, "request" | "route">) => {
            await enter(ensureExchange(request), request, route);
            return readJsonBody(request, { limitBytes: bodyLimitBytes, optional: bodyOptional });
          },
        }
      : // Elysia would read a body as soon as some hook mentions one, and take a broken one for a defect of ours.
        ({ parse: "none" } as object)),
    // Elysia reads the source of a hook to learn what it uses: properties only, `incoming` itself goes nowhere.
    transform: async (incoming: Incoming): Promise<void> => {
      const exchange = ensureExchange(incoming.request);
      const admission = enter(exchange, incoming.request, incoming.route);
      if (admission) await admission;
      if (ifMatch) exchange.ifMatch = readIfMatch(incoming.request.headers.get("if-match"));
      refuseRepeats(incoming.request.url, incoming.query, parameters);
      if (upload) exchange.upload = openUpload(incoming.request, exchange, upload);
      incoming.exchange = exchange;
      incoming.ctx = contextOf(exchange, operationId);
      if (status !== 200) incoming.set.status = status;
    },
    ...(options.idempotent
      ? {
          beforeHandle: (incoming: Validated): void => {
            const { params, query } = incoming;
            // What is in a file is known when it was read: until then it is told by its length alone.
            const body = upload
              ? incoming.request.headers.get("content-length")
              : (incoming as Validated).body;
            const headers = readNames.map((name) => incoming.request.headers.get(name));
            const seen = {
              ...(ifMatch ? { ifMatch: incoming.exchange.ifMatch } : {}),
              ...(readNames.length > 0 ? { headers } : {}),
            };
            const asked = { operation: operationId, secret, params, query, body, ...seen };
            deps.claim(incoming.request, incoming.exchange, asked);
            incoming.ctx = contextOf(incoming.exchange, operationId);
          },
        }
      : {}),
    mapResponse: (outgoing: Outgoing): Response | Promise<Response> | undefined => {
      const { request, responseValue: value, set } = outgoing;
      if (value instanceof Response) return undefined;
      const exchange = ensureExchange(request);
      // Elysia tells from its source whether a handler has to be awaited, and does not always see it.
      if (value instanceof Promise) return value.then((late) => respond(late, set, exchange));
      return respond(value, set, exchange);
    },
  };
}

function contextOf({ actor, requestId, idempotency }: Exchange, operation: string): RequestContext {
  if (actor === null) throw new Error("a handler ran before its guard");
  return idempotency === null
    ? { actor, requestId, operation }
    : { actor, requestId, operation, idempotency: idempotency.claim };
}

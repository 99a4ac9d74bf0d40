import { NotFoundError, type Static, type TSchema, t } from "elysia";
import type { RequestContext } from "../kernel/context.ts";
import { defaultBodyLimitBytes, readJsonBody } from "./body.ts";
import { type Exchange, ensureExchange } from "./exchange.ts";
import type { Access, Guard } from "./guard.ts";
import type { ClaimIdempotency } from "./idempotency.ts";
import { ifMatchParameter, readIfMatch } from "./if-match.ts";
import { type InputPlace, requireInputSchema } from "./input-schema.ts";
import { refuseRepeats } from "./query.ts";
import type { Budget } from "./rate-limit.ts";
import { createRespond, type Outcome } from "./respond.ts";
import { describeResponses, isVersioned, type ProblemStatus } from "./responses.ts";
import { sealObjects } from "./seal.ts";
import { stepUpDescription } from "./step-up.ts";
import { describeUpload, openUpload, type UploadOptions } from "./upload.ts";

type SuccessStatus = 200 | 201 | 202 | 204 | 206;

/** What a module says about one of its routes. */
export type RouteOptions = {
  /** Name of the use-case; also `ctx.operation`. */
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** The session must have proved a password or a second factor within the last {@link stepUpSeconds}, else 401. */
  readonly stepUp?: boolean;
  /** The budget that a request is counted against, per client. */
  readonly limit: Budget | NamedBudget;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** For a `body` whose fields may all be left out: so may the body. The handler gets `{}`. */
  readonly bodyOptional?: boolean;
  readonly bodyLimitBytes?: number;
  /** Instead of `body`: a file as it is. The handler reads it from {@link uploadOf}; no byte was read before. */
  readonly upload?: UploadOptions;
  /**
   * Schema by status; a plain return value gets the first status. An object with a `version` (schemas.ts) also gets it as its ETag.
   */
  readonly responses: { readonly [S in SuccessStatus]?: TSchema };
  /** Media type of its 2xx, or each of those that it may be, when that is no JSON; its handler then answers a Response (download.ts). */
  readonly mediaType?: string | readonly string[];
  /** What it can answer besides that which every route can. */
  readonly errors?: readonly ProblemStatus[];
  /** For changes of one thing: needs If-Match, else 428; the handler finds its version in `exchange.ifMatch`. */
  readonly ifMatch?: boolean;
  /** For POSTs that create: takes Idempotency-Key. The handler wraps its use-case in `once`. */
  readonly idempotent?: boolean;
  /** Answers with a secret: a repeat with the same Idempotency-Key is 409, nothing is stored. */
  readonly secret?: boolean;
  /**
   * Beside the rule that whatever may change something leaves a request record: `always` = a read that does, too,
   * because it shows what is somebody else's; `none` = a POST that only reads.
   */
  readonly audit?: "always" | "none";
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

/** Statuses that the platform itself may answer with, whatever the route does. */
const everyRoute: readonly ProblemStatus[] = [400, 401, 421, 422, 429, 500, 503];
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
      refuseRepeats(incoming.request.url, incoming.query);
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
            const seen = ifMatch ? { ifMatch: incoming.exchange.ifMatch } : {};
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

const idempotencyKeyParameter = {
  name: "Idempotency-Key",
  in: "header" as const,
  required: false,
  description:
    "Made up by the client for one intention. The same key with the same request gets the same answer again and does nothing twice; with another request 422.",
  schema: {
    type: "string" as const,
    pattern: "^[!-~]{1,255}$",
    maxLength: 255,
    example: "b7e6a1c2-transfer-42",
  },
};

const mediaTypesOf = (mediaType: RouteOptions["mediaType"]): readonly string[] | undefined =>
  typeof mediaType === "string" ? [mediaType] : mediaType;

/** Elysia's generator knows only bodies that must be there. */
const describeOptionalBody = (schema: object) => ({
  required: false,
  content: { "application/json": { schema } },
});

function describeOperation(options: RouteOptions) {
  const { operationId, tags, summary, access, responses, errors = [] } = options;
  const { stepUp = false, ifMatch = false, idempotent = false } = options;
  const description = [options.description, stepUp ? stepUpDescription : undefined]
    .filter((part) => part !== undefined)
    .join("\n\n");
  const problems = new Set([
    ...everyRoute,
    ...errors,
    ...(access === "public" ? [] : [403 as const]),
    ...(options.body || options.upload ? [413 as const, 415 as const] : []),
    ...(ifMatch ? [412 as const, 428 as const] : []),
    ...(idempotent ? [409 as const] : []),
  ]);
  const parameters = [
    ...(ifMatch ? [ifMatchParameter] : []),
    ...(idempotent ? [idempotencyKeyParameter] : []),
  ];
  return {
    operationId,
    tags: [...tags],
    summary,
    ...(description === "" ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(options.upload ? { requestBody: describeUpload(options.upload) } : {}),
    ...(options.body && options.bodyOptional
      ? { requestBody: describeOptionalBody(options.body) }
      : {}),
    responses: describeResponses(responses, [...problems], mediaTypesOf(options.mediaType)),
    security: access === "public" ? [] : [{ bearer: [] }],
    "x-access": access,
    ...(stepUp ? { "x-step-up": true } : {}),
    ...(options.audit ? { "x-audit": options.audit } : {}),
  };
}

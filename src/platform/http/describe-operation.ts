import type { TSchema } from "elysia";
import type { Access } from "./guard.ts";
import {
  describeRequestHeaders,
  type RequestHeaders,
  type ResponseHeaders,
} from "./header-texts.ts";
import { ifMatchParameter } from "./if-match.ts";
import { describeResponses, type ProblemStatus } from "./responses.ts";
import { stepUpDescription } from "./step-up.ts";
import { describeUpload, type UploadOptions } from "./upload.ts";

export type SuccessStatus = 200 | 201 | 202 | 204 | 206;

/** What of a route stands in the API's description. */
export type OperationTexts = {
  /** Name of the use-case; also `ctx.operation`. */
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** The session must have proved a password or a second factor within the last {@link stepUpSeconds}, else 401. */
  readonly stepUp?: boolean;
  readonly body?: TSchema;
  /** For a `body` whose fields may all be left out: so may the body. The handler gets `{}`. */
  readonly bodyOptional?: boolean;
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
  /** What a status means here, where that is not what it always means. */
  readonly problemTexts?: { readonly [S in ProblemStatus]?: string };
  /** What it reads of a request's headers besides Authorization, If-Match and Idempotency-Key. */
  readonly requestHeaders?: RequestHeaders;
  readonly responseHeaders?: ResponseHeaders;
  /** For a GET whose HEAD answers otherwise than without the body: the router takes every HEAD to the GET. */
  readonly head?: HeadTexts;
  /** For changes of one thing: needs If-Match, else 428; the handler finds its version in `exchange.ifMatch`. */
  readonly ifMatch?: boolean;
  /**
   * For POSTs that create: takes Idempotency-Key. The handler wraps its use-case in `once`. `requestHeaders` are part of
   * what was asked for.
   */
  readonly idempotent?: boolean;
  /** Answers with a secret: a repeat with the same Idempotency-Key is 409, nothing is stored. */
  readonly secret?: boolean;
  /**
   * Beside the rule that whatever may change something leaves a request record: `always` = a read that does, too,
   * because it shows what is somebody else's; `none` = a POST that only reads.
   */
  readonly audit?: "always" | "none";
  /** For a GET: pages of CLIENT_URL and CORS_ORIGINS may have their browser send its cookies along. */
  readonly credentials?: boolean;
};

/** Stands in the description of routes with `credentials`. */
export const credentialsMark = "x-credentials";

type HeadTexts = Pick<
  OperationTexts,
  | ("operationId" | "summary" | "description" | "errors" | "problemTexts")
  | ("requestHeaders" | "responseHeaders")
>;

/** Statuses that the platform itself may answer with, whatever the route does. */
const everyRoute: readonly ProblemStatus[] = [400, 401, 421, 422, 429, 500, 503];

const idempotencyKeyParameter = ({ secret = false }: Pick<OperationTexts, "secret">) => ({
  name: "Idempotency-Key",
  in: "header" as const,
  required: false,
  description: `Made up by the client for one intention. The same key with the same request ${
    secret
      ? "is 409 `idempotency.not_replayable` and does nothing twice: the answer is given once and not kept"
      : "gets the same answer again and does nothing twice"
  }; with another request 422.`,
  schema: {
    type: "string" as const,
    pattern: "^[!-~]{1,255}$",
    maxLength: 255,
    example: "b7e6a1c2-transfer-42",
  },
});

/** What Elysia keeps as the `detail` of a route; openapi.ts reads it. */
export function describeOperation(options: OperationTexts) {
  const { access, stepUp = false, ifMatch = false, idempotent = false } = options;
  const parameters = [
    ...(ifMatch ? [ifMatchParameter] : []),
    ...(idempotent ? [idempotencyKeyParameter(options)] : []),
    ...describeRequestHeaders(options.requestHeaders),
  ];
  return {
    ...describeTexts(options),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(options.upload ? { requestBody: describeUpload(options.upload) } : {}),
    ...(options.body && options.bodyOptional
      ? { requestBody: describeOptionalBody(options.body) }
      : {}),
    responses: describeResponses(options.responses, problemsOf(options), {
      ...mediaTypesOf(options),
      ...{ texts: options.problemTexts, headers: options.responseHeaders },
    }),
    security: access === "public" ? [] : [{ bearer: [] }],
    "x-access": access,
    ...(stepUp ? { "x-step-up": true } : {}),
    ...(options.audit ? { "x-audit": options.audit } : {}),
    ...(options.credentials ? { [credentialsMark]: true } : {}),
    ...(options.head ? { head: describeHead(options, options.head) } : {}),
  };
}

/** Nothing of a HEAD goes to Elysia: openapi.ts puts it beside the GET. */
function describeHead({ tags, access }: OperationTexts, head: HeadTexts) {
  const told = { ...head, tags, access, responses: {} };
  return {
    ...describeTexts(told),
    parameters: describeRequestHeaders(head.requestHeaders),
    responses: describeResponses({ 200: undefined }, problemsOf(told), {
      ...{ mediaTypes: [], texts: head.problemTexts, headers: head.responseHeaders },
    }),
    security: access === "public" ? [] : [{ bearer: [] }],
  };
}

function describeTexts({ operationId, tags, summary, ...options }: OperationTexts) {
  const description = [options.description, options.stepUp ? stepUpDescription : undefined]
    .filter((part) => part !== undefined)
    .join("\n\n");
  return {
    ...{ operationId, tags: [...tags], summary },
    ...(description === "" ? {} : { description }),
  };
}

function problemsOf({ access, errors = [], ...options }: OperationTexts): ProblemStatus[] {
  return [
    ...new Set([
      ...everyRoute,
      ...errors,
      ...(access === "public" ? [] : [403 as const]),
      ...(options.body || options.upload ? [413 as const, 415 as const] : []),
      ...(options.ifMatch ? [412 as const, 428 as const] : []),
      ...(options.idempotent ? [409 as const] : []),
    ]),
  ];
}

const mediaTypesOf = ({ mediaType }: OperationTexts): { mediaTypes?: readonly string[] } =>
  mediaType === undefined
    ? {}
    : { mediaTypes: typeof mediaType === "string" ? [mediaType] : mediaType };

/** Elysia's generator knows only bodies that must be there. */
const describeOptionalBody = (schema: object) => ({
  required: false,
  content: { "application/json": { schema } },
});

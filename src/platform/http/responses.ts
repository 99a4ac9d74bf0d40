import { type DocumentDecoration, type TSchema, t } from "elysia";
import { describeResponseHeaders, type ResponseHeaders } from "./header-texts.ts";

/** Every status that is not 2xx and that a route may declare. */
export const problemStatuses = {
  400: "Malformed request",
  401: "Authentication required",
  402: "The plan does not include this",
  403: "Not permitted",
  404: "Not found",
  409: "Conflict with the present state",
  410: "Gone",
  412: "Changed meanwhile",
  413: "Body too large",
  415: "Media type not supported",
  416: "No such range",
  421: "Unknown host",
  422: "Invalid request",
  428: "If-Match is needed",
  429: "Too many requests",
  500: "Internal error",
  503: "Unavailable for the moment",
} as const;
export type ProblemStatus = keyof typeof problemStatuses;

/** Schema of `application/problem+json` (RFC 9457). */
export const problemSchema = t.Object(
  {
    type: t.String({ examples: ["/problems/request.invalid"] }),
    title: t.String({ examples: ["Invalid request"] }),
    status: t.Integer({ minimum: 400, maximum: 599, examples: [422] }),
    detail: t.String({ examples: ["The request is faulty at: amount."] }),
    code: t.String({
      description: "Stable and machine-readable.",
      examples: ["request.invalid"],
    }),
    requestId: t.String({ examples: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"] }),
    errors: t.Optional(
      t.Array(
        t.Object({
          path: t.String({
            description: "JSON pointer into the body, or the parameter's name.",
            examples: ["amount"],
          }),
          detail: t.String({ examples: ['Must be a decimal like "12.34", as text.'] }),
        }),
      ),
    ),
    meta: t.Optional(t.Record(t.String(), t.Union([t.String(), t.Number(), t.Boolean()]))),
  },
  { additionalProperties: false, description: "RFC 9457 problem details." },
);

const successDescriptions: Readonly<Record<string, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "Done; no content",
  206: "The range that was asked for",
};

/** Whether answers of this schema are one thing with a version. */
export const isVersioned = (schema: TSchema | undefined): boolean =>
  schema?.["properties"]?.["version"]?.type === "integer";

/** OpenAPI `responses` of one operation: its 2xx in each of their media types, everything else as a problem. */
export function describeResponses(
  successes: Readonly<Record<string, TSchema | undefined>>,
  problems: readonly ProblemStatus[],
  {
    mediaTypes = ["application/json"],
    texts = {},
    headers = {},
  }: {
    readonly mediaTypes?: readonly string[];
    /** What a status means, where that is not what it always means. */
    readonly texts?: { readonly [S in ProblemStatus]?: string } | undefined;
    readonly headers?: ResponseHeaders | undefined;
  } = {},
): NonNullable<DocumentDecoration["responses"]> {
  const described: Record<string, unknown> = {};
  for (const [status, schema] of Object.entries(successes)) {
    const sent = {
      ...(isVersioned(schema) ? { ETag: { $ref: "#/components/headers/ETag" } } : {}),
      ...describeResponseHeaders(headers, Number(status)),
    };
    described[status] = {
      description: schema?.description ?? successDescriptions[status] ?? "Success",
      ...(Object.keys(sent).length === 0 ? {} : { headers: sent }),
      ...(status === "204" || mediaTypes.length === 0
        ? {}
        : { content: Object.fromEntries(mediaTypes.map((type) => [type, { schema }])) }),
    };
  }
  for (const status of problems.toSorted()) {
    const sent = describeResponseHeaders(headers, status);
    described[status] = {
      description: texts[status] ?? problemStatuses[status],
      ...(Object.keys(sent).length === 0 ? {} : { headers: sent }),
      content: { "application/problem+json": { schema: problemSchema } },
    };
  }
  return described as NonNullable<DocumentDecoration["responses"]>;
}

import { isJson, type Json } from "./openapi-schema.ts";

/** Said of a status when the route says nothing of its own. */
export const reasons: Readonly<Record<string, string>> = {
  200: "Done.",
  201: "Created.",
  202: "Accepted; the work goes on.",
  204: "Done; there is nothing to say.",
  206: "The range that was asked for.",
  304: "Not changed since the given ETag.",
  400: "The message is malformed.",
  401: "Authentication is required.",
  402: "The plan does not include this.",
  403: "Not permitted.",
  404: "There is no such thing.",
  405: "The method does not exist on this path.",
  409: "In conflict with the present state.",
  410: "Gone for good.",
  412: "It has changed since the given ETag.",
  413: "The body is too large.",
  415: "The body's media type is not supported.",
  416: "The file has no such range.",
  421: "This host is not ours.",
  422: "The input is invalid; `errors` names each field.",
  428: "Needs If-Match.",
  429: "Too many requests.",
  500: "A defect on our side.",
  503: "Not available at the moment.",
};

const header = (description: string, schema: Json): Json => ({ description, schema });
const count: Json = { type: "integer", minimum: 0 };

export const headerComponents: Json = {
  Allow: header("The methods that the path has.", { type: "string", example: "GET, POST" }),
  ETag: header("The version, as If-Match takes it.", { type: "string", example: '"3"' }),
  "RateLimit-Limit": header("Requests that the window allows.", { ...count, example: 600 }),
  "RateLimit-Remaining": header("Requests left in the window.", { ...count, example: 599 }),
  "RateLimit-Reset": header("Seconds until requests are free again.", { ...count, example: 60 }),
  "Retry-After": header("Seconds to wait before trying again.", { ...count, example: 5 }),
  "WWW-Authenticate": header("How to authenticate.", { type: "string", example: "Bearer" }),
  "X-Request-Id": header("Finds this request in our logs.", {
    type: "string",
    format: "uuid",
    example: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21",
  }),
};

const byStatus: Readonly<Record<string, readonly string[]>> = {
  401: ["WWW-Authenticate"],
  405: ["Allow"],
  429: ["Retry-After"],
  503: ["Retry-After"],
};
const limitHeaders = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];
/** These are answered before a request is counted against a limit. */
const beforeLimits = new Set(["405", "421"]);

/** The headers of a response: the route's own, and those that the server adds. `limited` = the route has a budget. */
export function headersOf(status: string, own: unknown, limited: boolean): Json {
  const names = [
    ...(limited && !beforeLimits.has(status) ? limitHeaders : []),
    ...(byStatus[status] ?? []),
    "X-Request-Id",
  ];
  return {
    ...(isJson(own) ? own : {}),
    ...Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
  };
}

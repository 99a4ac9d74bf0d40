import { ElysiaCustomStatusResponse, getSchemaValidator, type TSchema } from "elysia";
import type { Exchange } from "./exchange.ts";
import { etagOf } from "./if-match.ts";
import { createIdentityWriter } from "./response-headers.ts";
import { humanSentence } from "./sentences.ts";

/** Elysia's `set`: what a handler wants of its answer beside the value it returns. */
export type Outcome = { status?: number | string; headers: Record<string, unknown> };

type Schemas = Readonly<Record<string, TSchema | undefined>>;

/**
 * Makes the Response of a route from what its handler returned: JSON with every header that an answer carries. With
 * `schemas` (by status) an answer that breaks its schema, or has more than it says, throws instead.
 */
export function createRespond(options: {
  readonly headers: Readonly<Record<string, string>>;
  readonly cacheControl: string;
  readonly schemas: Schemas | null;
  /** The statuses whose answers carry their `version` as ETag. */
  readonly versioned: readonly number[];
}) {
  const check = options.schemas === null ? undefined : createCheck(options.schemas);
  const headers = new Headers({
    ...options.headers,
    "content-type": "application/json",
    "cache-control": options.cacheControl,
  });
  const write = createIdentityWriter(headers);

  return function respond(returned: unknown, set: Outcome, exchange: Exchange): Response {
    // status(201, value)
    const chosen = returned instanceof ElysiaCustomStatusResponse ? returned : undefined;
    const value: unknown = chosen ? chosen.response : returned;
    const status = Number(chosen?.code ?? set.status);
    check?.(status, value);
    // One object for all answers of the route: a Response copies it, several times faster than a dozen `set`.
    write(exchange);
    const text = status === 204 ? null : JSON.stringify(value);
    const response = new Response(text, { status, headers });
    if (text === null) response.headers.delete("content-type");
    if (options.versioned.includes(status))
      response.headers.set("etag", etagOf((value as { readonly version: number }).version));
    for (const name in set.headers) response.headers.set(name, String(set.headers[name]));
    exchange.complete = true;
    // Elysia copies a Response, body and all, unless nothing is left to be set.
    set.status = 200;
    set.headers = {};
    return response;
  };
}

type Validator = NonNullable<ReturnType<typeof getSchemaValidator<TSchema>>>;

/** Compiles a schema when its status is first answered: most of a test's routes never are. */
function createCheck(schemas: Schemas): (status: number, value: unknown) => void {
  const validators = new Map<number, Validator>();
  return (status, value) => {
    if (status === 204) return;
    let validator = validators.get(status);
    if (!validator) {
      const schema = schemas[status];
      if (!schema) throw new Error(`the route does not declare an answer ${status}`);
      validator = getSchemaValidator(schema, { normalize: false });
      validators.set(status, validator);
    }
    if (validator.Check(value)) return;
    const fault = validator.Errors(value).First();
    throw new Error(
      `the answer breaks its schema at ${fault?.path || "/"}: ${fault ? humanSentence(fault) : ""}`,
    );
  };
}

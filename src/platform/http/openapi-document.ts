import { headerComponents, headersOf, reasons } from "./openapi-responses.ts";
import { isJson, type Json, mendSchema } from "./openapi-schema.ts";

/** What the document says besides the routes. */
export type DocumentFacts = {
  readonly title: string;
  readonly version: string;
  /** Markdown. */
  readonly description: string;
  /** Origin that clients call. */
  readonly serverUrl: string;
  /** Every tag that a route uses, in the order to show them. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
};

export type OpenApiDocument = Json & { readonly paths: Json };

const methods = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];
const operationKeys = new Set(
  "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security x-step-up x-credentials".split(
    " ",
  ),
);
const problemType = "application/problem+json";
const problemName = "Problem";

/**
 * Makes an OpenAPI 3.0.3 document out of the paths that @elysiajs/swagger generates, which are not valid as they come
 * (missing descriptions, TypeBox keywords, three media types for everything, bodies for 204).
 */
export function mendDocument(generated: Json, facts: DocumentFacts): OpenApiDocument {
  const schemas: Json = {};
  const paths: Json = {};
  for (const path of Object.keys(generated).toSorted())
    paths[withoutTrailingSlash(path)] = mendPath(generated[path], schemas);
  return {
    openapi: "3.0.3",
    info: { title: facts.title, version: facts.version, description: facts.description },
    servers: [{ url: facts.serverUrl }],
    tags: facts.tags.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      headers: headerComponents,
      schemas,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An access token." },
      },
    },
  };
}

const withoutTrailingSlash = (path: string) => (path === "/" ? path : path.replace(/\/+$/, ""));

function mendPath(item: unknown, schemas: Json): Json {
  const operations: Json = isJson(item) ? item : {};
  return Object.fromEntries(
    methods.flatMap((method) => {
      const operation = operations[method];
      return isJson(operation) ? [[method, mendOperation(operation, schemas)]] : [];
    }),
  );
}

function mendOperation(operation: Json, schemas: Json): Json {
  const mended: Json = {};
  for (const key of operationKeys) if (key in operation) mended[key] = operation[key];
  // Public unless it says otherwise: a scheme that nobody checks would be a lie.
  mended["security"] = operation["security"] ?? [];
  const parameters = list(operation["parameters"]).filter(isDocumented).map(mendParameter);
  if (parameters.length > 0) mended["parameters"] = parameters;
  else delete mended["parameters"];
  if (isJson(operation["requestBody"])) mended["requestBody"] = mendBody(operation["requestBody"]);
  const responses = isJson(operation["responses"]) ? operation["responses"] : {};
  const limited = "429" in responses;
  mended["responses"] = Object.fromEntries(
    Object.keys(responses)
      .toSorted()
      .map((status) => [status, mendResponse(status, responses[status], limited, schemas)]),
  );
  return mended;
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** OpenAPI describes these three headers elsewhere (security, media types) and forbids them here. */
const isDocumented = (parameter: Json) =>
  parameter["in"] !== "header" ||
  !["authorization", "content-type", "accept"].includes(String(parameter["name"]).toLowerCase());

function mendParameter(parameter: Json): Json {
  const { schema, examples, ...rest } = parameter;
  const full = {
    ...(isJson(schema) ? schema : {}),
    ...(examples === undefined ? {} : { examples }),
  };
  const { description, ...mended } = mendSchema(full, "request");
  const required = rest["in"] === "path" || rest["required"] === true;
  if (required) delete mended["default"];
  return {
    name: rest["name"],
    in: rest["in"],
    required,
    ...(rest["description"] || description
      ? { description: rest["description"] ?? description }
      : {}),
    schema: mended,
  };
}

function mendBody(body: Json): Json {
  const content = isJson(body["content"]) ? body["content"] : {};
  if (Object.values(content).every(isFile)) return body;
  const offered = Object.keys(content);
  // Without a parser of its own a route is listed under all three; what it reads is JSON, or a form when it has a file.
  const type =
    offered.length > 1
      ? hasFile(content)
        ? "multipart/form-data"
        : "application/json"
      : offered[0];
  if (type === undefined) return body;
  const media = content[type];
  return {
    ...(body["description"] === undefined ? {} : { description: body["description"] }),
    required: body["required"] ?? true,
    content: { [type]: { schema: mendSchema(isJson(media) ? media["schema"] : {}, "request") } },
  };
}

/** A file as it is, in whatever types: nothing of it was generated. */
const isFile = (media: unknown) =>
  isJson(media) && isJson(media["schema"]) && media["schema"]["format"] === "binary";

const hasFile = (content: Json) => JSON.stringify(content).includes('"format":"binary"');

function mendResponse(status: string, response: unknown, limited: boolean, schemas: Json): Json {
  const source: Json = isJson(response) ? response : {};
  const code = Number(status);
  const description = source["description"] || reasons[status] || `Status ${status}`;
  const headers = headersOf(status, source["headers"], limited);
  const content = isJson(source["content"]) ? source["content"] : {};
  const media = content["application/json"] ?? Object.values(content)[0];
  const schema = isJson(media) && isJson(media["schema"]) ? media["schema"] : undefined;
  if (code >= 400)
    return {
      description,
      headers,
      content: { [problemType]: { schema: problemRef(schema, schemas) } },
    };
  if (schema === undefined || code < 200 || code === 204 || code >= 300)
    return { description, headers };
  const types = "application/json" in content ? ["application/json"] : Object.keys(content);
  const mended = mendSchema(schema, "response");
  // The generator moves a schema's examples out of it, onto the response, where they may not stand.
  const moved = Array.isArray(source["examples"]) ? source["examples"][0] : undefined;
  const example: unknown = moved ?? mended["example"];
  delete mended["example"];
  if (mended["description"] === description) delete mended["description"];
  return {
    description,
    headers,
    content: Object.fromEntries(
      types.map((type) => [
        type,
        { schema: mended, ...(example === undefined ? {} : { example }) },
      ]),
    ),
  };
}

/** Nearly every answer that is not 2xx has one schema: it stands once, under a name. */
function problemRef(schema: Json | undefined, schemas: Json): Json {
  const known = schemas[problemName];
  if (schema === undefined && known !== undefined)
    return { $ref: `#/components/schemas/${problemName}` };
  const mended = mendSchema(schema ?? { type: "object" }, "response");
  delete mended["description"];
  schemas[problemName] ??= mended;
  return JSON.stringify(schemas[problemName]) === JSON.stringify(mended)
    ? { $ref: `#/components/schemas/${problemName}` }
    : mended;
}

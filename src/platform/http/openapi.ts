import { filterPaths, registerSchemaPath } from "@elysiajs/swagger/utils";
import { type AnyElysia, Elysia } from "elysia";
import { ensureExchange } from "./exchange.ts";
import { type DocumentFacts, mendDocument, type OpenApiDocument } from "./openapi-document.ts";
import { isJson, type Json } from "./openapi-schema.ts";

/** Methods that carry an operation of their own. HEAD is answered for every GET: where it says more, the GET describes it. */
const documentedMethods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Describes every route of `app` that is not hidden (`detail.hide`), as valid OpenAPI 3.0.3. The same routes give the
 * same document, byte for byte after {@link openApiText}: it depends neither on the order of modules nor on the host.
 */
export function describeApi(app: AnyElysia, facts: DocumentFacts): OpenApiDocument {
  const generated: Json = {};
  for (const { method, path, hooks } of app.routes) {
    if (hooks.detail?.hide === true || !documentedMethods.has(method)) continue;
    const { responses, parameters, requestBody, head, ...detail } = hooks.detail ?? {};
    const operation: Record<string, never> = {};
    registerSchemaPath({ schema: operation, method, path, hook: { ...hooks, detail }, models: {} });
    merge(generated, operation, { responses, parameters, requestBody, head });
  }
  // After the merge: the generator gives a "200" to whoever has described no response by then.
  const paths = filterPaths(generated, { excludeStaticFile: false, exclude: [] });
  // Plain JSON from here on: TypeBox's schemas carry symbols and functions.
  return mendDocument(JSON.parse(JSON.stringify(paths)), facts);
}

/** Adds one operation. `told`: what a route describes beside the schemas that it is validated with. */
function merge(
  paths: Json,
  operation: Readonly<Record<string, unknown>>,
  told: {
    readonly responses: unknown;
    readonly parameters: unknown;
    readonly requestBody: unknown;
    readonly head: unknown;
  },
): void {
  for (const [path, item] of Object.entries(operation)) {
    if (!isJson(item)) continue;
    const others = paths[path];
    for (const described of Object.values(item).filter(isJson)) {
      if (isJson(told.head)) item["head"] = besideGet(told.head, described["parameters"]);
      // Told whole by its route: the generator would add a 200 that a route with a 201 never answers.
      if (isJson(told.responses)) described["responses"] = told.responses;
      if (isJson(told.requestBody)) described["requestBody"] = told.requestBody;
      if (Array.isArray(told.parameters))
        described["parameters"] = [
          ...((described["parameters"] as Json[]) ?? []),
          ...told.parameters,
        ];
    }
    paths[path] = isJson(others) ? { ...others, ...item } : item;
  }
}

/** The path's own parameters are those of the GET. */
const besideGet = (head: Json, parameters: unknown): Json => ({
  ...head,
  parameters: [
    ...(Array.isArray(parameters) ? parameters : []).filter((one) => one.in === "path"),
    ...(Array.isArray(head["parameters"]) ? head["parameters"] : []),
  ],
});

/** The document as it is served and kept in docs/openapi.json. */
export const openApiText = (document: OpenApiDocument): string =>
  `${JSON.stringify(document, null, 2)}\n`;

/** `GET /openapi.json`. `describe` runs once, at the first request: by then every route is known. */
export function openApiRoutes(describe: () => OpenApiDocument) {
  let served: { readonly text: string; readonly etag: string } | undefined;
  function document() {
    if (served) return served;
    const text = openApiText(describe());
    const etag = `"${Bun.hash(text).toString(36)}"`;
    served = { text, etag };
    return served;
  }
  return new Elysia({ name: "platform.openapi" }).get(
    "/openapi.json",
    ({ request, route }) => {
      ensureExchange(request).route = route;
      const { text, etag } = document();
      const headers = { etag, "cache-control": "public, max-age=0, must-revalidate" };
      if (request.headers.get("if-none-match") === etag)
        return new Response(null, { status: 304, headers });
      return new Response(text, { headers: { ...headers, "content-type": "application/json" } });
    },
    { detail: { hide: true } },
  );
}

import { dirname, join } from "node:path";
import { Elysia } from "elysia";
import { ensureExchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";

/** All that the page loads; swagger-ui-dist holds more than anybody may ask for. */
const assetTypes: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FinTrack API - Swagger UI</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
const startScript = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  // "Try it out" calls the server that this page came from, under whatever name it was reached.
  requestInterceptor(request) {
    const { pathname, search } = new URL(request.url, location.href);
    request.url = location.origin + pathname + search;
    return request;
  },
});
`;

/** Everything from our own origin, nothing inline. Swagger UI draws data: images. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const revalidate = "public, max-age=0, must-revalidate";
const oneDay = "public, max-age=86400";

type Served = { readonly type: string; readonly cache: string; read(): Promise<Uint8Array> };

/**
 * Swagger UI of /openapi.json at `/docs`, wholly from our own origin: it works without internet. Assets come from the
 * installed swagger-ui-dist, found from this file, whatever the working directory.
 */
export function docsRoutes() {
  const distribution = dirname(Bun.resolveSync("swagger-ui-dist/package.json", import.meta.dir));
  const text = (body: string, type: string): Served => ({
    type,
    cache: revalidate,
    read: async () => new TextEncoder().encode(body),
  });
  const html = serve(text(page, "text/html; charset=utf-8"));
  const script = serve(text(startScript, "text/javascript; charset=utf-8"));
  const assets = new Map(
    Object.entries(assetTypes).map(([name, type]) => [
      name,
      serve({ type, cache: oneDay, read: () => Bun.file(join(distribution, name)).bytes() }),
    ]),
  );
  const hidden = { detail: { hide: true } };
  return new Elysia({ name: "platform.docs" })
    .onTransform(({ request, route }) => {
      ensureExchange(request).route = route;
    })
    .get("/docs", ({ request }) => html(request), hidden)
    .get("/docs/start.js", ({ request }) => script(request), hidden)
    .get(
      "/docs/assets/:file",
      ({ request, params }) => {
        const asset = assets.get(params.file);
        if (!asset) throw new HttpError("unknown_path", "There is no such file.");
        return asset(request);
      },
      hidden,
    );
}

/** Reads once, keeps the compressed form in memory, answers 304 to who has it. */
function serve(served: Served): (request: Request) => Promise<Response> {
  let loaded:
    | Promise<{ readonly body: Uint8Array<ArrayBuffer>; readonly etag: string }>
    | undefined;
  async function load() {
    const plain = await served.read();
    return {
      body: Bun.gzipSync(new Uint8Array(plain)),
      etag: `W/"${Bun.hash(plain).toString(36)}"`,
    };
  }
  return async (request) => {
    loaded ??= load();
    const { body, etag } = await loaded;
    const headers = {
      etag,
      "content-type": served.type,
      "cache-control": served.cache,
      "content-security-policy": contentSecurityPolicy,
      vary: "accept-encoding",
    };
    if (request.headers.get("if-none-match")?.includes(etag))
      return new Response(null, { status: 304, headers });
    if (!request.headers.get("accept-encoding")?.includes("gzip"))
      return new Response(Bun.gunzipSync(body), { headers });
    return new Response(body, { headers: { ...headers, "content-encoding": "gzip" } });
  };
}

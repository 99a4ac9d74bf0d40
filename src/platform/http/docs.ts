import { dirname, join } from "node:path";
import {
  assetRoutes,
  hidden,
  oneDay,
  pagePolicy,
  revalidate,
  serveAsset,
  textAsset,
} from "./assets.ts";
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

/** Swagger UI draws data: images. */
const policy = pagePolicy("img-src 'self' data:");

/**
 * Swagger UI of /openapi.json at `/docs`, wholly from our own origin: it works without internet. Assets come from the
 * installed swagger-ui-dist, found from this file, whatever the working directory.
 */
export function docsRoutes() {
  const distribution = dirname(Bun.resolveSync("swagger-ui-dist/package.json", import.meta.dir));
  const text = (body: string, type: string) =>
    serveAsset(textAsset(body, { type, cache: revalidate, policy }));
  const html = text(page, "text/html; charset=utf-8");
  const script = text(startScript, "text/javascript; charset=utf-8");
  const assets = new Map(
    Object.entries(assetTypes).map(([name, type]) => {
      const read = () => Bun.file(join(distribution, name)).bytes();
      return [name, serveAsset({ type, cache: oneDay, policy, read })];
    }),
  );
  return assetRoutes("platform.docs")
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

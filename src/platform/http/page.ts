import { assetRoutes, hidden, pagePolicy, revalidate, serveAsset, textAsset } from "./assets.ts";

/** A page of the server's own: HTML that is readable without style, and one sheet and one script beside it. */
export type Page = {
  /** Unique among routes: `module.page`. */
  readonly name: string;
  /** Where it lies, without a slash at the end. */
  readonly path: string;
  readonly title: string;
  /** What stands within `body`. The page itself knows nothing: its script asks the API. */
  readonly body: string;
  readonly style: string;
  readonly script: string;
  /** Content-Security-Policy beyond {@link pagePolicy}: "media-src 'self'". */
  readonly sources?: readonly string[];
};

/** `path`, `path/style.css` and `path/script.js`: no part of the API's description, kept by browsers until they change. */
export function pageRoutes({ name, path, title, body, style, script, sources = [] }: Page) {
  const policy = pagePolicy("img-src data:", ...sources);
  const text = (content: string, type: string) =>
    serveAsset(textAsset(content, { type: `${type}; charset=utf-8`, cache: revalidate, policy }));
  const html = text(document({ path, title, body }), "text/html");
  const css = text(style, "text/css");
  const js = text(script, "text/javascript");
  return assetRoutes(name)
    .get(path, ({ request }) => html(request), hidden)
    .get(`${path}/style.css`, ({ request }) => css(request), hidden)
    .get(`${path}/script.js`, ({ request }) => js(request), hidden);
}

const document = ({ path, title, body }: Pick<Page, "path" | "title" | "body">): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - FinTrack</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${path}/style.css">
<script src="${path}/script.js" defer></script>
</head>
<body>
${body}</body>
</html>
`;

import {
  assetRoutes,
  hidden,
  pagePolicy,
  revalidate,
  serveAsset,
  textAsset,
} from "#platform/http/assets";
import { page } from "./page.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

const policy = pagePolicy("img-src data:", "media-src 'self'");

/** Where operators work. The page itself knows nothing: it asks the API as whoever signs in. */
export function reviewPageRoutes() {
  const text = (body: string, type: string) =>
    serveAsset(textAsset(body, { type, cache: revalidate, policy }));
  const html = text(page, "text/html; charset=utf-8");
  const css = text(style, "text/css; charset=utf-8");
  const js = text(script, "text/javascript; charset=utf-8");
  return assetRoutes("gbs.review_page")
    .get("/admin/evidence", ({ request }) => html(request), hidden)
    .get("/admin/evidence/style.css", ({ request }) => css(request), hidden)
    .get("/admin/evidence/script.js", ({ request }) => js(request), hidden);
}

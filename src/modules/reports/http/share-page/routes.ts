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

const policy = pagePolicy("img-src data:");

/**
 * Where the link to a shared report leads. Fetching it opens nothing, so mail scanners may; the token stands in the
 * fragment, which no server ever sees.
 */
export function sharePageRoutes() {
  const text = (body: string, type: string) =>
    serveAsset(textAsset(body, { type, cache: revalidate, policy }));
  const html = text(page, "text/html; charset=utf-8");
  const css = text(style, "text/css; charset=utf-8");
  const js = text(script, "text/javascript; charset=utf-8");
  return assetRoutes("reports.share_page")
    .get("/shared-report", ({ request }) => html(request), hidden)
    .get("/shared-report/style.css", ({ request }) => css(request), hidden)
    .get("/shared-report/script.js", ({ request }) => js(request), hidden);
}

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
 * Where the link of a mail leads when there is no client of ours: a form for the new password. Fetching it spends
 * nothing, so mail scanners may; the token stands in the fragment, which no server ever sees.
 */
export function resetPageRoutes() {
  const text = (body: string, type: string) =>
    serveAsset(textAsset(body, { type, cache: revalidate, policy }));
  const html = text(page, "text/html; charset=utf-8");
  const css = text(style, "text/css; charset=utf-8");
  const js = text(script, "text/javascript; charset=utf-8");
  return assetRoutes("identity.reset_page")
    .get("/reset-password", ({ request }) => html(request), hidden)
    .get("/reset-password/style.css", ({ request }) => css(request), hidden)
    .get("/reset-password/script.js", ({ request }) => js(request), hidden);
}

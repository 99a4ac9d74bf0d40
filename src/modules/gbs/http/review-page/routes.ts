import { pageRoutes } from "#platform/http/page";
import { body } from "./body.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** Where operators work. The page itself knows nothing: it asks the API as whoever signs in. */
export const reviewPageRoutes = () =>
  pageRoutes({
    name: "gbs.review_page",
    path: "/admin/evidence",
    title: "Evidence review",
    ...{ body, style, script },
    sources: ["media-src 'self'"],
  });

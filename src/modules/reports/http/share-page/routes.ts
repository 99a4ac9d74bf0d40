import { pageRoutes } from "#platform/http/page";
import { body } from "./body.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/**
 * Where the link to a shared report leads. Fetching it opens nothing, so mail scanners may; the token stands in the
 * fragment, which no server ever sees.
 */
export const sharePageRoutes = () =>
  pageRoutes({
    name: "reports.share_page",
    path: "/shared-report",
    title: "Shared report",
    ...{ body, style, script },
  });

import { pageRoutes } from "#platform/http/page";
import { body } from "./body.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/**
 * Where the link of a mail leads when there is no client of ours: a form for the new password. Fetching it spends
 * nothing, so mail scanners may; the token stands in the fragment, which no server ever sees.
 */
export const resetPageRoutes = () =>
  pageRoutes({
    name: "identity.reset_page",
    path: "/reset-password",
    title: "Set a new password",
    ...{ body, style, script },
  });

import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { createGbsAdminRoutes } from "./admin-routes.ts";
import { createAmendmentRoutes } from "./amendment-routes.ts";
import { createBlockRoutes } from "./block-routes.ts";
import { createCalendarRoutes } from "./calendar-routes.ts";
import { createCustodyRoutes } from "./custody-routes.ts";
import { createDebtRoutes } from "./debt-routes.ts";
import { createDocumentRoutes } from "./document-routes.ts";
import { createEvidenceKeyRoutes } from "./evidence-key-routes.ts";
import { createEvidenceRoutes } from "./evidence-routes.ts";
import { createEvidenceUploadRoutes } from "./evidence-upload-routes.ts";
import { createKeyRoutes } from "./key-routes.ts";
import { createPaymentRoutes } from "./payment-routes.ts";
import { createPlaybackRoutes } from "./playback-routes.ts";
import { createPostingLinkRoutes } from "./posting-link-routes.ts";
import { createProposalRoutes } from "./proposal-routes.ts";
import { reviewPageRoutes } from "./review-page/routes.ts";
import { createReviewRoutes } from "./review-routes.ts";

/** Each area has a file of its own. */
export function createGbsRoutes(kit: HttpKit, operations: GbsOperations) {
  return new Elysia({ name: "gbs.routes" })
    .use(createDebtRoutes(kit, operations))
    .use(createPaymentRoutes(kit, operations))
    .use(createAmendmentRoutes(kit, operations))
    .use(createProposalRoutes(kit, operations))
    .use(createPostingLinkRoutes(kit, operations))
    .use(createCustodyRoutes(kit, operations))
    .use(createDocumentRoutes(kit, operations))
    .use(createCalendarRoutes(kit, operations))
    .use(createEvidenceRoutes(kit, operations))
    .use(createEvidenceUploadRoutes(kit, operations))
    .use(createEvidenceKeyRoutes(kit, operations))
    .use(createBlockRoutes(kit, operations))
    .use(createGbsAdminRoutes(kit, operations))
    .use(createReviewRoutes(kit, operations))
    .use(createPlaybackRoutes(kit, operations))
    .use(reviewPageRoutes())
    .use(createKeyRoutes(kit, operations));
}

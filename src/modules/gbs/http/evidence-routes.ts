import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { debt, debtParams } from "./debt-schemas.ts";
import { debtEvidence, recordingConsent, sentence } from "./evidence-schemas.ts";

const tags = ["Evidence"];

/** What a debt that takes a recording asks of its borrower. */
export const createEvidenceRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.evidence", prefix: "/v1" })
    .use(plugin)
    .get(
      "/gbs/recording-consent",
      () => operations.getRecordingConsent(),
      route({
        operationId: "getRecordingConsent",
        tags,
        summary: "What a borrower agrees to before he is recorded",
        description:
          "Accepting a debt that takes a video needs its version. Another text has another version.",
        access: "gbs:read",
        limit: "read",
        responses: { 200: recordingConsent },
      }),
    )
    .get(
      "/debts/:id/evidence",
      ({ ctx, params }) => operations.getEvidence(ctx, params),
      route({
        operationId: "getDebtEvidence",
        tags,
        summary: "The evidence of a debt: what is asked for, on its way, and there",
        description: "Both parties see what was submitted, and who can open it; neither sees it.",
        access: "gbs:read",
        limit: "read",
        params: debtParams,
        responses: { 200: debtEvidence },
        errors: [404],
      }),
    )
    .post(
      "/debts/:id/evidence/consent/withdrawal",
      ({ ctx, exchange, params }) => once(exchange, () => operations.withdrawConsent(ctx, params)),
      route({
        operationId: "withdrawConsent",
        tags,
        summary: "Take the consent to being recorded back, as the borrower",
        description:
          "While no recording is approved. Nobody has to agree: the debt, which does not bind yet, is cancelled, the lender is told, and what was recorded is destroyed.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        responses: { 200: debt },
        errors: [404, 409],
      }),
    )
    .post(
      "/debts/:id/evidence/sentences",
      ({ ctx, exchange, params }) => once(exchange, () => operations.drawSentence(ctx, params)),
      route({
        operationId: "drawSentence",
        tags,
        summary: "Get another sentence to say in the recording",
        description:
          "You are the borrower, and asked for a recording. It names this debt and today, with four random words; it holds for 24 hours, and the one before it no longer does. Not while a recording of the one before is on its way: cancel that upload first. At most 20 a day.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        responses: { 201: sentence },
        errors: [404, 409],
      }),
    );

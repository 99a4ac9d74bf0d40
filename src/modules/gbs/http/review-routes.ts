import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { startedPlayback } from "./playback-schemas.ts";
import { playbackCookie } from "./playback-token.ts";
import {
  decisionBody,
  evidenceParams,
  queuePage,
  queueQuery,
  reviewItemSchema,
} from "./review-schemas.ts";

const tags = ["Admin"];
const access = "gbs:review";
const reading = { tags, access, audit: "always", limit: "costly_read" } as const;
const acting = {
  tags,
  access,
  limit: "write",
  params: evidenceParams,
  errors: [404, 409],
} as const;

/** Recordings that wait for an operator, who is no party to their debts. */
export const createReviewRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.reviews", prefix: "/v1/admin/evidence" })
    .use(plugin)
    .get(
      "",
      ({ ctx, query }) => operations.listReviewQueue(ctx, query),
      route({
        ...reading,
        operationId: "listReviewQueue",
        summary: "Recordings that wait for a decision, the oldest first",
        query: queueQuery,
        responses: { 200: queuePage },
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.reviewItem(ctx, params),
      route({
        ...reading,
        operationId: "getReviewItem",
        summary: "A recording, and to who has claimed it what has to be said in it",
        params: evidenceParams,
        responses: { 200: reviewItemSchema },
        errors: [404],
      }),
    )
    .post(
      "/:id/claim",
      ({ ctx, exchange, params }) => once(exchange, () => operations.claimEvidence(ctx, params)),
      route({
        ...acting,
        operationId: "claimEvidence",
        summary: "Take a recording, or keep it for longer",
        description:
          "For 30 minutes it is yours alone; then another operator may take it. The custody log records it.",
        idempotent: true,
        responses: { 200: reviewItemSchema },
      }),
    )
    .delete(
      "/:id/claim",
      async ({ ctx, params }) => {
        await operations.endClaim(ctx, params);
      },
      route({
        ...acting,
        operationId: "endEvidenceClaim",
        summary: "Give a recording back to the queue",
        responses: { 204: t.Void() },
      }),
    )
    .post(
      "/:id/playback",
      ({ ctx, exchange, params, set }) =>
        once(exchange, async () => {
          const started = await operations.playEvidence(ctx, params);
          set.headers["set-cookie"] = playbackCookie(started);
          return started;
        }),
      route({
        ...acting,
        operationId: "playEvidence",
        summary: "Watch a recording that you have claimed",
        description:
          "For ten minutes, in this session; an earlier playback of yours ends. 503 `gbs.evidence_damaged` when nobody can open it any more: send it back.",
        idempotent: true,
        secret: true,
        responses: { 201: startedPlayback },
      }),
    )
    .post(
      "/:id/decision",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.decideEvidence(ctx, { ...params, ...body })),
      route({
        ...acting,
        operationId: "decideEvidence",
        summary: "Decide about a recording that you have claimed and watched",
        description:
          "An approval binds the debt. The custody log records the decision with the checklist, and what was watched before it; no operator is shown the recording any more.",
        stepUp: true,
        idempotent: true,
        body: decisionBody,
        responses: { 200: reviewItemSchema },
      }),
    );

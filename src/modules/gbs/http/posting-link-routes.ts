import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { id, instant, orNull, pageOf } from "#platform/http/schemas";
import type { GbsOperations } from "../operations.ts";
import { debtParams, record } from "./debt-schemas.ts";
import { ofDebtQuery } from "./payment-schemas.ts";

const tags = ["Debts"];

const linkBody = t.Object({
  transactionId: id({ description: "In a book of yours." }),
  paymentId: t.Optional(id({ description: "Of the debt; left out: the debt as a whole." })),
});
const linkParams = t.Object({
  id: id({ description: "Of the debt." }),
  transactionId: id(),
});
const link = record({
  transactionId: id(),
  paymentId: orNull(id()),
  linkedAt: instant(),
});

/** Which transactions of somebody's own book belong to a debt. */
export const createPostingLinkRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.posting-links", prefix: "/v1/debts/:id/posting-links" })
    .use(plugin)
    .post(
      "",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.linkPosting(ctx, { ...params, ...body })),
      route({
        operationId: "linkPosting",
        tags,
        summary: "Note that a transaction of yours belongs to the debt",
        description:
          "The other party sees nothing of it. One that is linked already is linked to this instead; at most 200.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        body: linkBody,
        responses: { 201: link },
        errors: [404, 409],
      }),
    )
    .get(
      "",
      ({ ctx, params, query }) => operations.listPostingLinks(ctx, { ...params, ...query }),
      route({
        operationId: "listPostingLinks",
        tags,
        summary: "Your transactions that belong to the debt, the oldest link first",
        access: "gbs:read",
        limit: "read",
        params: debtParams,
        query: ofDebtQuery,
        responses: { 200: pageOf(link) },
        errors: [404],
      }),
    )
    .delete(
      "/:transactionId",
      ({ ctx, params }) => operations.unlinkPosting(ctx, params),
      route({
        operationId: "unlinkPosting",
        tags,
        summary: "Note that a transaction does not belong to the debt after all",
        description: "The transaction stays as it is.",
        access: "gbs:write",
        limit: "write",
        params: linkParams,
        responses: { 204: t.Void() },
        errors: [404],
      }),
    );

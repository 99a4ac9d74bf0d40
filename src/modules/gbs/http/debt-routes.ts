import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { debt, debtParams, debtsPage, debtsQuery, offerBody } from "./debt-schemas.ts";
import { acceptanceBody } from "./evidence-schemas.ts";

const tags = ["Debts"];

/** From an offer to its answer. */
export function createDebtRoutes(kit: HttpKit, operations: GbsOperations) {
  const { route } = kit;
  return new Elysia({ name: "gbs.debts", prefix: "/v1/debts" })
    .use(kit.plugin)
    .post(
      "",
      async ({ ctx, exchange, body, set }) => {
        const offered = await once(exchange, () => operations.createOffer(ctx, body));
        set.headers["location"] = `/v1/debts/${offered.id}`;
        return offered;
      },
      route({
        operationId: "offerDebt",
        tags,
        summary: "Ask somebody to agree that he owes you something",
        description:
          "You are the lender. Nothing is agreed until the borrower accepts, within 14 days; there is no interest and no late fee. The answer is the same whether the address has an account or not. Your plan must include it; nothing that comes after it asks for a plan.",
        access: "gbs:write",
        limit: "write",
        body: offerBody,
        idempotent: true,
        responses: { 201: debt },
        errors: [402],
      }),
    )
    .get(
      "",
      ({ ctx, query }) => operations.listDebts(ctx, query),
      route({
        operationId: "listDebts",
        tags,
        summary: "What you lend and owe, the newest offer first",
        access: "gbs:read",
        limit: "costly_read",
        query: debtsQuery,
        responses: { 200: debtsPage },
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getDebt(ctx, params),
      route({
        operationId: "getDebt",
        tags,
        summary: "A debt: its terms, what is paid, and what you can do",
        access: "gbs:read",
        limit: "read",
        params: debtParams,
        responses: { 200: debt },
        errors: [404],
      }),
    )
    .post(
      "/:id/withdrawal",
      ({ ctx, exchange, params }) => once(exchange, () => operations.withdrawOffer(ctx, params)),
      route({
        operationId: "withdrawOffer",
        tags,
        summary: "Take back an offer that nobody has answered",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        responses: { 200: debt },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/acceptance",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () =>
          operations.acceptOffer(ctx, { ...params, ...body, client: exchange.client }),
        ),
      route({
        operationId: "acceptOffer",
        tags,
        summary: "Agree that you owe it",
        description:
          "The terms bind both of you from then on, or, of a debt that takes a video, once an operator has approved it: then you also agree to being recorded. The custody log records a salted hash of the address that you do it from.",
        access: "gbs:write",
        stepUp: true,
        limit: "write",
        idempotent: true,
        params: debtParams,
        body: acceptanceBody,
        bodyOptional: true,
        responses: { 200: debt },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/decline",
      ({ ctx, exchange, params }) => once(exchange, () => operations.declineOffer(ctx, params)),
      route({
        operationId: "declineOffer",
        tags,
        summary: "Do not agree that you owe it",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        responses: { 200: debt },
        errors: [404, 409],
      }),
    );
}

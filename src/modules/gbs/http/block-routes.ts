import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { abuseReport, block, blockParams, blocksPage, blocksQuery } from "./block-schemas.ts";
import { debtParams } from "./debt-schemas.ts";
import { reasonBody } from "./payment-schemas.ts";

const tags = ["Debts"];

/** What somebody does about a lender whose offers he does not want. */
export const createBlockRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.blocks", prefix: "/v1" })
    .use(plugin)
    .post(
      "/debts/:id/block",
      ({ ctx, exchange, params }) => once(exchange, () => operations.blockLender(ctx, params)),
      route({
        operationId: "blockLender",
        tags,
        summary: "Want no more offers of this debt's lender",
        description:
          "As the borrower. Offers of his that wait for your answer vanish, and later ones do not reach you; to him they look like any others that nobody answers. Debts that bind both of you go on.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        responses: { 201: block },
        errors: [404, 409],
      }),
    )
    .get(
      "/debt-blocks",
      ({ ctx, query }) => operations.listBlocks(ctx, query),
      route({
        operationId: "listDebtBlocks",
        tags,
        summary: "Whose offers you do not want, the latest first",
        access: "gbs:read",
        limit: "read",
        query: blocksQuery,
        responses: { 200: blocksPage },
      }),
    )
    .delete(
      "/debt-blocks/:id",
      async ({ ctx, params }) => {
        await operations.liftBlock(ctx, params);
      },
      route({
        operationId: "liftDebtBlock",
        tags,
        summary: "Let somebody's offers reach you again",
        description: "Those that he made meanwhile stay hidden until they lapse.",
        access: "gbs:write",
        limit: "write",
        params: blockParams,
        responses: { 204: t.Void() },
        errors: [404],
      }),
    )
    .post(
      "/debts/:id/abuse-reports",
      ({ ctx, exchange, params, body }) =>
        once(exchange, () => operations.reportAbuse(ctx, { ...params, ...body })),
      route({
        operationId: "reportDebtAbuse",
        tags,
        summary: "Report an offer to the administrators",
        description:
          "As the borrower, one open report for a debt, at most 10 a day. The lender is not told. It can be done after the lender was blocked, too.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        body: reasonBody,
        responses: { 201: abuseReport },
        errors: [404, 409],
      }),
    );

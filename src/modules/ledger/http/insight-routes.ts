import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import {
  cashFlow,
  cashFlowQuery,
  netWorth,
  netWorthQuery,
  spending,
  spendingQuery,
} from "./insight-schemas.ts";
import { readingMuch } from "./route-heads.ts";

/** What a book's figures come to, in one currency. */
export const createInsightRoutes = ({ plugin, route }: HttpKit, operations: LedgerOperations) =>
  new Elysia({ name: "ledger.insights", prefix: "/v1/insights" })
    .use(plugin)
    .get(
      "/net-worth",
      ({ ctx, query }) => operations.netWorth(ctx, query),
      route({
        ...readingMuch,
        operationId: "getNetWorth",
        summary: "What you own and owe, over time",
        description:
          "All accounts of the book, archived ones too. Days to come are valued at the present rates. At most 400 points.",
        query: netWorthQuery,
        responses: { 200: netWorth },
        errors: [404],
      }),
    )
    .get(
      "/cash-flow",
      ({ ctx, query }) => operations.cashFlow(ctx, query),
      route({
        ...readingMuch,
        operationId: "getCashFlow",
        summary: "Income and expense by month",
        description:
          "By the kind of the category; transfers and opening balances are neither. At most ten years.",
        query: cashFlowQuery,
        responses: { 200: cashFlow },
        errors: [404],
      }),
    )
    .get(
      "/spending",
      ({ ctx, query }) => operations.spending(ctx, query),
      route({
        ...readingMuch,
        operationId: "getSpending",
        summary: "What was spent, by category, payee or tag",
        description: "Each figure is rounded once. At most ten years.",
        query: spendingQuery,
        responses: { 200: spending },
        errors: [404],
      }),
    );

import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import {
  budget,
  budgetListQuery,
  budgetPage,
  budgetParams,
  budgetProgress,
  budgetProgressList,
  createBudgetBody,
  progressListQuery,
  progressQuery,
  updateBudgetBody,
} from "./budget-schemas.ts";
import { reading, readingMuch, writing } from "./route-heads.ts";

/** What one means to spend, and how far one is. Nobody says what was spent: that is in the transactions. */
export const createBudgetRoutes = ({ plugin, route }: HttpKit, operations: LedgerOperations) =>
  new Elysia({ name: "ledger.budgets", prefix: "/v1/budgets" })
    .use(plugin)
    .get(
      "",
      ({ ctx, query }) => operations.listBudgets(ctx, query),
      route({
        ...reading,
        operationId: "listBudgets",
        summary: "Budgets of a book",
        description: "The oldest first.",
        query: budgetListQuery,
        responses: { 200: budgetPage },
        errors: [404],
      }),
    )
    .post(
      "",
      ({ ctx, exchange, body }) => once(exchange, () => operations.createBudget(ctx, body)),
      route({
        ...writing,
        operationId: "createBudget",
        summary: "Make a budget",
        description:
          "What it spends is computed from the transactions of its categories. A book has at most 100 that are not archived: beyond them 409.",
        body: createBudgetBody,
        responses: { 201: budget },
        errors: [404],
        idempotent: true,
      }),
    )
    .get(
      "/progress",
      ({ ctx, query }) => operations.listBudgetProgress(ctx, query),
      route({
        ...readingMuch,
        operationId: "listBudgetProgress",
        summary: "How far all budgets of a book are",
        description: "Of those that are not archived, the oldest first.",
        query: progressListQuery,
        responses: { 200: budgetProgressList },
        errors: [404],
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getBudget(ctx, params),
      route({
        ...reading,
        operationId: "getBudget",
        summary: "One budget",
        params: budgetParams,
        responses: { 200: budget },
        errors: [404],
      }),
    )
    .patch(
      "/:id",
      ({ ctx, params, body, exchange }) =>
        operations.updateBudget(ctx, { ...body, ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "updateBudget",
        summary: "Change a budget",
        ifMatch: true,
        params: budgetParams,
        body: updateBudgetBody,
        responses: { 200: budget },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/archival",
      ({ ctx, params, exchange }) =>
        operations.archiveBudget(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "archiveBudget",
        summary: "Archive a budget",
        description:
          "It can still be read, and tells nobody anything. Archiving it again changes nothing.",
        ifMatch: true,
        params: budgetParams,
        responses: { 200: budget },
        errors: [404],
      }),
    )
    .delete(
      "/:id/archival",
      ({ ctx, params, exchange }) =>
        operations.restoreBudget(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "restoreBudget",
        summary: "Restore an archived budget",
        description: "409 when as many are in use as a book may have.",
        ifMatch: true,
        params: budgetParams,
        responses: { 200: budget },
        errors: [404, 409],
      }),
    )
    .get(
      "/:id/progress",
      ({ ctx, params, query }) => operations.findBudgetProgress(ctx, { ...query, ...params }),
      route({
        ...readingMuch,
        operationId: "findBudgetProgress",
        summary: "How far a budget is",
        description:
          "Of the period that the day lies in, with what the periods before left to it. Of several currencies only what has a rate on its day counts; the rest is stated.",
        params: budgetParams,
        query: progressQuery,
        responses: { 200: budgetProgress },
        errors: [404],
      }),
    );

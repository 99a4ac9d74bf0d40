import { Elysia, t } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import {
  categoriesQuery,
  category,
  categoryList,
  categoryParams,
  createCategoryBody,
  updateCategoryBody,
} from "./category-schemas.ts";
import { reading, writing } from "./route-heads.ts";

/** What income and expenses are sorted by: a tree for each of both, at most four levels deep. */
export const createCategoryRoutes = ({ plugin, route }: HttpKit, operations: LedgerOperations) =>
  new Elysia({ name: "ledger.categories", prefix: "/v1/categories" })
    .use(plugin)
    .get(
      "",
      ({ ctx, query }) => operations.listCategories(ctx, query),
      route({
        ...reading,
        operationId: "listCategories",
        summary: "All categories of a book",
        description: "A new book has a set of them in the language of its locale.",
        query: categoriesQuery,
        responses: { 200: categoryList },
        errors: [404],
      }),
    )
    .post(
      "",
      ({ ctx, exchange, body }) => once(exchange, () => operations.createCategory(ctx, body)),
      route({
        ...writing,
        operationId: "createCategory",
        summary: "Add a category",
        description:
          "404: there is no such book or parent. 409: the parent is archived, the code taken, the book full.",
        body: createCategoryBody,
        responses: { 201: category },
        errors: [404],
        idempotent: true,
      }),
    )
    .get(
      "/:id",
      ({ ctx, params }) => operations.getCategory(ctx, params),
      route({
        ...reading,
        operationId: "getCategory",
        summary: "One category",
        params: categoryParams,
        responses: { 200: category },
        errors: [404],
      }),
    )
    .patch(
      "/:id",
      ({ ctx, params, body, exchange }) =>
        operations.updateCategory(ctx, { ...body, ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "updateCategory",
        summary: "Rename or move a category",
        description:
          "What is below it moves with it. 422 for a parent of the other kind, one that lies below it, and more than four levels.",
        ifMatch: true,
        params: categoryParams,
        body: updateCategoryBody,
        responses: { 200: category },
        errors: [404, 409],
      }),
    )
    .delete(
      "/:id",
      ({ ctx, params, exchange }) =>
        operations.deleteCategory(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "deleteCategory",
        summary: "Delete a category that was never used",
        description: "409 for any other: archive it.",
        ifMatch: true,
        params: categoryParams,
        responses: { 204: t.Void() },
        errors: [404, 409],
      }),
    )
    .post(
      "/:id/archival",
      ({ ctx, params, exchange }) =>
        operations.archiveCategory(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "archiveCategory",
        summary: "Archive a category",
        description:
          "With all below it. They keep their history and take no new transactions. Archiving it again changes nothing.",
        ifMatch: true,
        params: categoryParams,
        responses: { 200: category },
        errors: [404, 409],
      }),
    )
    .delete(
      "/:id/archival",
      ({ ctx, params, exchange }) =>
        operations.restoreCategory(ctx, { ...params, ifMatch: exchange.ifMatch }),
      route({
        ...writing,
        operationId: "restoreCategory",
        summary: "Restore an archived category",
        description: "With all that was archived with it. 409 while its parent is archived.",
        ifMatch: true,
        params: categoryParams,
        responses: { 200: category },
        errors: [404, 409],
      }),
    );

import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import { reading } from "./route-heads.ts";
import { suggestionQuery, suggestions } from "./transaction-filter-schemas.ts";

/** What somebody who types a payee or a tag probably means. */
export function createSuggestionRoutes({ plugin, route }: HttpKit, operations: LedgerOperations) {
  const shared = {
    ...reading,
    query: suggestionQuery,
    responses: { 200: suggestions },
    errors: [404],
  } as const;
  return new Elysia({ name: "ledger.suggestion.routes", prefix: "/v1" })
    .use(plugin)
    .get(
      "/payees",
      ({ ctx, query }) => operations.suggestPayees(ctx, query),
      route({
        ...shared,
        operationId: "suggestPayees",
        summary: "Payees with these words, the last used first",
        description: "At most 20, of the newest thousand transactions that have the words.",
      }),
    )
    .get(
      "/tags",
      ({ ctx, query }) => operations.suggestTags(ctx, query),
      route({
        ...shared,
        operationId: "suggestTags",
        summary: "Tags with these words, the last used first",
        description: "At most 20, of the newest thousand transactions that have the words.",
      }),
    );
}

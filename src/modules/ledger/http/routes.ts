import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";
import { createAccountRoutes } from "./account-routes.ts";
import { createBookRoutes } from "./book-routes.ts";
import { createBudgetRoutes } from "./budget-routes.ts";
import { createCategoryRoutes } from "./category-routes.ts";
import { createExportRoutes } from "./export-routes.ts";
import { createImportRoutes } from "./import-routes.ts";
import { createInsightRoutes } from "./insight-routes.ts";
import { createSuggestionRoutes } from "./suggestion-routes.ts";
import { createTransactionRoutes } from "./transaction-routes.ts";
import { createTransactionSearchRoutes } from "./transaction-search-routes.ts";

/** Each area has a file of its own. */
export function createLedgerRoutes(kit: HttpKit, operations: LedgerOperations) {
  return new Elysia({ name: "ledger.routes" })
    .use(createAccountRoutes(kit, operations))
    .use(createBookRoutes(kit, operations))
    .use(createInsightRoutes(kit, operations))
    .use(createBudgetRoutes(kit, operations))
    .use(createCategoryRoutes(kit, operations))
    .use(createExportRoutes(kit, operations))
    .use(createImportRoutes(kit, operations))
    .use(createTransactionRoutes(kit, operations))
    .use(createTransactionSearchRoutes(kit, operations))
    .use(createSuggestionRoutes(kit, operations));
}

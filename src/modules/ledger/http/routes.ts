import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { LedgerOperations } from "../operations.ts";

/** Each area has a file of its own. */
export function createLedgerRoutes(_kit: HttpKit, _operations: LedgerOperations) {
  return new Elysia({ name: "ledger.routes" });
}

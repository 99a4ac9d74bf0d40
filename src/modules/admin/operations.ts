import type { RequestContext } from "#platform/kernel/context";
import type { AdminDeps } from "./deps.ts";
import { type SearchAuditInput, searchAudit } from "./use-cases/search-audit.ts";

export type AdminOperations = ReturnType<typeof bindOperations>;

/** What the routes call. Of users the rules are the neighbours' own: there admin decides nothing. */
export const bindOperations = (deps: AdminDeps) => ({
  ...deps.identity,
  searchAudit: (ctx: RequestContext, input: SearchAuditInput) => searchAudit(deps, ctx, input),
  verifyAudit: deps.verification.ask,
  lastVerification: () => deps.verification.last(),
});

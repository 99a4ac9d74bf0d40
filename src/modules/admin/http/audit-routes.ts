import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import { parseId } from "#platform/kernel/ids";
import { parseInstant } from "#platform/kernel/time";
import type { AdminOperations } from "../operations.ts";
import { auditPage, searchAuditQuery } from "./audit-schemas.ts";
import { toAuditEntryView } from "./audit-view.ts";

const tags = ["Admin"];

/** The audit trail, for administrators. Whoever reads it is in it. */
export const createAuditRoutes = ({ plugin, route }: HttpKit, operations: AdminOperations) =>
  new Elysia({ name: "admin.audit", prefix: "/v1/admin/audit" }).use(plugin).get(
    "",
    async ({ ctx, query }) => {
      const { actor, target, action, from, to, requestId, ...others } = query;
      const found = await operations.searchAudit(ctx, {
        ...others,
        actorId: actor?.toLowerCase(),
        targetId: target === undefined ? undefined : parseId(target, "target"),
        requestId: requestId === undefined ? undefined : parseId(requestId, "requestId"),
        operation: action,
        from: from === undefined ? undefined : parseInstant(from, "from"),
        to: to === undefined ? undefined : parseInstant(to, "to"),
      });
      return { ...found, items: found.items.map(toAuditEntryView) };
    },
    route({
      operationId: "searchAudit",
      tags,
      summary: "Who did what, and what changed",
      description:
        "Every request that may have changed something, whatever became of it, and every row that changed, the latest recorded first. Each search is itself on record.",
      access: "audit:read",
      audit: "always",
      stepUp: true,
      limit: "costly_read",
      query: searchAuditQuery,
      responses: { 200: auditPage },
    }),
  );

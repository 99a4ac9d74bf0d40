import { Elysia } from "elysia";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { parseId } from "#platform/kernel/ids";
import { parseInstant } from "#platform/kernel/time";
import type { AdminOperations } from "../operations.ts";
import { auditPage, searchAuditQuery } from "./audit-schemas.ts";
import { toAuditEntryView } from "./audit-view.ts";
import { verification, verifyAuditBody } from "./verification-schemas.ts";

const tags = ["Admin"];

/** The audit trail, for administrators. Whoever reads it is in it. */
export const createAuditRoutes = ({ plugin, route }: HttpKit, operations: AdminOperations) =>
  new Elysia({ name: "admin.audit", prefix: "/v1/admin/audit" })
    .use(plugin)
    .get(
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
    )
    .get(
      "/verification",
      () => operations.lastVerification(),
      route({
        operationId: "getAuditVerification",
        tags,
        summary: "Whether the audit trail is whole, as of the last time that it was read",
        description: "It is read each night, and when an administrator asks for it.",
        access: "audit:read",
        audit: "always",
        limit: "read",
        responses: { 200: verification },
      }),
    )
    .post(
      "/verification",
      ({ ctx, exchange, body }) =>
        once(exchange, () => operations.verifyAudit(ctx, { keys: body.keys ?? null })),
      route({
        operationId: "verifyAudit",
        tags,
        summary: "Have the whole audit trail verified",
        description:
          "A job reads it; the answer is that of `getAuditVerification` until then. Only with the fingerprint of a key that was noted elsewhere does it prove its origin.",
        access: "audit:read",
        stepUp: true,
        limit: "write",
        idempotent: true,
        bodyOptional: true,
        body: verifyAuditBody,
        responses: { 202: verification },
        errors: [409],
      }),
    );

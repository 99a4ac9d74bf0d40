import type { IdentityAdminApi } from "#modules/identity/contract.admin";
import type { AuditEntry, AuditTrail } from "#platform/audit/query/audit-trail";
import type { TrailVerification } from "#platform/audit/verification/trail-verification";
import type { Clock } from "#platform/kernel/clock";

export type { AuditEntry, AuditTrail };

/** The neighbours' verbs for administrators, and the audit trail. */
export type AdminDeps = {
  readonly identity: IdentityAdminApi;
  readonly auditTrail: Pick<AuditTrail, "search">;
  readonly verification: Pick<TrailVerification, "ask" | "last">;
  readonly clock: Clock;
};

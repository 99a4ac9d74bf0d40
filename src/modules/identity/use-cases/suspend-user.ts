import type { RequestContext } from "#platform/kernel/context";
import type { AdminUser, WithReason } from "../contract.admin.ts";
import type { IdentityDeps } from "../deps.ts";
import { isActiveAdmin, requireOtherAdmin, requireStatus } from "../domain/account-rules.ts";
import { type ChangeAccountDeps, changeAccount } from "./change-account.ts";
import { endSessions } from "./end-sessions.ts";

/** See {@link IdentityAdminApi.suspendUser}. */
export function suspendUser(
  deps: ChangeAccountDeps & Parameters<typeof endSessions>[0] & Pick<IdentityDeps, "notify">,
  ctx: RequestContext,
  { userId, reason }: WithReason,
): Promise<AdminUser> {
  const asked = { userId, reason, action: "suspended" } as const;
  return changeAccount(deps, ctx, asked, async (tx, { user, known, at }) => {
    requireStatus(user, "active");
    if (isActiveAdmin(user)) requireOtherAdmin(user, known);
    await deps.administration.setStatus(tx, userId, "suspended", at);
    await endSessions(deps, tx, { userId, reason: "suspended" });
    await deps.notify(tx, "identity.account_suspended", { userId }, {});
    return { ...user, status: "suspended" };
  });
}

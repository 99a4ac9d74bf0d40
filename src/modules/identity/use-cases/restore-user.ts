import type { RequestContext } from "#platform/kernel/context";
import type { AdminUser, WithReason } from "../contract.admin.ts";
import type { IdentityDeps } from "../deps.ts";
import { requireStatus } from "../domain/account-rules.ts";
import { type ChangeAccountDeps, changeAccount } from "./change-account.ts";

/** See {@link IdentityAdminApi.restoreUser}. */
export function restoreUser(
  deps: ChangeAccountDeps & Pick<IdentityDeps, "notify">,
  ctx: RequestContext,
  { userId, reason }: WithReason,
): Promise<AdminUser> {
  const asked = { userId, reason, action: "restored" } as const;
  return changeAccount(deps, ctx, asked, async (tx, { user, at }) => {
    requireStatus(user, "suspended");
    await deps.administration.setStatus(tx, userId, "active", at);
    await deps.notify(tx, "identity.account_restored", { userId }, {});
    return { ...user, status: "active" };
  });
}

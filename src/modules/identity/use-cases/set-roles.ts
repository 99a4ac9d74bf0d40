import type { RequestContext } from "#platform/kernel/context";
import type { AdminUser, WithReason } from "../contract.admin.ts";
import type { Role } from "../contract.ts";
import type { IdentityDeps } from "../deps.ts";
import { isActiveAdmin, requireOtherAdmin, roleSet, sameRoles } from "../domain/account-rules.ts";
import { type ChangeAccountDeps, changeAccount } from "./change-account.ts";
import { expireClaims } from "./expire-claims.ts";

/** See {@link IdentityAdminApi.setRoles}. The set that the user has already changes nothing. */
export function setRoles(
  deps: ChangeAccountDeps & Parameters<typeof expireClaims>[0] & Pick<IdentityDeps, "notify">,
  ctx: RequestContext,
  { userId, reason, roles }: WithReason & { readonly roles: readonly Role[] },
): Promise<AdminUser> {
  const wanted = roleSet(roles);
  const asked = { userId, reason, action: "roles_changed" } as const;
  return changeAccount(deps, ctx, asked, async (tx, { user, known, at }) => {
    if (sameRoles(user.roles, wanted)) return null;
    if (isActiveAdmin(user) && !wanted.includes("admin")) requireOtherAdmin(user, known);
    await deps.administration.setRoles(tx, userId, wanted, at);
    await expireClaims(deps, tx, [userId]);
    await deps.notify(tx, "identity.roles_changed", { userId }, { roles: wanted.join(", ") });
    return { ...user, roles: wanted };
  });
}

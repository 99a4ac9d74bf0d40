import type { Tx } from "#platform/db/database";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { AccountAction, AdminUser, WithReason } from "../contract.admin.ts";
import type { AdministeredUser, IdentityDeps } from "../deps.ts";
import { maxReasonLength, requireOther } from "../domain/account-rules.ts";
import { noSuchUser, toAdminUser } from "./search-users.ts";

export type ChangeAccountDeps = Pick<IdentityDeps, "db" | "clock" | "ids" | "administration">;

/** The account as it is now, and the active administrators; all locked. */
export type LockedAccount = {
  readonly user: AdministeredUser;
  readonly known: readonly AdministeredUser[];
  readonly at: Instant;
};

/**
 * Changes somebody else's account and keeps who did it, why, and the roles before and after. `apply` gives the account
 * as it then is; null = nothing had to be changed, and nothing is kept.
 */
export async function changeAccount(
  deps: ChangeAccountDeps,
  ctx: RequestContext,
  input: WithReason & { readonly action: AccountAction["action"] },
  apply: (tx: Tx, account: LockedAccount) => Promise<AdministeredUser | null>,
): Promise<AdminUser> {
  const { userId, action } = input;
  const by = actorOf(ctx);
  requireOther(by.userId, userId);
  const reason = parseReason(input.reason);
  const at = deps.clock.now();
  return deps.db.transact(ctx, async (tx) => {
    const known = await deps.administration.lockWithAdmins(tx, userId);
    const user = known.find(({ id }) => id === userId);
    if (!user) throw noSuchUser();
    const changed = await apply(tx, { user, known, at });
    if (changed)
      await deps.administration.addAction(tx, {
        ...{ id: deps.ids.next(), userId, action, reason, at },
        by: by.name,
        rolesBefore: user.roles,
        rolesAfter: changed.roles,
      });
    return toAdminUser(changed ?? user);
  });
}

/** A user's id, or the name of a command. */
export function actorOf({ actor }: RequestContext): { userId: Id | null; name: string } {
  if (actor.type === "user") return { userId: actor.id, name: actor.id };
  if (actor.type === "system") return { userId: null, name: actor.name };
  throw new Error("strangers change no accounts");
}

function parseReason(text: string): string {
  const reason = text.trim();
  if (reason === "" || reason.length > maxReasonLength)
    throw invalidField("/reason", `Must have 1 to ${maxReasonLength} characters.`);
  return reason;
}

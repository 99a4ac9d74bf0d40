import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Role } from "../contract.ts";
import type { IdentityDeps } from "../deps.ts";
import { roleSet } from "../domain/account-rules.ts";
import { parseAddress } from "../domain/address.ts";
import { parseDisplayName } from "../domain/display-name.ts";
import { displayNameKey } from "../domain/display-name-key.ts";
import { identityErrors } from "../errors.ts";
import { actorOf } from "./change-account.ts";
import { checkPassword } from "./check-password.ts";

type Deps = Pick<
  IdentityDeps,
  | "db"
  | "clock"
  | "ids"
  | "events"
  | "settings"
  | "domainNames"
  | "passwords"
  | "passwordStrength"
  | "users"
  | "administration"
>;

export type CreateAdminInput = {
  readonly address: string;
  readonly displayName: string;
  readonly password: string;
};

/** Until they set their own. */
const firstSettings = {
  locale: "en",
  timeZone: "UTC",
  baseCurrency: "USD" as CurrencyCode,
  mutedCategories: [],
};
const noRoles: readonly Role[] = [];

/**
 * A user with the role admin, whose address nobody has to prove: whoever may run commands on the server is believed.
 * Errors: `input.invalid` naming /address, /displayName or /password; `identity.address_taken` (409).
 */
export async function createAdmin(
  deps: Deps,
  ctx: RequestContext,
  input: CreateAdminInput,
): Promise<{ userId: Id }> {
  const { address, addressKey } = parseAddress(deps.domainNames, input.address, "/address");
  const displayName = parseDisplayName(input.displayName);
  checkPassword(deps, "/password", input.password, { address, displayName });
  const passwordHash = await deps.passwords.hash(input.password);

  const at = deps.clock.now();
  const userId = deps.ids.next();
  const roles = roleSet(["admin"]);
  await deps.db.transact(ctx, async (tx) => {
    const isNew = await deps.users.insert(tx, {
      ...firstSettings,
      ...{ id: userId, address, addressKey, displayName, roles },
      displayNameKey: displayNameKey(displayName),
      status: "active",
      termsVersion: deps.settings.termsVersion,
      termsAcceptedAt: at,
      hasSecondFactor: false,
      claimsVersion: 0,
      createdAt: at,
      updatedAt: at,
    });
    if (!isNew) throw identityErrors.fail("address_taken", "This address has an account.");
    await deps.users.insertCredentials(tx, { userId, passwordHash, changedAt: at });
    await deps.events.publish(tx, "identity.user_registered.v1", { userId });
    await deps.administration.addAction(tx, {
      ...{ id: deps.ids.next(), userId, action: "admin_created", at },
      reason: "Created on the server.",
      by: actorOf(ctx).name,
      rolesBefore: noRoles,
      rolesAfter: roles,
    });
  });
  return { userId };
}

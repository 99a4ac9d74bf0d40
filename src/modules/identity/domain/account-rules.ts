import type { Id } from "#platform/kernel/ids";
import type { Role, UserStatus } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { roles } from "./roles.ts";

export const maxReasonLength = 500;

/** As much of an account as the rules ask about. */
export type Account = {
  readonly id: Id;
  readonly status: UserStatus;
  readonly roles: readonly Role[];
};

/** Throws `identity.own_account`: nobody suspends, restores or promotes himself. `actorId` null = the installation. */
export function requireOther(actorId: Id | null, userId: Id): void {
  if (actorId === userId)
    throw identityErrors.fail("own_account", "Somebody else has to do this to your account.");
}

/** Throws `identity.wrong_state` unless the account is in the state that the change begins from. */
export function requireStatus({ status }: Account, wanted: UserStatus): void {
  if (status !== wanted)
    throw identityErrors.fail("wrong_state", `The account is not ${wanted}, it is ${status}.`);
}

/** Throws `identity.last_admin` when nobody but this account is an active administrator. */
export function requireOtherAdmin({ id }: Account, known: readonly Account[]): void {
  if (!known.some((other) => other.id !== id && isActiveAdmin(other)))
    throw identityErrors.fail("last_admin", "Make somebody else an administrator first.");
}

export const isActiveAdmin = (account: Account): boolean =>
  account.status === "active" && account.roles.includes("admin");

/** The wanted set in its usual order, each once, `user` always among them. */
export const roleSet = (wanted: readonly Role[]): Role[] =>
  roles.filter((role) => role === "user" || wanted.includes(role));

export const sameRoles = (one: readonly Role[], other: readonly Role[]): boolean =>
  roleSet(one).join() === roleSet(other).join();

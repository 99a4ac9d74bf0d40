import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Page } from "#platform/kernel/page";
import type { Instant } from "#platform/kernel/time";
import type { Role, UserStatus } from "./contract.ts";

/** A user as administrators see one: the address masked ("e***@example.org"). */
export type AdminUser = {
  readonly id: Id;
  readonly maskedAddress: string;
  readonly displayName: string;
  readonly status: UserStatus;
  readonly roles: readonly Role[];
  readonly secondFactor: boolean;
  readonly createdAt: Instant;
};

/** What was done to an account, by whom and why. */
export type AccountAction = {
  readonly id: Id;
  readonly action: "suspended" | "restored" | "roles_changed" | "admin_created";
  readonly reason: string;
  /** A user's id, or the name of a command. */
  readonly by: string;
  readonly at: Instant;
  readonly rolesBefore: readonly Role[];
  readonly rolesAfter: readonly Role[];
};

export type SearchUsersInput = {
  /** A whole address, a user's id, or the beginning of a display name; absent = everybody, the newest first. */
  readonly search?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly role?: Role | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** 1 to 500 characters, kept with the action. */
export type WithReason = { readonly userId: Id; readonly reason: string };

/**
 * Verbs for administrators. Errors: `identity.user_not_found` (404), `identity.wrong_state` (409),
 * `identity.own_account` (409), `identity.last_admin` (409), `input.invalid` (422) for a reason or a cursor.
 */
export type IdentityAdminApi = {
  searchUsers(ctx: RequestContext, input: SearchUsersInput): Promise<Page<AdminUser>>;
  userForAdmin(ctx: RequestContext, input: { readonly userId: Id }): Promise<AdminUser>;
  accountActions(
    ctx: RequestContext,
    input: { readonly userId: Id; readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<AccountAction>>;
  /** Ends every session at once; logging in answers as if the password were wrong. */
  suspendUser(ctx: RequestContext, input: WithReason): Promise<AdminUser>;
  restoreUser(ctx: RequestContext, input: WithReason): Promise<AdminUser>;
  /** The whole new set; `user` is always in it. */
  setRoles(
    ctx: RequestContext,
    input: WithReason & { readonly roles: readonly Role[] },
  ): Promise<AdminUser>;
};

import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Mailbox, UserSummary } from "../contract.ts";
import type { IdentityDeps, NotifiedUser } from "../deps.ts";
import { readAddress } from "../domain/address.ts";

/** Bound of every list of ids that comes from a neighbour. */
export const maxUserIds = 1_000;

type Deps = Pick<IdentityDeps, "db" | "userDirectory">;
type UserIds = { readonly userIds: readonly Id[] };

/** See {@link IdentityApi.usersById}. */
export function usersById(
  deps: Deps,
  _ctx: RequestContext,
  { userIds }: UserIds,
): Promise<readonly UserSummary[]> {
  return deps.userDirectory.summaries(deps.db.read, bounded(userIds));
}

/** How to reach them; see FindNotifiedUsers of platform/notify. */
export async function findNotifiedUsers(
  deps: Deps & Pick<IdentityDeps, "notificationCategories">,
  _ctx: RequestContext,
  { userIds }: UserIds,
): Promise<readonly NotifiedUser[]> {
  const found = await deps.userDirectory.recipients(deps.db.read, bounded(userIds));
  return found.map(({ mutedCategories, ...user }) => ({
    ...user,
    // A category that no longer exists mutes nothing.
    muted: deps.notificationCategories.filter((category) => mutedCategories.includes(category)),
  }));
}

/** See {@link IdentityApi.userIdByAddress}. */
export async function userIdByAddress(
  deps: Deps & Pick<IdentityDeps, "domainNames">,
  _ctx: RequestContext,
  input: { readonly address: string },
): Promise<{ userId: Id | null }> {
  const address = readAddress(deps.domainNames, input.address);
  if (!address) return { userId: null };
  return { userId: await deps.userDirectory.idByAddressKey(deps.db.read, address.addressKey) };
}

/** See {@link IdentityApi.addressesOf}. */
export function addressesOf(
  deps: Deps,
  _ctx: RequestContext,
  { userIds }: UserIds,
): Promise<readonly (Mailbox & { readonly userId: Id })[]> {
  return deps.userDirectory.mailboxes(deps.db.read, bounded(userIds));
}

/** See {@link IdentityApi.mailboxOf}. */
export async function mailboxOf(
  deps: Pick<IdentityDeps, "domainNames">,
  _ctx: RequestContext,
  input: { readonly address: string },
): Promise<{ mailbox: Mailbox | null }> {
  const read = readAddress(deps.domainNames, input.address);
  return { mailbox: read && { address: read.address, key: read.addressKey } };
}

/** Each once. */
export function bounded(userIds: readonly Id[]): Id[] {
  if (userIds.length > maxUserIds)
    throw invalidField("userIds", `Must name at most ${maxUserIds} users.`);
  return [...new Set(userIds)];
}

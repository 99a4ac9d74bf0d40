import type { RequestContext } from "#platform/kernel/context";
import { type Id, isId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { AccountAction, AdminUser, SearchUsersInput } from "../contract.admin.ts";
import type { AdministeredUser, IdentityDeps, UserCriteria } from "../deps.ts";
import { roleSet } from "../domain/account-rules.ts";
import { readAddress } from "../domain/address.ts";
import { displayNameKey } from "../domain/display-name-key.ts";
import { maskAddress } from "../domain/mask-address.ts";
import { identityErrors } from "../errors.ts";

type Deps = Pick<IdentityDeps, "db" | "administration" | "domainNames">;

/** See {@link IdentityAdminApi.searchUsers}. */
export async function searchUsers(
  deps: Deps,
  _ctx: RequestContext,
  input: SearchUsersInput,
): Promise<Page<AdminUser>> {
  const { search, status, role, limit, cursor } = input;
  const criteria = { ...readSearch(deps, search), status, role };
  const before = decodeMoment(cursor, "at");
  const rows = await deps.administration.search(deps.db.read, criteria, {
    before,
    limit: limit + 1,
  });
  return pageOf(rows.map(toAdminUser), limit, ({ createdAt, id }) => [createdAt, id]);
}

/** An id or a whole address finds that user alone; everything else is the beginning of a name. */
function readSearch(deps: Deps, search: string | undefined): UserCriteria {
  const term = search?.trim() ?? "";
  if (term === "") return {};
  const id = term.toLowerCase();
  if (isId(id)) return { id };
  const address = readAddress(deps.domainNames, term);
  if (address) return { addressKey: address.addressKey };
  return { nameKeyPrefix: displayNameKey(term) };
}

/** See {@link IdentityAdminApi.userForAdmin}. */
export async function userForAdmin(
  deps: Deps,
  _ctx: RequestContext,
  { userId }: { readonly userId: Id },
): Promise<AdminUser> {
  const user = await deps.administration.find(deps.db.read, userId);
  if (!user) throw noSuchUser();
  return toAdminUser(user);
}

/** See {@link IdentityAdminApi.accountActions}. */
export async function accountActions(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly userId: Id; readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<AccountAction>> {
  const { userId, limit, cursor } = input;
  const before = decodeMoment(cursor, "at");
  await userForAdmin(deps, ctx, { userId });
  const rows = await deps.administration.actions(deps.db.read, userId, {
    before,
    limit: limit + 1,
  });
  return pageOf(rows, limit, ({ at, id }) => [at, id]);
}

export const noSuchUser = () => identityErrors.fail("user_not_found", "There is no such user.");

export const toAdminUser = (user: AdministeredUser): AdminUser => ({
  id: user.id,
  maskedAddress: maskAddress(user.address),
  displayName: user.displayName,
  status: user.status,
  roles: roleSet(user.roles),
  secondFactor: user.hasSecondFactor,
  createdAt: user.createdAt,
});

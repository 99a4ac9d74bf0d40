import type { IdentityAdminApi } from "#modules/identity/contract.admin";

/** The neighbours' verbs for administrators. */
export type AdminDeps = {
  readonly identity: IdentityAdminApi;
};

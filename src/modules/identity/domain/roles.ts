import type { Role } from "../contract.ts";

export const roles = ["user", "operator", "support", "admin"] as const satisfies readonly Role[];

/** Every permission and who has it. The only place that says so. */
const permissionsOfRole: Readonly<Record<Role, readonly string[]>> = {
  user: [
    ...["identity:manage_self", "billing:read_self", "ledger:read", "ledger:write"],
    ...["reports:read", "reports:write", "gbs:read", "gbs:write"],
  ],
  // Reviews evidence, and nothing else.
  operator: ["gbs:review"],
  support: ["admin:read_users"],
  admin: [
    ...["admin:read_users", "admin:suspend_users", "admin:grant_roles"],
    ...["gbs:inspect", "gbs:hold", "gbs:moderate", "audit:read"],
  ],
};

/** Roles that count only for whoever has a second factor: without one they give nothing until it is set up. */
const rolesWithSecondFactor: readonly Role[] = ["operator", "support", "admin"];

/** The roles that count at present; a token claims these. */
export const effectiveRoles = (granted: readonly Role[], hasSecondFactor: boolean): Role[] =>
  roles.filter(
    (role) => granted.includes(role) && (hasSecondFactor || !rolesWithSecondFactor.includes(role)),
  );

export const permissionsOf = (effective: readonly Role[]): string[] =>
  [...new Set(effective.flatMap((role) => permissionsOfRole[role]))].toSorted();

/** Whether one of the granted roles gives nothing until a second factor is set up. */
export const needsSecondFactor = (granted: readonly Role[]): boolean =>
  granted.some((role) => rolesWithSecondFactor.includes(role));

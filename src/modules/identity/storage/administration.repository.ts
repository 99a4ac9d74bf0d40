import { and, asc, desc, eq, like, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { AccountAction } from "../contract.admin.ts";
import type { Role, UserStatus } from "../contract.ts";
import { accountActions, users } from "./tables.ts";

/** A user as administrators look at one; the address still in full. */
export type AdministeredUser = {
  readonly id: Id;
  readonly address: string;
  readonly displayName: string;
  readonly status: UserStatus;
  readonly roles: readonly Role[];
  readonly hasSecondFactor: boolean;
  readonly createdAt: Instant;
};

/** Which users; every criterion that is there must hold. */
export type UserCriteria = {
  readonly id?: Id | undefined;
  readonly addressKey?: string | undefined;
  /** The beginning of a display name, as domain/display-name-key.ts writes it. */
  readonly nameKeyPrefix?: string | undefined;
  readonly status?: UserStatus | undefined;
  readonly role?: Role | undefined;
};

/** The last item of the page before, in lists with the newest first. */
export type Before = { readonly at: Instant; readonly id: Id };

export type NewAccountAction = AccountAction & { readonly userId: Id };

export type AdministrationRepository = ReturnType<typeof createAdministrationRepository>;

const administered = {
  id: users.id,
  address: users.address,
  displayName: users.displayName,
  status: users.status,
  roles: users.roles,
  hasSecondFactor: users.hasSecondFactor,
  createdAt: users.createdAt,
};

export function createAdministrationRepository() {
  return {
    async find(reader: Reader, userId: Id): Promise<AdministeredUser | undefined> {
      const [row] = await reader.select(administered).from(users).where(eq(users.id, userId));
      return row;
    },

    /** The newest first. */
    search(
      reader: Reader,
      criteria: UserCriteria,
      page: { readonly before?: Before | undefined; readonly limit: number },
    ): Promise<AdministeredUser[]> {
      const { before, limit } = page;
      return reader
        .select(administered)
        .from(users)
        .where(
          and(
            ...conditionsOf(criteria),
            before &&
              sql`(${users.createdAt}, ${users.id}) < (${before.at}::timestamptz, ${before.id}::uuid)`,
          ),
        )
        .orderBy(desc(users.createdAt), desc(users.id))
        .limit(limit);
    },

    /**
     * The user and all active administrators, in the order of their ids and locked to the end of the transaction: two
     * administrators who remove each other at once wait here, and the second one sees what the first one did. The lock
     * leaves the users their sessions: it is not the one that a foreign key waits for.
     */
    lockWithAdmins(tx: Tx, userId: Id): Promise<AdministeredUser[]> {
      return tx
        .select(administered)
        .from(users)
        .where(or(eq(users.id, userId), and(hasRole("admin"), eq(users.status, "active"))))
        .orderBy(asc(users.id))
        .for("no key update");
    },

    async setStatus(tx: Tx, userId: Id, status: UserStatus, at: Instant): Promise<void> {
      await tx.update(users).set({ status, updatedAt: at }).where(eq(users.id, userId));
    },

    async setRoles(tx: Tx, userId: Id, roles: readonly Role[], at: Instant): Promise<void> {
      await tx
        .update(users)
        .set({ roles: [...roles], updatedAt: at })
        .where(eq(users.id, userId));
    },

    async addAction(tx: Tx, action: NewAccountAction): Promise<void> {
      await tx.insert(accountActions).values({
        id: action.id,
        userId: action.userId,
        action: action.action,
        reason: action.reason,
        actedBy: action.by,
        actedAt: action.at,
        rolesBefore: [...action.rolesBefore],
        rolesAfter: [...action.rolesAfter],
      });
    },

    /** What was done to the user, the newest first. */
    actions(
      reader: Reader,
      userId: Id,
      page: { readonly before?: Before | undefined; readonly limit: number },
    ): Promise<AccountAction[]> {
      const { before, limit } = page;
      return reader
        .select({
          id: accountActions.id,
          action: accountActions.action,
          reason: accountActions.reason,
          by: accountActions.actedBy,
          at: accountActions.actedAt,
          rolesBefore: accountActions.rolesBefore,
          rolesAfter: accountActions.rolesAfter,
        })
        .from(accountActions)
        .where(
          and(
            eq(accountActions.userId, userId),
            before &&
              sql`(${accountActions.actedAt}, ${accountActions.id}) < (${before.at}::timestamptz, ${before.id}::uuid)`,
          ),
        )
        .orderBy(desc(accountActions.actedAt), desc(accountActions.id))
        .limit(limit);
    },
  };
}

function conditionsOf(criteria: UserCriteria): (SQL | undefined)[] {
  const { id, addressKey, nameKeyPrefix, status, role } = criteria;
  return [
    id === undefined ? undefined : eq(users.id, id),
    addressKey === undefined ? undefined : eq(users.addressKey, addressKey),
    nameKeyPrefix === undefined
      ? undefined
      : like(users.displayNameKey, `${nameKeyPrefix.replace(/[\\%_]/g, "\\$&")}%`),
    status === undefined ? undefined : eq(users.status, status),
    // Everybody is a user: that narrows nothing.
    role === undefined || role === "user" ? undefined : hasRole(role),
  ];
}

/** The first condition is the one that the index of those with more than one role has. */
const hasRole = (role: Exclude<Role, "user">): SQL =>
  sql`(cardinality(${users.roles}) > 1 and ${role} = any(${users.roles}))`;

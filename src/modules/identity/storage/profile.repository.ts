import { eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { StoredProfile } from "../domain/profile.ts";
import { recoveryCodes, users } from "./tables.ts";

/** What a user may change of himself. A field that is absent or undefined stays as it is. */
export type ProfileChanges = {
  readonly displayName?: string | undefined;
  readonly displayNameKey?: string | undefined;
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly baseCurrency?: CurrencyCode | undefined;
  readonly mutedCategories?: string[] | undefined;
};

export type ProfileRepository = ReturnType<typeof createProfileRepository>;

export function createProfileRepository() {
  return {
    async find(reader: Reader, userId: Id): Promise<StoredProfile | undefined> {
      const [row] = await reader
        .select({
          id: users.id,
          address: users.address,
          displayName: users.displayName,
          roles: users.roles,
          locale: users.locale,
          timeZone: users.timeZone,
          baseCurrency: users.baseCurrency,
          mutedCategories: users.mutedCategories,
          hasSecondFactor: users.hasSecondFactor,
          recoveryCodesLeft: sql<number>`(select count(*)::int from ${recoveryCodes}
            where ${recoveryCodes.userId} = ${users.id} and ${recoveryCodes.usedAt} is null)`,
          termsVersion: users.termsVersion,
          createdAt: users.createdAt,
        })
        .from(users)
        .where(eq(users.id, userId));
      return row;
    },

    /** What two changes at once could overwrite for each other; locked to the end of the transaction. */
    async lockMutedCategories(tx: Tx, userId: Id): Promise<string[] | undefined> {
      const [row] = await tx
        .select({ mutedCategories: users.mutedCategories })
        .from(users)
        .where(eq(users.id, userId))
        .for("no key update");
      return row?.mutedCategories;
    },

    /** False when there is no such user. */
    async change(tx: Tx, userId: Id, changes: ProfileChanges, at: Instant): Promise<boolean> {
      const changed = await tx
        .update(users)
        .set({ ...changes, updatedAt: at })
        .where(eq(users.id, userId))
        .returning({ id: users.id });
      return changed.length > 0;
    },
  };
}

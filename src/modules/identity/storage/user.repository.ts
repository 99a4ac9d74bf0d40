import { and, eq } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { credentials, users } from "./tables.ts";

export type StoredUser = typeof users.$inferSelect;
export type NewUser = typeof users.$inferInsert;
export type StoredCredentials = typeof credentials.$inferSelect;

export type UserRepository = ReturnType<typeof createUserRepository>;

export function createUserRepository() {
  return {
    /** False when the address has a user already; of two at once the second waits for the first. */
    async insert(tx: Tx, user: NewUser): Promise<boolean> {
      const rows = await tx
        .insert(users)
        .values(user)
        .onConflictDoNothing({ target: users.addressKey })
        .returning({ id: users.id });
      return rows.length > 0;
    },

    async byId(reader: Reader, id: Id): Promise<StoredUser | undefined> {
      const [user] = await reader.select().from(users).where(eq(users.id, id));
      return user;
    },

    async byAddressKey(reader: Reader, addressKey: string): Promise<StoredUser | undefined> {
      const [user] = await reader.select().from(users).where(eq(users.addressKey, addressKey));
      return user;
    },

    async insertCredentials(tx: Tx, stored: StoredCredentials): Promise<void> {
      await tx.insert(credentials).values(stored);
    },

    async credentialsOf(reader: Reader, userId: Id): Promise<StoredCredentials | undefined> {
      const [stored] = await reader
        .select()
        .from(credentials)
        .where(eq(credentials.userId, userId));
      return stored;
    },

    /** A new password. */
    async changePassword(tx: Tx, userId: Id, passwordHash: string, at: Instant): Promise<void> {
      await tx
        .update(credentials)
        .set({ passwordHash, changedAt: at })
        .where(eq(credentials.userId, userId));
    },

    /** The same password with a stronger hash; nothing when the password has changed meanwhile. */
    async rehash(tx: Tx, userId: Id, hashes: { from: string; to: string }): Promise<void> {
      await tx
        .update(credentials)
        .set({ passwordHash: hashes.to })
        .where(and(eq(credentials.userId, userId), eq(credentials.passwordHash, hashes.from)));
    },
  };
}

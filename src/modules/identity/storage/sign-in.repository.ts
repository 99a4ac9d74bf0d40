import { and, eq } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { Role, UserStatus } from "../contract.ts";
import { credentials, users } from "./tables.ts";

export type SignInAccount = {
  readonly userId: Id;
  readonly status: UserStatus;
  readonly hasSecondFactor: boolean;
  readonly passwordHash: string;
  /** When it became another password; a new hash of the same one does not count. */
  readonly passwordChangedAt: Instant;
};

/** What a token says of a user, but for the plan. */
export type TokenSubject = {
  readonly status: UserStatus;
  readonly roles: Role[];
  readonly hasSecondFactor: boolean;
  readonly claimsVersion: number;
};

export type SignInRepository = ReturnType<typeof createSignInRepository>;

const account = {
  userId: users.id,
  status: users.status,
  hasSecondFactor: users.hasSecondFactor,
};
const password = {
  passwordHash: credentials.passwordHash,
  passwordChangedAt: credentials.changedAt,
};

export function createSignInRepository() {
  return {
    async findByAddress(reader: Reader, addressKey: string): Promise<SignInAccount | undefined> {
      const [row] = await reader
        .select({ ...account, ...password })
        .from(users)
        .innerJoin(credentials, eq(credentials.userId, users.id))
        .where(eq(users.addressKey, addressKey));
      return row;
    },

    /** The account as it is now; it stays so until the transaction is over. */
    async lock(tx: Tx, userId: Id): Promise<SignInAccount | undefined> {
      const [user] = await tx
        .select(account)
        .from(users)
        .where(eq(users.id, userId))
        .for("no key update");
      const [stored] = await tx
        .select(password)
        .from(credentials)
        .where(eq(credentials.userId, userId))
        .for("no key update");
      return user && stored && { ...user, ...stored };
    },

    /** The same password, hashed anew. Nothing when it was changed meanwhile. */
    async replaceHash(
      tx: Tx,
      userId: Id,
      hashes: { readonly from: string; readonly to: string },
    ): Promise<void> {
      await tx
        .update(credentials)
        .set({ passwordHash: hashes.to })
        .where(and(eq(credentials.userId, userId), eq(credentials.passwordHash, hashes.from)));
    },

    async tokenSubject(reader: Reader, userId: Id): Promise<TokenSubject | undefined> {
      const [row] = await reader
        .select({
          status: users.status,
          roles: users.roles,
          hasSecondFactor: users.hasSecondFactor,
          claimsVersion: users.claimsVersion,
        })
        .from(users)
        .where(eq(users.id, userId));
      return row;
    },
  };
}

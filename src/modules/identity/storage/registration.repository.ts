import { and, asc, desc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { attemptsPerCode, type Registration, validCodes } from "../domain/registration.ts";
import { registrationCodes, registrations } from "./tables.ts";

export type NewRegistration = Omit<Registration, "newestCode" | "userId" | "passwordHash"> & {
  readonly passwordHash: string;
};

export type NewCode = {
  readonly registrationId: Id;
  readonly number: number;
  readonly mac: string;
  readonly mailed: boolean;
  readonly sentAt: Instant;
  readonly expiresAt: Instant;
};

export type RegistrationRepository = ReturnType<typeof createRegistrationRepository>;

export function createRegistrationRepository() {
  async function withNewestCode(
    reader: Reader,
    row: typeof registrations.$inferSelect | undefined,
  ): Promise<Registration | undefined> {
    if (!row) return undefined;
    const [newestCode] = await reader
      .select({ number: registrationCodes.number, sentAt: registrationCodes.sentAt })
      .from(registrationCodes)
      .where(eq(registrationCodes.registrationId, row.id))
      .orderBy(desc(registrationCodes.number))
      .limit(1);
    // Both are deleted together, perhaps between the two statements.
    return newestCode && { ...row, newestCode };
  }

  return {
    async insert(tx: Tx, registration: NewRegistration): Promise<void> {
      await tx.insert(registrations).values(registration);
    },

    async find(reader: Reader, id: Id): Promise<Registration | undefined> {
      const [row] = await reader.select().from(registrations).where(eq(registrations.id, id));
      return withNewestCode(reader, row);
    },

    /** Whoever changes it waits until this transaction ends. */
    async lock(tx: Tx, id: Id): Promise<Registration | undefined> {
      const [row] = await tx
        .select()
        .from(registrations)
        .where(eq(registrations.id, id))
        .for("update");
      return withNewestCode(tx, row);
    },

    async addCode(tx: Tx, code: NewCode): Promise<void> {
      await tx.insert(registrationCodes).values({ ...code, attempts: 0 });
    },

    /** Where the next code goes, and how long it works. */
    async renew(
      tx: Tx,
      id: Id,
      change: Pick<Registration, "address" | "addressKey" | "decoy" | "expiresAt">,
    ): Promise<void> {
      const { address, addressKey, decoy, expiresAt } = change;
      await tx
        .update(registrations)
        .set({ address, addressKey, decoy, expiresAt })
        .where(eq(registrations.id, id));
    },

    /** Codes that were sent to an address prove nothing about another. */
    async endCodes(tx: Tx, id: Id, now: Instant): Promise<void> {
      await tx
        .update(registrationCodes)
        .set({ expiresAt: now })
        .where(and(eq(registrationCodes.registrationId, id), gt(registrationCodes.expiresAt, now)));
    },

    /**
     * Takes one attempt of each code that works at `now`, and gives their MACs. None = there is nothing to be guessed:
     * all are expired, overtaken or used up.
     */
    async takeAttempt(tx: Tx, id: Id, now: Instant): Promise<{ number: number; mac: string }[]> {
      const newest = tx
        .select({ number: registrationCodes.number })
        .from(registrationCodes)
        .where(and(eq(registrationCodes.registrationId, id), eq(registrationCodes.mailed, true)))
        .orderBy(desc(registrationCodes.number))
        .limit(validCodes);
      const working = tx
        .select({ number: registrationCodes.number })
        .from(registrationCodes)
        .where(
          and(
            eq(registrationCodes.registrationId, id),
            inArray(registrationCodes.number, newest),
            lt(registrationCodes.attempts, attemptsPerCode),
            gt(registrationCodes.expiresAt, now),
          ),
        )
        .orderBy(asc(registrationCodes.number))
        .for("update");
      return tx
        .update(registrationCodes)
        .set({ attempts: sql`${registrationCodes.attempts} + 1` })
        .where(
          and(eq(registrationCodes.registrationId, id), inArray(registrationCodes.number, working)),
        )
        .returning({ number: registrationCodes.number, mac: registrationCodes.mac });
    },

    /** It has become a user; the hash of the password is the user's now. */
    async complete(tx: Tx, id: Id, userId: Id): Promise<void> {
      await tx
        .update(registrations)
        .set({ userId, passwordHash: null })
        .where(eq(registrations.id, id));
    },

    /** Deletes at most `limit` registrations, with their codes, that expired before `before`; gives how many. */
    async purge(tx: Tx, before: Instant, limit: number): Promise<number> {
      const old = tx
        .select({ id: registrations.id })
        .from(registrations)
        .where(lt(registrations.expiresAt, before))
        .orderBy(asc(registrations.id))
        .limit(limit)
        .for("update");
      const rows = await tx
        .delete(registrations)
        .where(inArray(registrations.id, old))
        .returning({ id: registrations.id });
      return rows.length;
    },
  };
}

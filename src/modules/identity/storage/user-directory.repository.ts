import { eq, inArray } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Mailbox, UserSummary } from "../contract.ts";
import { users } from "./tables.ts";

/** A user as notify needs one. */
export type StoredRecipient = {
  readonly userId: Id;
  readonly name: string;
  readonly address: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly mutedCategories: readonly string[];
};

export type UserDirectoryRepository = ReturnType<typeof createUserDirectoryRepository>;

/** Finds users for those who know only an id or an address. One statement each, whatever their number. */
export function createUserDirectoryRepository() {
  return {
    async summaries(reader: Reader, userIds: readonly Id[]): Promise<UserSummary[]> {
      if (userIds.length === 0) return [];
      return reader
        .select({
          id: users.id,
          displayName: users.displayName,
          status: users.status,
          locale: users.locale,
          timeZone: users.timeZone,
          baseCurrency: users.baseCurrency,
        })
        .from(users)
        .where(inArray(users.id, [...userIds]));
    },

    async recipients(reader: Reader, userIds: readonly Id[]): Promise<StoredRecipient[]> {
      if (userIds.length === 0) return [];
      return reader
        .select({
          userId: users.id,
          name: users.displayName,
          address: users.address,
          locale: users.locale,
          timeZone: users.timeZone,
          mutedCategories: users.mutedCategories,
        })
        .from(users)
        .where(inArray(users.id, [...userIds]));
    },

    async mailboxes(
      reader: Reader,
      userIds: readonly Id[],
    ): Promise<(Mailbox & { readonly userId: Id })[]> {
      if (userIds.length === 0) return [];
      return reader
        .select({ userId: users.id, address: users.address, key: users.addressKey })
        .from(users)
        .where(inArray(users.id, [...userIds]));
    },

    async idByAddressKey(reader: Reader, addressKey: string): Promise<Id | null> {
      const [row] = await reader
        .select({ id: users.id })
        .from(users)
        .where(eq(users.addressKey, addressKey));
      return row?.id ?? null;
    },
  };
}

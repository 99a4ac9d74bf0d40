import { and, asc, desc, eq, gt, lte, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { DebtParty, DebtState } from "../contract.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { loadSnapshots } from "./load-snapshots.ts";
import { debts, instalments, reminders } from "./tables.ts";

/** What stands beside a debt and decides nothing about it. */
export type NewDebt = {
  readonly snapshot: DebtSnapshot;
  readonly invitedAddressKey: string;
  readonly wakeAt: Instant | null;
};
/** Whose debt it is. */
export type DebtParties = Pick<DebtSnapshot, "id" | "lenderId" | "borrowerId">;
export type DebtPosition = { readonly offeredAt: Instant; readonly id: Id };

export type DebtRepository = ReturnType<typeof createDebtRepository>;

/** Debts as one of {@link DebtSnapshot}: read in batches, and changed by whoever holds the lock of the row. */
export function createDebtRepository() {
  const one = async (reader: Reader, row: typeof debts.$inferSelect | undefined) =>
    row && (await loadSnapshots(reader, [row], { reminded: true })).at(0);
  return {
    /** Of anybody. */
    async find(reader: Reader, id: Id): Promise<DebtSnapshot | undefined> {
      const [row] = await reader.select().from(debts).where(eq(debts.id, id));
      return one(reader, row);
    },

    /** As {@link find}, for the rest of the transaction nobody else changes it. */
    async lock(tx: Tx, id: Id): Promise<DebtSnapshot | undefined> {
      const [row] = await tx.select().from(debts).where(eq(debts.id, id)).for("update");
      return one(tx, row);
    },

    /** As {@link lock}, when time has something to do to it; undefined when somebody else is at it. */
    async lockDue(tx: Tx, id: Id, now: Instant): Promise<DebtSnapshot | undefined> {
      const [row] = await tx
        .select()
        .from(debts)
        .where(and(eq(debts.id, id), lte(debts.wakeAt, now)))
        .for("update", { skipLocked: true });
      return one(tx, row);
    },

    /** Debts to which time has something to do, by id. */
    due(
      reader: Reader,
      now: Instant,
      after: Id | undefined,
      limit: number,
    ): Promise<DebtParties[]> {
      return reader
        .select({ id: debts.id, lenderId: debts.lenderId, borrowerId: debts.borrowerId })
        .from(debts)
        .where(and(lte(debts.wakeAt, now), after && gt(debts.id, after)))
        .orderBy(asc(debts.id))
        .limit(limit);
    },

    /** What a user is a party to and may know of, the newest offer first; without the reminders. */
    async list(
      reader: Reader,
      query: {
        readonly userId: Id;
        readonly role: DebtParty | undefined;
        readonly state: DebtState | undefined;
        readonly after: DebtPosition | undefined;
        readonly limit: number;
      },
    ): Promise<DebtSnapshot[]> {
      const { userId, role, state, after, limit } = query;
      const asLender = eq(debts.lenderId, userId);
      const asBorrower = and(eq(debts.borrowerId, userId), eq(debts.suppressed, false));
      const party = { lender: asLender, borrower: asBorrower };
      const rows = await reader
        .select()
        .from(debts)
        .where(
          and(
            role === undefined ? or(asLender, asBorrower) : party[role],
            state && eq(debts.state, state),
            after &&
              sql`(${debts.offeredAt}, ${debts.id}) < (${after.offeredAt}::timestamptz, ${after.id}::uuid)`,
          ),
        )
        .orderBy(desc(debts.offeredAt), desc(debts.id))
        .limit(limit);
      return loadSnapshots(reader, rows, { reminded: false });
    },

    async add(tx: Tx, { snapshot, invitedAddressKey, wakeAt }: NewDebt): Promise<void> {
      const { id, lenderId, invitedAddress, offeredAt } = snapshot;
      await tx.insert(debts).values({
        ...{ id, lenderId, invitedAddress, invitedAddressKey, offeredAt, wakeAt },
        currency: snapshot.terms.amount.currency,
        evidence: snapshot.evidence,
        ...columnsOf(snapshot),
      });
      await addInstalments(tx, snapshot);
    },

    /** All of the row that changes; with the instalments when the terms are new, and reminders that were not sent before. */
    async save(
      tx: Tx,
      before: DebtSnapshot,
      after: DebtSnapshot,
      wakeAt: Instant | null,
      at: Instant,
    ): Promise<void> {
      await tx
        .update(debts)
        .set({ ...columnsOf(after), wakeAt })
        .where(eq(debts.id, after.id));
      if (after.termsVersion !== before.termsVersion) await addInstalments(tx, after);
      const known = new Set(before.reminded.map(({ dueOn, stage }) => `${dueOn} ${stage}`));
      const sent = after.reminded.filter(({ dueOn, stage }) => !known.has(`${dueOn} ${stage}`));
      if (sent.length === 0) return;
      await tx
        .insert(reminders)
        .values(sent.map((mark) => ({ ...mark, debtId: after.id, sentAt: at })));
    },
  };
}

const columnsOf = (debt: DebtSnapshot) => ({
  borrowerId: debt.borrowerId,
  state: debt.state,
  suppressed: debt.suppressed,
  textHidden: debt.textHidden,
  amount: debt.terms.amount.amount,
  description: debt.terms.description,
  timeZone: debt.terms.timeZone,
  termsVersion: debt.termsVersion,
  offerExpiresAt: debt.offerExpiresAt,
  acceptedAt: debt.acceptedAt,
  defaultedAt: debt.defaultedAt,
  endedAt: debt.endedAt,
  sendBacks: debt.sendBacks,
  paid: debt.paid.amount,
  chainLength: debt.custody.length,
  chainHead: debt.custody.hash,
  version: debt.version,
});

async function addInstalments(tx: Tx, { id, termsVersion, terms }: DebtSnapshot): Promise<void> {
  await tx.insert(instalments).values(
    terms.instalments.map(({ dueOn, amount }, index) => ({
      ...{ debtId: id, termsVersion, position: index + 1, dueOn, amount: amount.amount },
    })),
  );
}

import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import type { People, Person } from "./debt-step.ts";

type Parties = Pick<DebtSnapshot, "lenderId" | "borrowerId">;

/** Both parties of at most a page of debts, by the debts' order. Never inside a transaction. */
export async function peopleOf(
  deps: Pick<GbsDeps, "identity">,
  ctx: RequestContext,
  debts: readonly Parties[],
): Promise<readonly People[]> {
  const userIds = [
    ...new Set(debts.flatMap(({ lenderId, borrowerId }) => [lenderId, ...given(borrowerId)])),
  ];
  if (userIds.length === 0) return [];
  const [users, addresses] = await Promise.all([
    deps.identity.usersById(ctx, { userIds }),
    deps.identity.addressesOf(ctx, { userIds }),
  ]);
  const addressOf = new Map(addresses.map(({ userId, address }) => [userId, address]));
  const persons = new Map<Id, Person>(
    users.map(({ id, displayName, locale, timeZone }) => [
      id,
      { id, displayName, locale, timeZone, address: addressOf.get(id) ?? "" },
    ]),
  );
  const person = (id: Id): Person => {
    const found = persons.get(id);
    if (!found) throw new Error("a party of a debt has no account");
    return found;
  };
  return debts.map(({ lenderId, borrowerId }) => ({
    lender: person(lenderId),
    borrower: borrowerId === null ? null : person(borrowerId),
  }));
}

const given = (id: Id | null): Id[] => (id === null ? [] : [id]);

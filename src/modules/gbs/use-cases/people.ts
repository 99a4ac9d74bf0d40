import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import type { People, Person } from "./debt-step.ts";

type Parties = Pick<DebtSnapshot, "lenderId" | "borrowerId">;

/** Finds the parties of at most a page of debts. The function that it gives throws for a party without an account. */
export async function findPeople(
  deps: Pick<GbsDeps, "identity">,
  ctx: RequestContext,
  debts: readonly Parties[],
): Promise<(debt: Parties) => People> {
  const userIds = [...new Set(debts.flatMap(partyIds))];
  const [users, mailboxes] =
    userIds.length === 0
      ? [[], []]
      : await Promise.all([
          deps.identity.usersById(ctx, { userIds }),
          deps.identity.addressesOf(ctx, { userIds }),
        ]);
  const addresses = new Map(mailboxes.map(({ userId, address }) => [userId, address]));
  const summaries = new Map(users.map((user) => [user.id, user]));
  const person = (id: Id): Person => {
    const [user, address] = [summaries.get(id), addresses.get(id)];
    if (!user || address === undefined) throw new Error("a party of a debt has no account");
    const { displayName, locale, timeZone } = user;
    return { id, displayName, locale, timeZone, address };
  };
  return ({ lenderId, borrowerId }) => ({
    lender: person(lenderId),
    borrower: borrowerId === null ? null : person(borrowerId),
  });
}

const partyIds = ({ lenderId, borrowerId }: Parties): Id[] =>
  borrowerId === null ? [lenderId] : [lenderId, borrowerId];

import type { UserSummary } from "#modules/identity/contract";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { LedgerDeps } from "../deps.ts";
import { defaultBookName } from "../domain/default-categories.ts";
import { ledgerErrors } from "../errors.ts";
import { addBook } from "./add-book.ts";

type Deps = Pick<LedgerDeps, "db" | "clock" | "ids" | "identity" | "books" | "categories">;

/** Gives the user a default book, in his base currency and language, unless he has one by now. */
export async function makeDefaultBook(
  deps: Deps,
  { actor, requestId, operation }: RequestContext,
  { userId }: { readonly userId: Id },
): Promise<void> {
  // Without the request's Idempotency-Key: that stands for what it asked for, and this comes before.
  const ctx = { actor, requestId, operation };
  const { baseCurrency, locale } = await profileOf(deps, ctx, userId);
  const book = {
    ...{ id: deps.ids.next(), ownerId: userId, isDefault: true, at: deps.clock.now() },
    ...{ name: defaultBookName(locale), baseCurrency, locale },
  };
  await deps.db.transact(ctx, (tx) => addBook(deps, tx, book));
}

/** What a new book takes over. Throws `ledger.book_not_found` (404) for a user who is not there. */
export async function profileOf(
  { identity }: Pick<LedgerDeps, "identity">,
  ctx: RequestContext,
  userId: Id,
): Promise<UserSummary> {
  const [profile] = await identity.usersById(ctx, { userIds: [userId] });
  if (!profile) throw ledgerErrors.fail("book_not_found", "There is no such user.");
  return profile;
}

import type { UserSummary } from "#modules/identity/contract";
import type { Book } from "#modules/ledger/contract";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { ReportLanguage, ScheduleScope } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { requireAccountsOf, type ScopeDefaults } from "../domain/report-scope.ts";

/** What is left out comes from the book and from its user's settings. */
export const defaultsOf = (book: Book, user: UserSummary): ScopeDefaults => ({
  bookId: book.id,
  currency: book.baseCurrency,
  language: languageOf(user.locale),
  timeZone: user.timeZone,
});

/** English for everybody whose language documents are not written in. */
const languageOf = (locale: string): ReportLanguage =>
  (({ de: "de-DE", tr: "tr-TR" }) as const)[locale.slice(0, 2) as "de" | "tr"] ?? "en-US";

export async function requireUser(
  { identity }: Pick<ReportsDeps, "identity">,
  ctx: RequestContext,
  userId: Id,
): Promise<UserSummary> {
  const [user] = await identity.usersById(ctx, { userIds: [userId] });
  if (!user) throw new Error("identity does not know who acts");
  return user;
}

/** Throws a 422 that names every other one; an account of others is as unknown as one that never was. */
export async function requireAccounts(
  { ledger }: Pick<ReportsDeps, "ledger">,
  ctx: RequestContext,
  scope: Pick<ScheduleScope, "bookId" | "accountIds">,
  userId: Id,
): Promise<void> {
  if (scope.accountIds === null) return;
  requireAccountsOf(scope, await ledger.accountsOf(ctx, { userId, bookId: scope.bookId }));
}

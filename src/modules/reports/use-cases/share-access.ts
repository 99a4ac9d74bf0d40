import type { UserSummary } from "#modules/identity/contract";
import type { Book } from "#modules/ledger/contract";
import type { RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import type { OpenedShare, ReportsDeps, StoredReport } from "../deps.ts";
import { type OpeningKind, openingsOf, passwordTries } from "../domain/share.ts";
import { reportsErrors } from "../errors.ts";
import { readableBook } from "./own-report.ts";
import { shareNotFound } from "./own-share.ts";

export type AccessDeps = Pick<
  ReportsDeps,
  | "db"
  | "clock"
  | "ids"
  | "identity"
  | "ledger"
  | "reports"
  | "shares"
  | "shareSecrets"
  | "passwords"
  | "attempts"
>;

/** What somebody shows to open a report. */
export type ShareKey = {
  readonly token: string;
  readonly password?: string | undefined;
  /** Key of the client for limits. */
  readonly client: string;
};

export type SharedThing = {
  readonly share: OpenedShare;
  readonly report: StoredReport;
  readonly sharer: UserSummary;
  readonly book: Book;
};

/**
 * What the key opens. Throws `reports.share_not_found` (404), the same whatever the reason;
 * `reports.share_password_required` and `reports.share_password_wrong` (403), `reports.share_tries_used_up` and, for too
 * many openings, `limit.exceeded` (429), `cpu.busy` (503).
 */
export async function unlock(
  deps: AccessDeps,
  ctx: RequestContext,
  key: ShareKey,
): Promise<SharedThing> {
  const thing = await find(deps, ctx, key.token);
  const { share } = thing;
  if (share.passwordHash !== null) await requirePassword(deps, ctx, share, key);
  await deps.attempts.require(ctx, openingsOf(share.id));
  return thing;
}

/** Asks the same questions whatever the answers are: how long it takes tells nothing. */
async function find(deps: AccessDeps, ctx: RequestContext, token: string): Promise<SharedThing> {
  const { db, ids } = deps;
  const hash = deps.shareSecrets.hashOf(token);
  const share = await deps.shares.findOpen(db.read, hash, deps.clock.now());
  // Nobody has the ids that are made up for a link which does not work.
  const userId = share?.createdBy ?? ids.next();
  const [report, [sharer]] = await Promise.all([
    deps.reports.find(db.read, share?.reportId ?? ids.next()),
    deps.identity.usersById(ctx, { userIds: [userId] }),
  ]);
  const book = await readableBook(deps, ctx, { userId, bookId: report?.bookId ?? ids.next() });
  if (share && report?.state === "ready" && sharer?.status === "active" && book)
    return { share, report, sharer, book };
  throw linkNotFound();
}

async function requirePassword(
  deps: AccessDeps,
  ctx: RequestContext,
  share: OpenedShare,
  { password, client }: ShareKey,
): Promise<void> {
  if (password === undefined)
    throw reportsErrors.fail("share_password_required", "This link opens with its password.");
  const tries = passwordTries({ shareId: share.id, client });
  const { allowed, retryAfterSeconds } = await deps.attempts.take(ctx, tries);
  if (!allowed)
    throw reportsErrors.fail(
      "share_tries_used_up",
      "Too many wrong passwords were tried. Wait, then try again.",
      { retryAfterSeconds },
    );
  if (!(await deps.passwords.verify(password, share.passwordHash ?? ""))) {
    await noteOpening(deps, ctx, share, { what: "wrong_password", client });
    throw reportsErrors.fail("share_password_wrong", "This is not the password of this link.");
  }
  await deps.attempts.giveBack(ctx, tries);
}

/** For the owner to see. Throws `reports.share_not_found` (404) when the link was revoked meanwhile. */
export async function noteOpening(
  deps: Pick<AccessDeps, "db" | "clock" | "ids" | "shares" | "shareSecrets">,
  ctx: RequestContext,
  share: OpenedShare,
  { what, client }: { readonly what: OpeningKind; readonly client: string },
): Promise<void> {
  await deps.db.transact(ctx, async (tx) => {
    const openedAt = deps.clock.now();
    if (!(await deps.shares.holdOpen(tx, share.id, openedAt))) throw linkNotFound();
    await deps.shares.addOpening(tx, {
      ...{ id: deps.ids.next(), shareId: share.id, openedAt, what },
      client: deps.shareSecrets.markOf(client, share.clientSalt),
    });
  });
}

const linkNotFound = (): AppError => shareNotFound("This link does not work, or no longer.");

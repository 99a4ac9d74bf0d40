import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { Instant, LocalDate } from "#platform/kernel/time";
import type { LedgerDeps } from "../deps.ts";
import { type BookAccessDeps, requireBook } from "./book-access.ts";

/** One closing or reopening: how far the book was closed from then on (null = not at all), by whom and why. */
export type ClosingView = {
  readonly closedThrough: LocalDate | null;
  readonly reason: string | null;
  readonly closedBy: Id;
  readonly closedAt: Instant;
};

/** How the closed period of a book moved, the newest first. */
export async function listClosings(
  deps: BookAccessDeps & Pick<LedgerDeps, "closings">,
  ctx: RequestContext,
  input: { readonly id: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<ClosingView>> {
  const { limit, cursor } = input;
  const after = decodeMoment(cursor, "closedAt");
  const { bookId } = await requireBook(deps, ctx, { bookId: input.id, path: "id", need: "read" });
  const rows = await deps.closings.list(deps.db.read, { bookId, after, limit: limit + 1 });
  const { items, nextCursor } = pageOf(rows, limit, ({ closedAt, id }) => [closedAt, id]);
  return {
    items: items.map(({ closedThrough, reason, closedBy, closedAt }) => ({
      ...{ closedThrough, reason, closedBy, closedAt },
    })),
    nextCursor,
  };
}

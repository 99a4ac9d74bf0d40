import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { pageOf } from "#platform/kernel/page";
import { parseLocalDate } from "#platform/kernel/time";
import type { Coverage, LedgerApi } from "../contract.ts";
import type { LedgerDeps } from "../deps.ts";
import { shownMoney } from "../domain/shown-money.ts";
import { bookNotFound } from "./book-access.ts";
import { readAccountIds, readJournalCursor, requirePageLimit } from "./book-part.ts";

type Deps = Pick<LedgerDeps, "db" | "coverage" | "scales">;
type Input<Method extends keyof LedgerApi> = Parameters<LedgerApi[Method]>[1];
type Output<Method extends keyof LedgerApi> = ReturnType<LedgerApi[Method]>;

/** Bound of one question. */
const maxBooks = 1_000;

/** See {@link LedgerApi.revisionsOf}. */
export async function revisionsOf(
  { db, coverage }: Pick<LedgerDeps, "db" | "coverage">,
  _ctx: RequestContext,
  { bookIds }: Input<"revisionsOf">,
): Output<"revisionsOf"> {
  if (bookIds.length > maxBooks)
    throw invalidField("bookIds", `Must be at most ${maxBooks} books.`);
  return { items: await coverage.revisions(db.read, bookIds) };
}

/** See {@link LedgerApi.coverageOf}. */
export async function coverageOf(
  { db, coverage }: Deps,
  _ctx: RequestContext,
  input: Input<"coverageOf">,
): Output<"coverageOf"> {
  const found = await coverage.digest(db.read, readCoverage(input));
  if (!found) throw bookNotFound();
  return found;
}

/** See {@link LedgerApi.coveragePage}. */
export async function coveragePage(
  { db, coverage, scales }: Deps,
  _ctx: RequestContext,
  input: Input<"coveragePage">,
): Output<"coveragePage"> {
  requirePageLimit(input.limit);
  const after = readJournalCursor(input.cursor);
  const query = { ...readCoverage(input), after, limit: input.limit + 1 };
  const found = await coverage.page(db.read, query);
  if (!found) throw bookNotFound();
  const page = pageOf(found.rows, input.limit, ({ date, id }) => [date, id]);
  return {
    bookRevision: found.bookRevision,
    nextCursor: page.nextCursor,
    items: page.items.map(({ effects, ...same }) => ({
      ...same,
      effects: effects.map(({ accountId, amount, currency }) => ({
        accountId,
        amount: shownMoney(amount, currency, scales),
      })),
    })),
  };
}

/** An account that is there no more covers nothing: it had no transactions when it was deleted. */
function readCoverage({ userId, bookId, ...asked }: Coverage): Coverage {
  const from = asked.from === null ? null : parseLocalDate(asked.from, "from");
  const to = parseLocalDate(asked.to, "to");
  if (from !== null && from > to) throw invalidField("from", "Must not be after the last day.");
  return { userId, bookId, from, to, accountIds: readAccountIds(asked.accountIds) };
}

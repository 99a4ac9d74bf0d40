import type { DocumentPart } from "#platform/documents/model";
import { canonicalJson } from "#platform/kernel/canonical-json";
import type { RequestContext } from "#platform/kernel/context";
import type { Instant } from "#platform/kernel/time";
import type { ReportType } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { coverageScopeOf } from "../domain/coverage-scope.ts";
import type { DatevInput } from "../domain/datev-bookings.ts";
import { createCategoryPlaces } from "../domain/model/category-places.ts";
import { reportHead } from "../domain/model/report-head.ts";
import type { ReportPlan } from "../domain/report-plan.ts";
import { textsOf } from "../domain/texts/texts-of.ts";
import { reportsErrors } from "../errors.ts";
import { writeBudgets } from "./models/budgets-model.ts";
import { writeCashFlow, writeIncomeStatement } from "./models/income-model.ts";
import {
  BookMovedError,
  dayRatesOf,
  type ModelSource,
  steadyReader,
} from "./models/model-source.ts";
import { writeNetWorth } from "./models/net-worth-model.ts";
import { writeStatement } from "./models/statement-model.ts";
import { writeTransactions } from "./models/transactions-model.ts";
import { writeYear } from "./models/year-model.ts";

export { BookMovedError } from "./models/model-source.ts";

/** As many as any format holds. */
export const maxLines = 1_000_000;

export type BuiltModel = {
  /** All that was read is of this one state of the book. */
  readonly bookRevision: number;
  /** When it was read. */
  readonly asOf: Instant;
  /** What the ledger's `coverageOf` says of all that the report hangs on. */
  readonly coverage: string;
  /** Of an EXTF file; null where none is wanted. */
  readonly bookings: DatevInput | null;
};

type Deps = Pick<ReportsDeps, "clock" | "identity" | "ledger" | "scales">;

/**
 * Makes the model of a report and writes it part by part: the whole of it is never in memory. Throws
 * {@link BookMovedError} when the book was written to meanwhile: what was written is then worth nothing, and who wants the
 * report begins again. Throws `reports.report_too_large` (422) beyond {@link maxLines}, what the ledger throws for a book
 * or account that the user may not read, and the signal's reason when it is aborted.
 */
export async function buildModel(
  deps: Deps,
  ctx: RequestContext,
  plan: ReportPlan,
  write: (part: DocumentPart) => Promise<void>,
  signal: AbortSignal,
): Promise<BuiltModel> {
  const { ledger } = deps;
  signal.throwIfAborted();
  const asOf = deps.clock.now();
  const who = { userId: plan.userId, bookId: plan.bookId };
  const book = await ledger.bookOf(ctx, who);
  const source = await openSource(deps, ctx, plan, write, {
    asOf,
    revision: book.revision,
    signal,
  });
  const madeBy = await deps.identity.usersById(ctx, { userIds: [plan.userId] });
  const origin = { book, accounts: source.accounts, asOf };
  const head = reportHead(source.frame, { ...origin, madeBy: madeBy[0]?.displayName ?? null });
  await write({ part: "document", head });
  const bookings = await writeBody(source);

  // The last question about the book: whatever was read before it, is of the same state.
  const scope = { ...who, ...coverageScopeOf(plan) };
  const { digest } = await source.read(ledger.coverageOf(ctx, scope));
  // Rates may come late, too: what was converted in two steps must have been converted alike.
  const rates = await dayRatesOf(source);
  if (canonicalJson(rates) !== canonicalJson(source.rates)) throw new BookMovedError();
  return { bookRevision: book.revision, asOf, coverage: digest, bookings };
}

async function writeBody(source: ModelSource): Promise<DatevInput | null> {
  const { type } = source.frame.plan;
  if (type === "transactions") return writeTransactions(source);
  await writers[type](source);
  return null;
}

const writers: Readonly<
  Record<Exclude<ReportType, "transactions">, (source: ModelSource) => Promise<void>>
> = {
  account_statement: writeStatement,
  budgets: writeBudgets,
  income_statement: writeIncomeStatement,
  cash_flow: writeCashFlow,
  net_worth: writeNetWorth,
  year: writeYear,
};

async function openSource(
  { ledger, scales }: Deps,
  ctx: RequestContext,
  plan: ReportPlan,
  write: (part: DocumentPart) => Promise<void>,
  at: { readonly asOf: Instant; readonly revision: number; readonly signal: AbortSignal },
): Promise<ModelSource> {
  const { asOf, revision, signal } = at;
  const { userId, bookId, from, to, accountIds, currency, rateSource } = plan;
  const part = { userId, bookId, from, to, accountIds, currency, source: rateSource, asOf };
  const read = steadyReader(revision, signal);
  const counts = await read(ledger.transactionCountsOf(ctx, part));
  requireRoom(counts.lines);
  const accounts = await ledger.accountsOf(ctx, { userId, bookId });
  const categories = await ledger.categoriesOf(ctx, { userId, bookId });
  const rates = await dayRatesOf({ ledger, ctx, part, read });
  return {
    ...{ ledger, ctx, asOf, accounts, categories, part, counts, rates, read },
    frame: { plan, texts: textsOf(plan.language), scales },
    names: {
      accounts: new Map(accounts.map((account) => [account.id, account])),
      categories: createCategoryPlaces(categories),
    },
    async write(parts) {
      for (const one of parts) await write(one);
    },
  };
}

function requireRoom(lines: number): void {
  if (lines > maxLines)
    throw reportsErrors.fail(
      "report_too_large",
      `It would have ${lines} entries; at most ${maxLines}. Ask for a shorter time or fewer accounts.`,
      { meta: { limit: maxLines } },
    );
}

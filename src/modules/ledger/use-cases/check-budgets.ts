import type { UserSummary } from "#modules/identity/contract";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { type LocalDate, utcDayOf } from "#platform/kernel/time";
import { maxActiveBudgets } from "../bounds.ts";
import type { BudgetProgress } from "../contract.ts";
import type { BudgetAlert, DueBook, LedgerDeps } from "../deps.ts";
import { periodsToTellOf } from "../domain/budget.ts";
import { crossedThresholds } from "../domain/budget-progress.ts";
import { writtenAmount, writtenPeriod } from "../domain/written-amount.ts";
import { measureBudgets } from "./measure-budgets.ts";

/** The job's name. It has no payload. */
export const checkBudgetsJob = "ledger.check_budgets";

/** Found by one statement. */
const booksAtOnce = 100;
/** Of one run; the next minute goes on with the others. */
const maxBooks = 5_000;
/** Of one book that are told: more members keep none. */
const maxKeepers = 100;

type Deps = Pick<
  LedgerDeps,
  | "db"
  | "clock"
  | "identity"
  | "currency"
  | "scales"
  | "budgets"
  | "budgetSpending"
  | "budgetAlerts"
  | "notify"
  | "logger"
>;

/**
 * Behind the writes: looks at the budgets of books that have changed since it last did, and at all once a day, because
 * a new period may begin with what was written down ahead. Every threshold that was reached is told once in its period,
 * however many are reached at once; whoever runs it twice, or on two nodes, tells nobody twice.
 * Throws when books could not be looked at, after it has looked at all others.
 */
export async function checkBudgets(
  deps: Deps,
  ctx: RequestContext,
  signal: AbortSignal,
): Promise<void> {
  const today = utcDayOf(deps.clock.now());
  const failures: unknown[] = [];
  let after: Id | undefined;
  let seen = 0;
  while (seen < maxBooks) {
    const due = await deps.budgetAlerts.due(deps.db.read, { today, after, limit: booksAtOnce });
    for (const book of due) {
      if (signal.aborted) return;
      await checkBook(deps, ctx, book, today).catch((error: unknown) => failures.push(error));
    }
    seen += due.length;
    after = due.at(-1)?.bookId;
    if (due.length < booksAtOnce) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${seen} books were not looked at`);
}

type Told = { readonly alert: BudgetAlert; readonly progress: BudgetProgress };

/** The revision was read before the budgets are: what is written meanwhile makes the book due again. */
async function checkBook(
  deps: Deps,
  ctx: RequestContext,
  book: DueBook,
  today: LocalDate,
): Promise<void> {
  const crossed = await crossedIn(deps, ctx, book, today);
  const keepers =
    crossed.length === 0
      ? []
      : await deps.budgetAlerts.keepersOf(deps.db.read, book.bookId, maxKeepers);
  const readers =
    keepers.length === 0 ? [] : await deps.identity.usersById(ctx, { userIds: keepers });
  await deps.db.transact(ctx, async (tx) => {
    await deps.budgetAlerts.checked(tx, { ...book, today });
    if (crossed.length === 0) return;
    const alerts = crossed.map(({ alert }) => alert);
    const added = await deps.budgetAlerts.add(tx, alerts, deps.clock.now());
    const isNew = new Set(added.map(keyOf));
    for (const { alert, progress } of crossed.filter((one) => isNew.has(keyOf(one.alert))))
      for (const reader of readers)
        await deps.notify(
          tx,
          "ledger.budget_threshold",
          { userId: reader.id },
          wordsOf(alert, progress, reader),
        );
  });
}

async function crossedIn(
  deps: Deps,
  ctx: RequestContext,
  { bookId }: DueBook,
  today: LocalDate,
): Promise<Told[]> {
  const query = { bookId, archived: false, limit: maxActiveBudgets };
  const budgets = await deps.budgets.list(deps.db.read, query);
  const asked = budgets
    .filter(({ thresholds }) => thresholds.length > 0)
    .flatMap((budget) =>
      periodsToTellOf(budget, today).map((period) => ({ budget, period, on: today })),
    );
  try {
    const found = await measureBudgets(deps, ctx, asked);
    return found.flatMap((progress, index) =>
      crossedThresholds(asked[index]?.budget.thresholds ?? [], {
        spent: progress.spent.amount,
        available: progress.available.amount,
      }).map((threshold) => ({
        alert: { budgetId: progress.budgetId, periodStart: progress.period.start, threshold },
        progress,
      })),
    );
  } catch (error) {
    // What cannot be measured now cannot be measured in a minute either; its owner sees why when he asks.
    if (!(error instanceof AppError) || error.kind !== "invalid") throw error;
    deps.logger.warn({ bookId, err: error }, "the budgets of a book could not be measured");
    return [];
  }
}

const keyOf = ({ budgetId, periodStart, threshold }: BudgetAlert): string =>
  `${budgetId} ${periodStart} ${threshold}`;

const wordsOf = (
  { threshold }: BudgetAlert,
  { name, spent, available, period }: BudgetProgress,
  { locale }: UserSummary,
) => ({
  budget: name,
  percent: String(threshold),
  spent: writtenAmount(spent, locale),
  amount: writtenAmount(available, locale),
  period: writtenPeriod(period, locale),
});

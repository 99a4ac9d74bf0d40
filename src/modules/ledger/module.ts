import type { HttpKit } from "#platform/http/kit";
import type { Module } from "#platform/module";
import type { Notifications } from "#platform/notify/notifications";
import type { Logger } from "#platform/observability/logger";
import type { Metrics } from "#platform/observability/metrics";
import { ledgerCommands } from "./commands.ts";
import type { LedgerApi } from "./contract.ts";
import type { LedgerDeps } from "./deps.ts";
import { readCsv } from "./gateways/csv-reader.ts";
import { createEncodingEvidence } from "./gateways/file-encoding.ts";
import { createFileHash } from "./gateways/file-hash.ts";
import { createLedgerRoutes } from "./http/routes.ts";
import { ledgerJobs } from "./jobs.ts";
import { meterTransactions } from "./meters.ts";
import { ledgerNotifications } from "./notifications.ts";
import { bindOperations } from "./operations.ts";
import { createAccountRepository } from "./storage/account.repository.ts";
import { createBalanceRepository } from "./storage/balance.repository.ts";
import { createBookRepository } from "./storage/book.repository.ts";
import { createBudgetRepository } from "./storage/budget.repository.ts";
import { createBudgetAlertRepository } from "./storage/budget-alert.repository.ts";
import { createBudgetSpendingRepository } from "./storage/budget-spending.repository.ts";
import { createCategoryRepository } from "./storage/category.repository.ts";
import { createClosingRepository } from "./storage/closing.repository.ts";
import { createCoverageRepository } from "./storage/coverage.repository.ts";
import { createExportRepository } from "./storage/export.repository.ts";
import { createImportRepository } from "./storage/import.repository.ts";
import { createImportOriginRepository } from "./storage/import-origin.repository.ts";
import { createImportRowRepository } from "./storage/import-row.repository.ts";
import { createInsightRepository } from "./storage/insight.repository.ts";
import { createJournalRepository } from "./storage/journal.repository.ts";
import { createPostingRepository } from "./storage/posting.repository.ts";
import { createStatementRepository } from "./storage/statement.repository.ts";
import { createTransactionRepository } from "./storage/transaction.repository.ts";
import { createTransactionSearchRepository } from "./storage/transaction-search.repository.ts";
import { createVerificationRepository } from "./storage/verification.repository.ts";
import { tellingBusyBooks } from "./use-cases/busy-books.ts";
import { coverageOf, coveragePage, revisionsOf } from "./use-cases/cover-book.ts";
import { booksOf } from "./use-cases/find-books.ts";
import {
  accountsOf,
  balancesAt,
  bookOf,
  categoriesOf,
  transactionsPage,
} from "./use-cases/read-book.ts";
import {
  budgetProgressOf,
  cashFlowOf,
  categoryMonthsOf,
  dayRatesOf,
  netWorthOf,
  spendingOf,
  taxTotalsOf,
  transactionCountsOf,
} from "./use-cases/read-insights.ts";
import { transactionsById } from "./use-cases/transactions-by-id.ts";

export type LedgerModuleOptions = Pick<
  LedgerDeps,
  "db" | "clock" | "ids" | "jobs" | "identity" | "billing" | "currency" | "scales"
> & {
  readonly notifications: Notifications;
  readonly http: HttpKit;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

export function createLedgerModule(options: LedgerModuleOptions): Module<LedgerApi> {
  const { clock, ids, jobs, identity, billing, currency, scales } = options;
  const metered = meterTransactions(options.metrics, {
    db: tellingBusyBooks(options.db),
    transactions: createTransactionRepository(),
  });
  const deps: LedgerDeps = {
    ...metered,
    ...{ clock, ids, jobs, identity, billing, currency, scales },
    accounts: createAccountRepository(),
    balances: createBalanceRepository(),
    books: createBookRepository(),
    budgets: createBudgetRepository(),
    budgetSpending: createBudgetSpendingRepository(),
    budgetAlerts: createBudgetAlertRepository(),
    notify: options.notifications.declare(ledgerNotifications),
    logger: options.logger,
    categories: createCategoryRepository(),
    closings: createClosingRepository(),
    coverage: createCoverageRepository(),
    exports: createExportRepository(),
    imports: createImportRepository(),
    importRows: createImportRowRepository(),
    importOrigins: createImportOriginRepository(),
    importFiles: {
      encodingEvidence: createEncodingEvidence,
      read: readCsv,
      hash: createFileHash,
    },
    insights: createInsightRepository(),
    journal: createJournalRepository(),
    postings: createPostingRepository(),
    statements: createStatementRepository(),
    transactionSearch: createTransactionSearchRepository(),
    verification: createVerificationRepository(),
  };
  return {
    name: "ledger",
    api: {
      booksOf: (ctx, input) => booksOf(deps, ctx, input),
      bookOf: (ctx, input) => bookOf(deps, ctx, input),
      accountsOf: (ctx, input) => accountsOf(deps, ctx, input),
      categoriesOf: (ctx, input) => categoriesOf(deps, ctx, input),
      balancesAt: (ctx, input) => balancesAt(deps, ctx, input),
      transactionsPage: (ctx, input) => transactionsPage(deps, ctx, input),
      transactionsById: (ctx, input) => transactionsById(deps, ctx, input),
      transactionCountsOf: (ctx, input) => transactionCountsOf(deps, ctx, input),
      dayRatesOf: (ctx, input) => dayRatesOf(deps, ctx, input),
      categoryMonthsOf: (ctx, input) => categoryMonthsOf(deps, ctx, input),
      taxTotalsOf: (ctx, input) => taxTotalsOf(deps, ctx, input),
      cashFlowOf: (ctx, input) => cashFlowOf(deps, ctx, input),
      spendingOf: (ctx, input) => spendingOf(deps, ctx, input),
      netWorthOf: (ctx, input) => netWorthOf(deps, ctx, input),
      budgetProgressOf: (ctx, input) => budgetProgressOf(deps, ctx, input),
      revisionsOf: (ctx, input) => revisionsOf(deps, ctx, input),
      coverageOf: (ctx, input) => coverageOf(deps, ctx, input),
      coveragePage: (ctx, input) => coveragePage(deps, ctx, input),
    },
    routes: createLedgerRoutes(options.http, bindOperations(deps)),
    jobs: ledgerJobs(deps),
    subscriptions: [],
    commands: ledgerCommands(deps),
    health: [],
    async start() {},
    async stop() {},
  };
}

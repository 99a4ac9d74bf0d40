import type { BillingApi } from "#modules/billing/contract";
import type { CurrencyApi, CurrencyScales } from "#modules/currency/contract";
import type { IdentityApi } from "#modules/identity/contract";
import type { Database } from "#platform/db/database";
import type { Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import type { Ids } from "#platform/kernel/ids";
import type { Notify } from "#platform/notify/notifications";
import type { Logger } from "#platform/observability/logger";
import type { CsvRow, CsvShape, ImportEncoding, ImportQuestion } from "./domain/import-format.ts";
import type { ledgerNotifications } from "./notifications.ts";
import type { AccountRepository } from "./storage/account.repository.ts";
import type { BalanceRepository } from "./storage/balance.repository.ts";
import type { BookRepository } from "./storage/book.repository.ts";
import type { BudgetRepository } from "./storage/budget.repository.ts";
import type { BudgetAlertRepository } from "./storage/budget-alert.repository.ts";
import type { BudgetSpendingRepository } from "./storage/budget-spending.repository.ts";
import type { CategoryRepository } from "./storage/category.repository.ts";
import type { ClosingRepository } from "./storage/closing.repository.ts";
import type { CoverageRepository } from "./storage/coverage.repository.ts";
import type { ExportRepository } from "./storage/export.repository.ts";
import type { ImportRepository } from "./storage/import.repository.ts";
import type { ImportOriginRepository } from "./storage/import-origin.repository.ts";
import type { ImportRowRepository } from "./storage/import-row.repository.ts";
import type { InsightRepository } from "./storage/insight.repository.ts";
import type { JournalRepository } from "./storage/journal.repository.ts";
import type { PostingRepository } from "./storage/posting.repository.ts";
import type { StatementRepository } from "./storage/statement.repository.ts";
import type { TransactionRepository } from "./storage/transaction.repository.ts";
import type { TransactionSearchRepository } from "./storage/transaction-search.repository.ts";
import type { VerificationRepository } from "./storage/verification.repository.ts";

export type { AccountRow } from "./storage/account.repository.ts";
export type { HoldingRow } from "./storage/balance.repository.ts";
export type { BookLock, NewBook } from "./storage/book.repository.ts";
export type { BudgetAlert, DueBook } from "./storage/budget-alert.repository.ts";
export type { BudgetSpendingRow } from "./storage/budget-spending.repository.ts";
export type { StoredImport } from "./storage/import.repository.ts";
export type { RecordedLine } from "./storage/import-origin.repository.ts";
export type { JudgedRow, NewImportRow, StoredImportRow } from "./storage/import-row.repository.ts";
export type { FlowRow, SpentRow } from "./storage/insight.repository.ts";
export type { JournalKey } from "./storage/journal.repository.ts";
export type { DaySum } from "./storage/posting.repository.ts";
export type { StatementSums } from "./storage/statement.repository.ts";
export type { TransactionChange } from "./storage/transaction.repository.ts";

/** What is read of uploaded files; see domain/import-format.ts for the steps. */
export type ImportFiles = {
  encodingEvidence(): {
    add(piece: Uint8Array): void;
    /** Once all of the file was added. */
    decide(): { readonly encoding: ImportEncoding; readonly question: ImportQuestion | null };
    /** The beginning of the file. */
    sampleText(encoding: ImportEncoding): string;
  };
  /** Throws {@link ImportFileError} for what is no file of rows. */
  read(chunks: AsyncIterable<Uint8Array>, shape: CsvShape): AsyncIterable<readonly CsvRow[]>;
  /** SHA-256 in hex. */
  hash(): { update(piece: Uint8Array): void; digest(): string };
};

/** What the module needs from outside, and its own repositories. */
export type LedgerDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly jobs: Jobs;
  readonly identity: Pick<IdentityApi, "usersById">;
  readonly billing: Pick<BillingApi, "entitlementsOf">;
  readonly currency: Pick<CurrencyApi, "convertMany" | "ratesAt">;
  /** Which currencies exist, and their decimals. */
  readonly scales: CurrencyScales;
  readonly accounts: AccountRepository;
  readonly balances: BalanceRepository;
  readonly books: BookRepository;
  readonly budgets: BudgetRepository;
  readonly budgetSpending: BudgetSpendingRepository;
  readonly budgetAlerts: BudgetAlertRepository;
  readonly notify: Notify<typeof ledgerNotifications>;
  readonly logger: Logger;
  readonly categories: CategoryRepository;
  readonly closings: ClosingRepository;
  readonly coverage: CoverageRepository;
  readonly exports: ExportRepository;
  readonly imports: ImportRepository;
  readonly importRows: ImportRowRepository;
  readonly importOrigins: ImportOriginRepository;
  readonly importFiles: ImportFiles;
  readonly insights: InsightRepository;
  readonly journal: JournalRepository;
  readonly postings: PostingRepository;
  readonly statements: StatementRepository;
  readonly transactions: TransactionRepository;
  readonly transactionSearch: TransactionSearchRepository;
  readonly verification: VerificationRepository;
};

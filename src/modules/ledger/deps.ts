import type { BillingApi } from "#modules/billing/contract";
import type { CurrencyApi, CurrencyScales } from "#modules/currency/contract";
import type { IdentityApi } from "#modules/identity/contract";
import type { Database } from "#platform/db/database";
import type { Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import type { Ids } from "#platform/kernel/ids";
import type { AccountRepository } from "./storage/account.repository.ts";
import type { BookRepository } from "./storage/book.repository.ts";
import type { CategoryRepository } from "./storage/category.repository.ts";
import type { ClosingRepository } from "./storage/closing.repository.ts";
import type { PostingRepository } from "./storage/posting.repository.ts";
import type { TransactionRepository } from "./storage/transaction.repository.ts";
import type { TransactionSearchRepository } from "./storage/transaction-search.repository.ts";

export type { BookLock, NewBook } from "./storage/book.repository.ts";
export type { TransactionChange } from "./storage/transaction.repository.ts";

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
  readonly books: BookRepository;
  readonly categories: CategoryRepository;
  readonly closings: ClosingRepository;
  readonly postings: PostingRepository;
  readonly transactions: TransactionRepository;
  readonly transactionSearch: TransactionSearchRepository;
};

import { type SQL, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { decimal, id, instant, localDate } from "#platform/db/columns";
import type { ModuleSchema } from "#platform/db/database";
import type { CurrencyCode } from "#platform/kernel/money";
import type { AccountKind, BookRole, CategoryKind, TransactionKind } from "../contract.ts";
import type { BudgetPeriod } from "../domain/budget-period.ts";
import type { Rollover } from "../domain/budget-progress.ts";
import type { FileFacts, FormatProposal } from "../domain/import-format.ts";
import type {
  FormatAnswers,
  ImportFailure,
  ImportState,
  Verdict,
  VerdictCounts,
} from "../domain/import-state.ts";
import type { KeptTransaction } from "./kept-transaction.ts";

export const ledgerSchema = pgSchema("ledger");

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });
const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/** What somebody keeps together: a household, a business. Every row below belongs to one. */
export const books = ledgerSchema.table("books", {
  id: id("id").primaryKey(),
  name: text("name").notNull(),
  baseCurrency: text("base_currency").$type<CurrencyCode>().notNull(),
  locale: text("locale").notNull(),
  /** The user whose default book it is; at most one each. */
  defaultOf: id("default_of").unique("books_default_of"),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

/**
 * One row a book, locked first by everything that writes into it: one writer at a time. `closed_through` stands here and
 * not with the book, because a writer that waited for the row sees what its predecessor made of it.
 */
export const bookStates = ledgerSchema.table("book_states", {
  bookId: id("book_id")
    .primaryKey()
    .references(() => books.id, { onDelete: "cascade" }),
  revision: bigint("revision", { mode: "number" }).notNull(),
  closedThrough: localDate("closed_through"),
});

export const bookMembers = ledgerSchema.table(
  "book_members",
  {
    bookId: id("book_id")
      .notNull()
      .references(() => books.id, { onDelete: "cascade" }),
    userId: id("user_id").notNull(),
    role: text("role").$type<BookRole>().notNull(),
    addedAt: instant("added_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bookId, table.userId] }),
    index("book_members_user").on(table.userId),
  ],
);

/** Closing and reopening of periods, with the reason. */
export const bookClosings = ledgerSchema.table(
  "book_closings",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id")
      .notNull()
      .references(() => books.id, { onDelete: "cascade" }),
    closedThrough: localDate("closed_through"),
    reason: text("reason"),
    closedBy: id("closed_by").notNull(),
    closedAt: instant("closed_at").notNull(),
  },
  (table) => [index("book_closings_book").on(table.bookId, table.closedAt)],
);

/** Hidden accounts of a book, one per currency: what opening balances and exchanges are posted against. */
export type SystemAccount = "opening" | "exchange";

export const accounts = ledgerSchema.table(
  "accounts",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id")
      .notNull()
      .references(() => books.id, { onDelete: "cascade" }),
    kind: text("kind").$type<AccountKind>().notNull(),
    system: text("system").$type<SystemAccount>(),
    name: text("name").notNull(),
    currency: text("currency").$type<CurrencyCode>().notNull(),
    openingDate: localDate("opening_date").notNull(),
    externalCode: text("external_code"),
    archivedAt: instant("archived_at"),
    version: integer("version").notNull(),
    createdBy: id("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("accounts_book").on(table.bookId, table.createdAt, table.id),
    uniqueIndex("accounts_external_code")
      .on(table.bookId, table.externalCode)
      .where(sql`${table.externalCode} is not null`),
    uniqueIndex("accounts_system")
      .on(table.bookId, table.system, table.currency)
      .where(sql`${table.system} is not null`),
  ],
);

/** The sum of all postings of an account, kept in the transaction that posts. */
export const accountBalances = ledgerSchema.table("account_balances", {
  accountId: id("account_id")
    .primaryKey()
    .references(() => accounts.id, { onDelete: "cascade" }),
  bookId: id("book_id").notNull(),
  balance: decimal("balance").notNull(),
});

/** The sum of an account's postings of one month: a balance at a past day reads a row a month, and a row a day of one. */
export const accountMonths = ledgerSchema.table(
  "account_months",
  {
    accountId: id("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    /** Its first day. */
    month: localDate("month").notNull(),
    bookId: id("book_id").notNull(),
    amount: decimal("amount").notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.month] })],
);

/** The sum of an account's postings of one day: the days of the month that a past day lies in, however many postings. */
export const accountDays = ledgerSchema.table(
  "account_days",
  {
    accountId: id("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    date: localDate("date").notNull(),
    bookId: id("book_id").notNull(),
    amount: decimal("amount").notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.date] })],
);

export const categories = ledgerSchema.table(
  "categories",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id")
      .notNull()
      .references(() => books.id, { onDelete: "cascade" }),
    parentId: id("parent_id").references((): AnyPgColumn => categories.id),
    kind: text("kind").$type<CategoryKind>().notNull(),
    name: text("name").notNull(),
    externalCode: text("external_code"),
    isUncategorised: boolean("is_uncategorised").notNull(),
    archivedAt: instant("archived_at"),
    version: integer("version").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("categories_book").on(table.bookId, table.id),
    index("categories_parent").on(table.parentId),
    uniqueIndex("categories_external_code")
      .on(table.bookId, table.externalCode)
      .where(sql`${table.externalCode} is not null`),
    uniqueIndex("categories_uncategorised")
      .on(table.bookId, table.kind)
      .where(sql`${table.isUncategorised}`),
  ],
);

const isActive = (table: { readonly voidedAt: AnyPgColumn }) => sql`${table.voidedAt} is null`;

export const transactions = ledgerSchema.table(
  "transactions",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id")
      .notNull()
      .references(() => books.id, { onDelete: "cascade" }),
    kind: text("kind").$type<TransactionKind>().notNull(),
    date: localDate("date").notNull(),
    accountId: id("account_id")
      .notNull()
      .references(() => accounts.id),
    amount: decimal("amount").notNull(),
    currency: text("currency").$type<CurrencyCode>().notNull(),
    toAccountId: id("to_account_id").references(() => accounts.id),
    toAmount: decimal("to_amount"),
    toCurrency: text("to_currency").$type<CurrencyCode>(),
    rate: decimal("rate"),
    payee: text("payee"),
    note: text("note"),
    tags: text("tags").array().notNull(),
    documentNumber: text("document_number"),
    taxRate: decimal("tax_rate"),
    cleared: boolean("cleared").notNull(),
    externalId: text("external_id"),
    importId: id("import_id"),
    /** Folded words of payee, note, tags and document number, and the tags themselves (domain/search-text.ts). */
    searchText: tsvector("search_text").notNull(),
    createdBy: id("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    /** It has no postings any more; what it was stands in transaction_changes. */
    voidedAt: instant("voided_at"),
    version: integer("version").notNull(),
  },
  (table) => [
    // In the order of lists, for whatever they are asked for by itself (transaction-search.repository.ts).
    index("transactions_active").on(table.bookId, table.date, table.id).where(isActive(table)),
    index("transactions_void")
      .on(table.bookId, table.date, table.id)
      .where(sql`${table.voidedAt} is not null`),
    index("transactions_kind_page")
      .on(table.bookId, table.kind, table.date, table.id)
      .where(isActive(table)),
    index("transactions_cleared")
      .on(table.bookId, table.cleared, table.date, table.id)
      .where(isActive(table)),
    index("transactions_currency")
      .on(table.bookId, table.currency, table.date, table.id)
      .where(isActive(table)),
    index("transactions_payee")
      .on(table.bookId, table.payee, table.date, table.id)
      .where(sql`${table.payee} is not null and ${table.voidedAt} is null`),
    index("transactions_import")
      .on(table.importId, table.date, table.id)
      .where(sql`${table.importId} is not null`),
    index("transactions_amount").on(table.bookId, table.amount).where(isActive(table)),
    index("transactions_search").using("gin", table.searchText),
    // An account has one opening balance at most.
    uniqueIndex("transactions_opening")
      .on(table.accountId)
      .where(sql`${table.kind} = 'opening' and ${table.voidedAt} is null`),
    index("transactions_account").on(table.accountId),
    index("transactions_to_account")
      .on(table.toAccountId)
      .where(sql`${table.toAccountId} is not null`),
    uniqueIndex("transactions_external_id")
      .on(table.accountId, table.externalId)
      .where(sql`${table.externalId} is not null and ${table.voidedAt} is null`),
    check("transactions_kind", sql`${table.kind} in ('income', 'expense', 'transfer', 'opening')`),
  ],
);

/** Signed: what an account or category gets. The postings of a transaction sum to zero per currency. */
export const postings = ledgerSchema.table(
  "postings",
  {
    transactionId: id("transaction_id")
      .notNull()
      .references(() => transactions.id, { onDelete: "cascade" }),
    line: smallint("line").notNull(),
    bookId: id("book_id").notNull(),
    accountId: id("account_id").references(() => accounts.id),
    categoryId: id("category_id").references(() => categories.id),
    amount: decimal("amount").notNull(),
    currency: text("currency").$type<CurrencyCode>().notNull(),
    date: localDate("date").notNull(),
    note: text("note"),
  },
  (table) => [
    primaryKey({ columns: [table.transactionId, table.line] }),
    // Every posting is in one of the two.
    index("postings_of_account")
      .on(table.accountId, table.date, table.transactionId)
      .where(sql`${table.accountId} is not null`),
    // With all that sums of categories are made of: their postings lie scattered over the whole table.
    index("postings_of_category")
      .on(table.categoryId, table.date, table.transactionId, table.currency, table.amount)
      .where(sql`${table.categoryId} is not null`),
    check("postings_one_side", sql`num_nonnulls(${table.accountId}, ${table.categoryId}) = 1`),
  ],
);

/** The categories that a transaction had before a change, as a JSON array of ids: written as the index has it. */
export const categoriesBefore = (table: { readonly before: AnyPgColumn }): SQL =>
  sql`jsonb_path_query_array(${table.before}, '$.splits[*].categoryId')`;

/**
 * Whether a change took a transaction away from an account: written as the index has it. Where the history of a
 * transaction speaks of an account that it is no longer in, one of its changes did.
 */
export const leftAnAccount = (table: {
  readonly before: AnyPgColumn;
  readonly after: AnyPgColumn;
}): SQL => sql`${table.after} is not null and (${table.before}->>'accountId' <> ${table.after}->>'accountId'
  or ${table.before}#>>'{transfer,accountId}' is distinct from ${table.after}#>>'{transfer,accountId}')`;

/** What a transaction was before each change, and after; by whom and when. */
export const transactionChanges = ledgerSchema.table(
  "transaction_changes",
  {
    id: id("id").primaryKey(),
    transactionId: id("transaction_id")
      .notNull()
      .references(() => transactions.id, { onDelete: "cascade" }),
    bookId: id("book_id").notNull(),
    action: text("action").$type<"changed" | "voided">().notNull(),
    changedBy: id("changed_by").notNull(),
    changedAt: instant("changed_at").notNull(),
    reason: text("reason"),
    before: jsonb("before").$type<KeptTransaction>().notNull(),
    after: jsonb("after").$type<KeptTransaction>(),
  },
  (table) => [
    index("transaction_changes_of").on(table.transactionId, table.changedAt),
    index("transaction_changes_categories").using("gin", categoriesBefore(table)),
    index("transaction_changes_accounts").on(table.bookId).where(leftAnAccount(table)),
  ],
);

export const budgets = ledgerSchema.table(
  "budgets",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id")
      .notNull()
      .references(() => books.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    period: text("period").$type<BudgetPeriod>().notNull(),
    amount: decimal("amount").notNull(),
    currency: text("currency").$type<CurrencyCode>().notNull(),
    startsOn: localDate("starts_on").notNull(),
    /** Of a custom period its last day; otherwise the last day that has a period, null = it goes on. */
    endsOn: localDate("ends_on"),
    rollover: text("rollover").$type<Rollover>().notNull(),
    /** Whole percents. */
    thresholds: integer("thresholds").array().notNull(),
    archivedAt: instant("archived_at"),
    version: integer("version").notNull(),
    createdBy: id("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [index("budgets_book").on(table.bookId, table.createdAt, table.id)],
);

export const budgetCategories = ledgerSchema.table(
  "budget_categories",
  {
    budgetId: id("budget_id")
      .notNull()
      .references(() => budgets.id, { onDelete: "cascade" }),
    categoryId: id("category_id")
      .notNull()
      .references(() => categories.id),
  },
  (table) => [
    primaryKey({ columns: [table.budgetId, table.categoryId] }),
    index("budget_categories_category").on(table.categoryId),
  ],
);

/** Which thresholds were told of: once for each period. */
export const budgetAlerts = ledgerSchema.table(
  "budget_alerts",
  {
    budgetId: id("budget_id")
      .notNull()
      .references(() => budgets.id, { onDelete: "cascade" }),
    periodStart: localDate("period_start").notNull(),
    threshold: integer("threshold").notNull(),
    toldAt: instant("told_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.budgetId, table.periodStart, table.threshold] })],
);

/** How far a book's budgets were looked at; thresholds are checked behind the writes, not in them. */
export const budgetChecks = ledgerSchema.table("budget_checks", {
  bookId: id("book_id")
    .primaryKey()
    .references(() => books.id, { onDelete: "cascade" }),
  revision: bigint("revision", { mode: "number" }).notNull(),
  checkedOn: localDate("checked_on").notNull(),
});

export const imports = ledgerSchema.table(
  "imports",
  {
    id: id("id").primaryKey(),
    bookId: id("book_id")
      .notNull()
      .references(() => books.id, { onDelete: "cascade" }),
    accountId: id("account_id")
      .notNull()
      .references(() => accounts.id),
    fileName: text("file_name").notNull(),
    state: text("state").$type<ImportState>().notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    sha256: text("sha256"),
    /** What was counted in the file, what is proposed for it, and what its owner decided. */
    facts: jsonb("facts").$type<FileFacts>(),
    proposal: jsonb("proposal").$type<FormatProposal>(),
    answers: jsonb("answers").$type<FormatAnswers>().notNull(),
    rowsRead: integer("rows_read").notNull(),
    /** Null until every row has its verdict. */
    counts: jsonb("counts").$type<VerdictCounts>(),
    /** Why the last thing that was tried with it did not work, for its owner. */
    failure: jsonb("failure").$type<ImportFailure>(),
    createdBy: id("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [
    index("imports_book").on(table.bookId, table.createdAt, table.id),
    index("imports_account").on(table.accountId),
    index("imports_creator").on(table.createdBy, table.state),
    index("imports_quiet").on(table.state, table.updatedAt),
  ],
);

/** The uploaded file, in pieces. Gone when the import is committed or given up. */
export const importChunks = ledgerSchema.table(
  "import_chunks",
  {
    importId: id("import_id")
      .notNull()
      .references(() => imports.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    content: bytes("content").notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.number] })],
);

/** One row of the file with what was made of it. */
export const importRows = ledgerSchema.table(
  "import_rows",
  {
    importId: id("import_id")
      .notNull()
      .references(() => imports.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    cells: text("cells").array().notNull(),
    /** Null while something about the file is open to question. */
    verdict: text("verdict").$type<Verdict>(),
    /** Why it is faulty. */
    fault: text("fault"),
    date: localDate("date"),
    /** Signed: what the account gets. */
    amount: decimal("amount"),
    payee: text("payee"),
    note: text("note"),
    externalId: text("external_id"),
  },
  (table) => [
    primaryKey({ columns: [table.importId, table.number] }),
    index("import_rows_verdict").on(table.importId, table.verdict, table.number),
  ],
);

/**
 * What the file said of a transaction that was imported: the same row of another file is known again, however the
 * transaction was changed since.
 */
export const importOrigins = ledgerSchema.table(
  "import_origins",
  {
    transactionId: id("transaction_id")
      .primaryKey()
      .references(() => transactions.id, { onDelete: "cascade" }),
    accountId: id("account_id").notNull(),
    date: localDate("date").notNull(),
    amount: decimal("amount").notNull(),
    /** Folded payee and note (domain/import-duplicates.ts). */
    words: text("words").notNull(),
    /** The bank's own id; the transaction may have lost it since, or have gone to another account with it. */
    externalId: text("external_id"),
  },
  (table) => [
    index("import_origins_account").on(table.accountId, table.date, table.transactionId),
    index("import_origins_external_id")
      .on(table.accountId, table.externalId)
      .where(sql`${table.externalId} is not null`),
  ],
);

export const ledgerTables: ModuleSchema = {
  name: "ledger",
  tables: {
    books: "full",
    book_states: "keys",
    book_members: "full",
    book_closings: "full",
    accounts: "full",
    account_balances: "keys",
    account_months: "keys",
    account_days: "keys",
    categories: "full",
    transactions: "full",
    postings: "full",
    transaction_changes: "keys",
    budgets: "full",
    budget_categories: "full",
    budget_alerts: "keys",
    budget_checks: "none",
    imports: "full",
    import_chunks: "none",
    import_rows: "none",
    import_origins: "keys",
  },
};

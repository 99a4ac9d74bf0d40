import type { RequestContext } from "#platform/kernel/context";
import type { LedgerDeps } from "./deps.ts";
import type { TransactionInput } from "./domain/transaction-draft.ts";
import { accountBalances } from "./use-cases/account-balances.ts";
import { answerImport } from "./use-cases/answer-import.ts";
import {
  type BulkChangeTransactionsInput,
  bulkChangeTransactions,
} from "./use-cases/bulk-change-transactions.ts";
import { cashFlow } from "./use-cases/cash-flow.ts";
import {
  archiveAccount,
  deleteAccount,
  reopenAccount,
  updateAccount,
} from "./use-cases/change-account.ts";
import { closeBook, reopenBook, updateBook } from "./use-cases/change-book.ts";
import {
  archiveCategory,
  deleteCategory,
  getCategory,
  restoreCategory,
  updateCategory,
} from "./use-cases/change-category.ts";
import { type ChangeTransactionInput, changeTransaction } from "./use-cases/change-transaction.ts";
import { startCommit } from "./use-cases/commit-import.ts";
import { createAccount } from "./use-cases/create-account.ts";
import { type CreateBookInput, createBook } from "./use-cases/create-book.ts";
import { type CreateCategoryInput, createCategory } from "./use-cases/create-category.ts";
import { createTransaction } from "./use-cases/create-transaction.ts";
import {
  type ExportInput,
  exportCsv,
  exportJournal,
  exportJson,
} from "./use-cases/export-ledger.ts";
import { getAccount, listAccounts } from "./use-cases/find-account.ts";
import { getBook, listBooks } from "./use-cases/find-books.ts";
import { findBudgetProgress, listBudgetProgress } from "./use-cases/find-budget-progress.ts";
import { getBudget, type ListBudgetsInput, listBudgets } from "./use-cases/find-budgets.ts";
import { getImport, listImportRows, listImports } from "./use-cases/find-imports.ts";
import { type FindTransactionsInput, findTransactions } from "./use-cases/find-transactions.ts";
import { getTransaction } from "./use-cases/get-transaction.ts";
import { listCategories } from "./use-cases/list-categories.ts";
import { listClosings } from "./use-cases/list-closings.ts";
import { listTransactionChanges } from "./use-cases/list-transaction-changes.ts";
import { netWorth } from "./use-cases/net-worth.ts";
import { removeImport } from "./use-cases/remove-import.ts";
import {
  archiveBudget,
  type CreateBudgetInput,
  createBudget,
  restoreBudget,
  type UpdateBudgetInput,
  updateBudget,
} from "./use-cases/save-budget.ts";
import { spending } from "./use-cases/spending.ts";
import { type SuggestNamesInput, suggestNames } from "./use-cases/suggest-names.ts";
import { type TotalTransactionsInput, totalTransactions } from "./use-cases/total-transactions.ts";
import { startUndo } from "./use-cases/undo-import.ts";
import { type UploadImportInput, uploadImport } from "./use-cases/upload-import.ts";
import { type VoidTransactionInput, voidTransaction } from "./use-cases/void-transaction.ts";

export type LedgerOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export function bindOperations(deps: LedgerDeps) {
  return {
    listAccounts: (ctx: RequestContext, input: Parameters<typeof listAccounts>[2]) =>
      listAccounts(deps, ctx, input),
    createAccount: (ctx: RequestContext, input: Parameters<typeof createAccount>[2]) =>
      createAccount(deps, ctx, input),
    getAccount: (ctx: RequestContext, input: Parameters<typeof getAccount>[2]) =>
      getAccount(deps, ctx, input),
    updateAccount: (ctx: RequestContext, input: Parameters<typeof updateAccount>[2]) =>
      updateAccount(deps, ctx, input),
    deleteAccount: (ctx: RequestContext, input: Parameters<typeof deleteAccount>[2]) =>
      deleteAccount(deps, ctx, input),
    archiveAccount: (ctx: RequestContext, input: Parameters<typeof archiveAccount>[2]) =>
      archiveAccount(deps, ctx, input),
    reopenAccount: (ctx: RequestContext, input: Parameters<typeof reopenAccount>[2]) =>
      reopenAccount(deps, ctx, input),
    accountBalances: (ctx: RequestContext, input: Parameters<typeof accountBalances>[2]) =>
      accountBalances(deps, ctx, input),
    netWorth: (ctx: RequestContext, input: Parameters<typeof netWorth>[2]) =>
      netWorth(deps, ctx, input),
    cashFlow: (ctx: RequestContext, input: Parameters<typeof cashFlow>[2]) =>
      cashFlow(deps, ctx, input),
    spending: (ctx: RequestContext, input: Parameters<typeof spending>[2]) =>
      spending(deps, ctx, input),
    listBooks: (ctx: RequestContext) => listBooks(deps, ctx),
    createBook: (ctx: RequestContext, input: CreateBookInput) => createBook(deps, ctx, input),
    getBook: (ctx: RequestContext, input: Parameters<typeof getBook>[2]) =>
      getBook(deps, ctx, input),
    updateBook: (ctx: RequestContext, input: Parameters<typeof updateBook>[2]) =>
      updateBook(deps, ctx, input),
    closeBook: (ctx: RequestContext, input: Parameters<typeof closeBook>[2]) =>
      closeBook(deps, ctx, input),
    reopenBook: (ctx: RequestContext, input: Parameters<typeof reopenBook>[2]) =>
      reopenBook(deps, ctx, input),
    listClosings: (ctx: RequestContext, input: Parameters<typeof listClosings>[2]) =>
      listClosings(deps, ctx, input),
    listCategories: (ctx: RequestContext, input: Parameters<typeof listCategories>[2]) =>
      listCategories(deps, ctx, input),
    createCategory: (ctx: RequestContext, input: CreateCategoryInput) =>
      createCategory(deps, ctx, input),
    getCategory: (ctx: RequestContext, input: Parameters<typeof getCategory>[2]) =>
      getCategory(deps, ctx, input),
    updateCategory: (ctx: RequestContext, input: Parameters<typeof updateCategory>[2]) =>
      updateCategory(deps, ctx, input),
    deleteCategory: (ctx: RequestContext, input: Parameters<typeof deleteCategory>[2]) =>
      deleteCategory(deps, ctx, input),
    archiveCategory: (ctx: RequestContext, input: Parameters<typeof archiveCategory>[2]) =>
      archiveCategory(deps, ctx, input),
    restoreCategory: (ctx: RequestContext, input: Parameters<typeof restoreCategory>[2]) =>
      restoreCategory(deps, ctx, input),
    createTransaction: (ctx: RequestContext, input: TransactionInput) =>
      createTransaction(deps, ctx, input),
    getTransaction: (ctx: RequestContext, input: Parameters<typeof getTransaction>[2]) =>
      getTransaction(deps, ctx, input),
    changeTransaction: (ctx: RequestContext, input: ChangeTransactionInput) =>
      changeTransaction(deps, ctx, input),
    voidTransaction: (ctx: RequestContext, input: VoidTransactionInput) =>
      voidTransaction(deps, ctx, input),
    listTransactionChanges: (
      ctx: RequestContext,
      input: Parameters<typeof listTransactionChanges>[2],
    ) => listTransactionChanges(deps, ctx, input),
    exportCsv: (ctx: RequestContext, input: ExportInput) => exportCsv(deps, ctx, input),
    exportJson: (ctx: RequestContext, input: ExportInput) => exportJson(deps, ctx, input),
    exportJournal: (ctx: RequestContext, input: Parameters<typeof exportJournal>[2]) =>
      exportJournal(deps, ctx, input),
    bulkChangeTransactions: (ctx: RequestContext, input: BulkChangeTransactionsInput) =>
      bulkChangeTransactions(deps, ctx, input),
    findTransactions: (ctx: RequestContext, input: FindTransactionsInput) =>
      findTransactions(deps, ctx, input),
    suggestPayees: (ctx: RequestContext, input: SuggestNamesInput) =>
      suggestNames(deps, ctx, "payee", input),
    suggestTags: (ctx: RequestContext, input: SuggestNamesInput) =>
      suggestNames(deps, ctx, "tags", input),
    totalTransactions: (ctx: RequestContext, input: TotalTransactionsInput) =>
      totalTransactions(deps, ctx, input),
    listBudgets: (ctx: RequestContext, input: ListBudgetsInput) => listBudgets(deps, ctx, input),
    createBudget: (ctx: RequestContext, input: CreateBudgetInput) => createBudget(deps, ctx, input),
    getBudget: (ctx: RequestContext, input: Parameters<typeof getBudget>[2]) =>
      getBudget(deps, ctx, input),
    updateBudget: (ctx: RequestContext, input: UpdateBudgetInput) => updateBudget(deps, ctx, input),
    archiveBudget: (ctx: RequestContext, input: Parameters<typeof archiveBudget>[2]) =>
      archiveBudget(deps, ctx, input),
    restoreBudget: (ctx: RequestContext, input: Parameters<typeof restoreBudget>[2]) =>
      restoreBudget(deps, ctx, input),
    findBudgetProgress: (ctx: RequestContext, input: Parameters<typeof findBudgetProgress>[2]) =>
      findBudgetProgress(deps, ctx, input),
    listBudgetProgress: (ctx: RequestContext, input: Parameters<typeof listBudgetProgress>[2]) =>
      listBudgetProgress(deps, ctx, input),
    uploadImport: (
      ctx: RequestContext,
      input: UploadImportInput,
      file: AsyncIterable<Uint8Array>,
    ) => uploadImport(deps, ctx, input, file),
    listImports: (ctx: RequestContext, input: Parameters<typeof listImports>[2]) =>
      listImports(deps, ctx, input),
    getImport: (ctx: RequestContext, input: Parameters<typeof getImport>[2]) =>
      getImport(deps, ctx, input),
    listImportRows: (ctx: RequestContext, input: Parameters<typeof listImportRows>[2]) =>
      listImportRows(deps, ctx, input),
    answerImport: (ctx: RequestContext, input: Parameters<typeof answerImport>[2]) =>
      answerImport(deps, ctx, input),
    removeImport: (ctx: RequestContext, input: Parameters<typeof removeImport>[2]) =>
      removeImport(deps, ctx, input),
    commitImport: (ctx: RequestContext, input: Parameters<typeof startCommit>[2]) =>
      startCommit(deps, ctx, input),
    undoImport: (ctx: RequestContext, input: Parameters<typeof startUndo>[2]) =>
      startUndo(deps, ctx, input),
  };
}

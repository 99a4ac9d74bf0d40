import type { RequestContext } from "#platform/kernel/context";
import type { LedgerDeps } from "./deps.ts";
import { accountBalances } from "./use-cases/account-balances.ts";
import { answerImport } from "./use-cases/answer-import.ts";
import { bulkChangeTransactions } from "./use-cases/bulk-change-transactions.ts";
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
import { changeTransaction } from "./use-cases/change-transaction.ts";
import { startCommit } from "./use-cases/commit-import.ts";
import { createAccount } from "./use-cases/create-account.ts";
import { createBook } from "./use-cases/create-book.ts";
import { createCategory } from "./use-cases/create-category.ts";
import { createTransaction } from "./use-cases/create-transaction.ts";
import { exportCsv, exportJournal, exportJson } from "./use-cases/export-ledger.ts";
import { getAccount, listAccounts } from "./use-cases/find-account.ts";
import { getBook, listBooks } from "./use-cases/find-books.ts";
import { findBudgetProgress, listBudgetProgress } from "./use-cases/find-budget-progress.ts";
import { getBudget, listBudgets } from "./use-cases/find-budgets.ts";
import { getImport, listImportRows, listImports } from "./use-cases/find-imports.ts";
import { findTransactions } from "./use-cases/find-transactions.ts";
import { getTransaction } from "./use-cases/get-transaction.ts";
import { listCategories } from "./use-cases/list-categories.ts";
import { listClosings } from "./use-cases/list-closings.ts";
import { listTransactionChanges } from "./use-cases/list-transaction-changes.ts";
import { netWorth } from "./use-cases/net-worth.ts";
import { removeImport } from "./use-cases/remove-import.ts";
import {
  archiveBudget,
  createBudget,
  restoreBudget,
  updateBudget,
} from "./use-cases/save-budget.ts";
import { spending } from "./use-cases/spending.ts";
import { suggestPayees, suggestTags } from "./use-cases/suggest-names.ts";
import { totalTransactions } from "./use-cases/total-transactions.ts";
import { startUndo } from "./use-cases/undo-import.ts";
import { uploadImport } from "./use-cases/upload-import.ts";
import { voidTransaction } from "./use-cases/void-transaction.ts";

export type LedgerOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export function bindOperations(deps: LedgerDeps) {
  const bind =
    <Input extends readonly unknown[], Answer>(
      useCase: (deps: LedgerDeps, ctx: RequestContext, ...input: Input) => Answer,
    ) =>
    (ctx: RequestContext, ...input: Input): Answer =>
      useCase(deps, ctx, ...input);
  return {
    listAccounts: bind(listAccounts),
    createAccount: bind(createAccount),
    getAccount: bind(getAccount),
    updateAccount: bind(updateAccount),
    deleteAccount: bind(deleteAccount),
    archiveAccount: bind(archiveAccount),
    reopenAccount: bind(reopenAccount),
    accountBalances: bind(accountBalances),
    netWorth: bind(netWorth),
    cashFlow: bind(cashFlow),
    spending: bind(spending),
    listBooks: bind(listBooks),
    createBook: bind(createBook),
    getBook: bind(getBook),
    updateBook: bind(updateBook),
    closeBook: bind(closeBook),
    reopenBook: bind(reopenBook),
    listClosings: bind(listClosings),
    listCategories: bind(listCategories),
    createCategory: bind(createCategory),
    getCategory: bind(getCategory),
    updateCategory: bind(updateCategory),
    deleteCategory: bind(deleteCategory),
    archiveCategory: bind(archiveCategory),
    restoreCategory: bind(restoreCategory),
    createTransaction: bind(createTransaction),
    getTransaction: bind(getTransaction),
    changeTransaction: bind(changeTransaction),
    voidTransaction: bind(voidTransaction),
    listTransactionChanges: bind(listTransactionChanges),
    exportCsv: bind(exportCsv),
    exportJson: bind(exportJson),
    exportJournal: bind(exportJournal),
    bulkChangeTransactions: bind(bulkChangeTransactions),
    findTransactions: bind(findTransactions),
    suggestPayees: bind(suggestPayees),
    suggestTags: bind(suggestTags),
    totalTransactions: bind(totalTransactions),
    listBudgets: bind(listBudgets),
    createBudget: bind(createBudget),
    getBudget: bind(getBudget),
    updateBudget: bind(updateBudget),
    archiveBudget: bind(archiveBudget),
    restoreBudget: bind(restoreBudget),
    findBudgetProgress: bind(findBudgetProgress),
    listBudgetProgress: bind(listBudgetProgress),
    uploadImport: bind(uploadImport),
    listImports: bind(listImports),
    getImport: bind(getImport),
    listImportRows: bind(listImportRows),
    answerImport: bind(answerImport),
    removeImport: bind(removeImport),
    commitImport: bind(startCommit),
    undoImport: bind(startUndo),
  };
}

import { defineErrors } from "#platform/kernel/errors";

export const ledgerErrors = defineErrors("ledger", {
  book_not_found: { kind: "not_found", title: "No such book" },
  read_only: { kind: "forbidden", title: "You may only read this book" },
  owner_only: { kind: "forbidden", title: "Only the owner may do this" },
  too_many_books: { kind: "conflict", title: "Too many books" },
  not_closed: { kind: "conflict", title: "This period is open" },
  book_busy: { kind: "unavailable", title: "The book is being written to" },
  period_closed: { kind: "conflict", title: "This period is closed" },
  version_changed: { kind: "precondition_failed", title: "Changed meanwhile" },
  plan_limit_reached: { kind: "payment_required", title: "The plan allows no more" },

  account_not_found: { kind: "not_found", title: "No such account" },
  too_many_accounts: { kind: "conflict", title: "Too many accounts" },
  account_archived: { kind: "conflict", title: "The account is archived" },
  account_in_use: { kind: "conflict", title: "The account has transactions" },
  external_code_taken: { kind: "conflict", title: "Another one has this code" },

  category_not_found: { kind: "not_found", title: "No such category" },
  category_archived: { kind: "conflict", title: "The category is archived" },
  category_fixed: { kind: "conflict", title: "This category stays as it is" },
  too_many_categories: { kind: "conflict", title: "Too many categories" },
  category_in_use: { kind: "conflict", title: "The category is in use" },

  transaction_not_found: { kind: "not_found", title: "No such transaction" },
  transaction_voided: { kind: "conflict", title: "The transaction is void" },
  opening_balance: { kind: "conflict", title: "An opening balance belongs to its account" },
  external_id_taken: { kind: "conflict", title: "This transaction was recorded before" },
  too_many_matches: { kind: "invalid", title: "Too many transactions match" },
  matches_changed: { kind: "conflict", title: "Other transactions match by now" },

  budget_not_found: { kind: "not_found", title: "No such budget" },
  too_many_budgets: { kind: "conflict", title: "Too many budgets" },
  import_not_found: { kind: "not_found", title: "No such import" },
  import_wrong_state: { kind: "conflict", title: "The import is not in that state" },
  import_undecided: { kind: "conflict", title: "Something about the file is open to question" },
  too_many_imports: { kind: "conflict", title: "Too many imports are open" },
  import_unreadable: { kind: "invalid", title: "The file cannot be imported" },
  import_changed: { kind: "conflict", title: "The account has changed meanwhile" },
  import_stuck: { kind: "unavailable", title: "The import was given up" },
});

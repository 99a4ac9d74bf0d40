/** How much the ledger takes and tells: its rules refuse more, its schemas publish it. Lengths are in UTF-16 units. */

/** Own books and those of others that one may read. */
export const maxListedBooks = 100;
/** Of a book, archived ones too: as many as its tree is read at once for. */
export const maxCategories = 1_000;
/** A life of months at a time would be too many: about 33 years. */
export const maxBalanceMonths = 400;
/** A year of days, or about 33 years of months. */
export const maxNetWorthPoints = 400;
/** Payees or tags for whoever types one. */
export const maxSuggestions = 20;

/** Budgets that count, archived ones do not: the progress of all of them is one answer. */
export const maxActiveBudgets = 100;
export const maxBudgetCategories = 100;
export const maxThresholds = 10;
export const maxThresholdPercent = 1_000;

/** Of a transaction. */
export const maxSplits = 100;
export const maxTags = 20;
export const maxTagLength = 50;
export const maxPayeeLength = 200;
export const maxNoteLength = 500;
export const maxDocumentNumberLength = 100;
export const maxExternalIdLength = 200;
export const maxTaxRatePercent = "1000";
export const maxTaxRateDecimals = 4;
/** Matches beyond which nothing is counted or added. */
export const maxCountedTransactions = 10_000;

/** Of a bank's file. */
export const maxImportBytes = 50 * 1024 * 1024;
export const maxImportRows = 200_000;
export const maxImportColumns = 100;
/** Lines above the headings and the headings themselves. */
export const maxHeaderRows = 60;
/** Of each cell that is kept for whoever looks at the rows. */
export const maxShownCellLength = 500;

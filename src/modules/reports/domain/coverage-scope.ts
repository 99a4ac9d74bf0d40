import type { LocalDate } from "#platform/kernel/time";
import type { ReportScope, ReportType } from "../contract.ts";

/** What of its book a report's figures hang on: its days, or all up to its last one where something is carried into them. */
export const coverageScopeOf = ({
  type,
  from,
  to,
  accountIds,
}: Pick<ReportScope, "type" | "from" | "to" | "accountIds">): {
  readonly from: LocalDate | null;
  readonly to: LocalDate;
  readonly accountIds: ReportScope["accountIds"];
} => ({ from: carriesOver.has(type) ? null : from, to, accountIds });

/** Balances, and what is left of budgets. */
const carriesOver: ReadonlySet<ReportType> = new Set([
  ...(["account_statement", "net_worth", "year", "budgets"] as const),
]);

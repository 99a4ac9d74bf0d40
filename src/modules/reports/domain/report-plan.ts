import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { ReportScope } from "../contract.ts";

/** What a report's model is made from: fixed when it was asked for, so that a second try makes the same. */
export type ReportPlan = ReportScope & {
  readonly reportId: Id;
  /** For whom it is made; must be allowed to read the book. */
  readonly userId: Id;
  readonly createdAt: Instant;
};

import type { ReportFormat } from "../contract.ts";

/** In the order in which they are shown. */
export const reportFormats = [
  ...["pdf", "docx", "xlsx", "xml", "md", "csv", "datev"],
] as const satisfies readonly ReportFormat[];

/** What a plan allows of reports. Every other bound of them holds for all plans alike. */
export type Allowance = {
  readonly formats: readonly ReportFormat[];
  /** Asked for by oneself, a day in UTC; what schedules make is not counted. */
  readonly perDay: number;
  /** Queued, running and ready at one time. */
  readonly kept: number;
  /** Schedules, paused ones too. */
  readonly schedules: number;
};

/** What everybody has. */
export const plainAllowance: Allowance = {
  ...{ formats: ["md", "csv"], perDay: 10, kept: 20, schedules: 1 },
};
/** With advanced reporting. */
export const advancedAllowance: Allowance = {
  ...{ formats: reportFormats, perDay: 100, kept: 500, schedules: 20 },
};

export const allowanceOf = (plan: { readonly advancedReporting: boolean }): Allowance =>
  plan.advancedReporting ? advancedAllowance : plainAllowance;

/** Of one user, whatever the plan: others have their turn in between. */
export const maxRunningAtOnce = 2;

/** How long files are kept, and after that the row which says what they were. */
export const keptSeconds = 30 * 86_400;
export const rememberedSeconds = 365 * 86_400;

import { type Id, isId } from "#platform/kernel/ids";
import type { ReportFormat } from "../contract.ts";
import type { ReportRun } from "../deps.ts";

/** All objects of this module. */
export const reportsPrefix = "reports/";

/** Of one run: what another one stores for the same report stands beside it, never in its place. */
const keyOf = ({ id, attempt }: ReportRun, name: string) =>
  `${reportsPrefix}${id}/${attempt}/${name}`;

export const modelKeyOf = (run: ReportRun): string => keyOf(run, "model.jsonl");
export const coverageKeyOf = (run: ReportRun): string => keyOf(run, "coverage.jsonl");
export const fileKeyOf = (run: ReportRun, format: ReportFormat): string => keyOf(run, format);

/** Undefined for what is no object of a report. */
export function reportOfKey(key: string): Id | undefined {
  const id = key.split("/")[1] ?? "";
  return key.startsWith(reportsPrefix) && isId(id) ? id : undefined;
}

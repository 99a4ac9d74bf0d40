import type { UserSummary } from "#modules/identity/contract";
import type { Book } from "#modules/ledger/contract";
import type { RequestContext } from "#platform/kernel/context";
import { invalidField, readAll } from "#platform/kernel/errors";
import { addDays } from "#platform/kernel/time";
import type { ScheduleScope } from "../contract.ts";
import type { ReportsDeps } from "../deps.ts";
import { addMonths } from "../domain/calendar.ts";
import { requireDatevScope } from "../domain/datev-file.ts";
import { readScope, type ScopeInput } from "../domain/report-scope.ts";
import { defaultsOf, requireAccounts } from "./scope-defaults.ts";

export type NamedScope = { readonly name: string; readonly scope: ScheduleScope };

/** What all reports of a schedule will be asked for with. Throws a 422 that names every faulty field. */
export async function readSchedule(
  deps: Pick<ReportsDeps, "ledger" | "scales">,
  ctx: RequestContext,
  input: ScopeInput & { readonly name: string },
  { book, user }: { readonly book: Book; readonly user: UserSummary },
): Promise<NamedScope> {
  const { name, scope } = readAll({
    name: () => readName(input.name),
    scope: () => readScheduleScope(deps, input, { book, user }),
  });
  await requireAccounts(deps, ctx, scope, user.id);
  return { name, scope };
}

function readScheduleScope(
  { scales }: Pick<ReportsDeps, "scales">,
  input: ScopeInput,
  { book, user }: { readonly book: Book; readonly user: UserSummary },
): ScheduleScope {
  if (input.type === "year")
    throw invalidField("/type", "Must be of weeks or months: a year is reported once.");
  const scope = readScope(input, defaultsOf(book, user), scales);
  const { datev } = scope;
  if (datev !== null) {
    // Any month of the year: which days it will be is for the schedule to find.
    const from = datev.fiscalYearStart;
    requireDatevScope({ ...scope, datev, from, to: addDays(addMonths(from, 1), -1) }, scales);
  }
  return scope;
}

function readName(text: string): string {
  const name = text.normalize("NFC").trim();
  if (name === "") throw invalidField("/name", "Must not be blank.");
  return name;
}

import type { Book } from "#modules/ledger/contract";
import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { LocalDate } from "#platform/kernel/time";
import type { ReportScope } from "../contract.ts";
import type { ReportsDeps, StoredReport } from "../deps.ts";
import { familyNameOf, fileBaseOf } from "../domain/file-name.ts";
import { sendNext } from "./send-next.ts";

export type NewReport = {
  readonly id: Id;
  readonly scope: ReportScope;
  readonly createdBy: Id;
  readonly fileBase: string;
  /** Which schedule it is made for, and the day it was due. */
  readonly schedule: { readonly id: Id; readonly dueOn: LocalDate } | null;
};

/** Undefined when its schedule has made one for that day already. The user is locked by the caller. */
export async function addReport(
  deps: Pick<ReportsDeps, "reports" | "turns" | "jobs" | "clock">,
  tx: Tx,
  { id, scope, createdBy, fileBase, schedule }: NewReport,
): Promise<StoredReport | undefined> {
  const at = deps.clock.now();
  const isNew = await deps.reports.add(tx, {
    ...{ id, bookId: scope.bookId, createdBy, type: scope.type, scope, fileBase },
    ...{ state: "queued", progress: 0, tries: 0 },
    ...{ scheduleId: schedule?.id ?? null, scheduledFor: schedule?.dueOn ?? null },
    ...{ createdAt: at, updatedAt: at, version: 1 },
  });
  if (!isNew) return undefined;
  await sendNext(deps, tx, createdBy);
  return deps.reports.find(tx, id);
}

/** After the family of whom the default book is, after any other book's own name. */
export const namedAfter = (
  scope: ReportScope,
  book: Pick<Book, "name" | "isDefault" | "role">,
  owner: { readonly displayName: string },
): string =>
  fileBaseOf(
    scope,
    book.isDefault && book.role === "owner" ? familyNameOf(owner.displayName) : book.name,
  );

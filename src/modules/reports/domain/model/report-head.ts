import type { DocumentHead, Fact } from "#platform/documents/model";
import type { Instant } from "#platform/kernel/time";
import type { Account } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { periodWords } from "./period-words.ts";

/** What a report is made of, and by whom. */
export type ReportOrigin = {
  readonly book: { readonly name: string; readonly revision: number };
  /** Of the book, archived ones too. */
  readonly accounts: readonly Pick<Account, "id" | "name">[];
  readonly asOf: Instant;
  /** Null when nobody knows him any more. */
  readonly madeBy: string | null;
};

/** What whoever opens a report must know before he reads a figure. */
export function reportHead({ plan, texts }: ModelFrame, origin: ReportOrigin): DocumentHead {
  const { facts: labels } = texts;
  const fact = (id: keyof typeof labels, kind: Fact["kind"], value: string | null): Fact => ({
    ...{ id, label: labels[id], kind, value },
  });
  return {
    id: plan.reportId,
    title: texts.types[plan.type],
    subtitle: `${origin.book.name} · ${periodWords(plan.from, plan.to, plan.language)}`,
    language: plan.language,
    timeZone: plan.timeZone,
    createdAt: plan.createdAt,
    facts: [
      fact("book", "text", origin.book.name),
      fact("from", "date", plan.from),
      fact("to", "date", plan.to),
      fact("timeZone", "text", plan.timeZone),
      fact("baseCurrency", "text", plan.currency),
      fact("rateSource", "text", texts.sources[plan.rateSource]),
      fact("accounts", "text", accountsIn({ plan, texts }, origin.accounts)),
      fact("asOf", "instant", origin.asOf),
      fact("bookRevision", "text", String(origin.book.revision)),
      ...(origin.madeBy === null ? [] : [fact("madeBy", "text", origin.madeBy)]),
    ],
  };
}

function accountsIn(
  { plan, texts }: Pick<ModelFrame, "plan" | "texts">,
  accounts: ReportOrigin["accounts"],
): string {
  if (plan.accountIds === null) return texts.allAccounts(accounts.length);
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  return plan.accountIds.flatMap((id) => names.get(id) ?? []).join(", ");
}

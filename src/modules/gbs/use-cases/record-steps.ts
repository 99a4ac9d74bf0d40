import type { Tx } from "#platform/db/database";
import type { Instant } from "#platform/kernel/time";
import type { CustodyHead } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { appendEntries, headText } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { wakeOf } from "./clock-effects.ts";
import type { DebtStep, Notice, People } from "./debt-step.ts";
import { dropEvidence } from "./drop-evidence.ts";
import { orderDocuments } from "./order-documents.ts";
import { orderHandOver } from "./order-hand-over.ts";

export type RecordDeps = Pick<
  GbsDeps,
  | ("jobs" | "debts" | "custody" | "custodySigner" | "notify" | "noticeData" | "links")
  | ("uploads" | "recordings" | "handOvers" | "retentionDays")
>;

/**
 * Writes what was done to a debt whose row is locked: its entries in the log, the row, and messages that carry the end of
 * the log after the step that caused them. Gives the debt as it is now.
 */
export async function recordSteps(
  deps: RecordDeps,
  tx: Tx,
  done: {
    readonly before: DebtSnapshot;
    /** In their order; the last one has the debt as it is to be. */
    readonly steps: readonly DebtStep[];
    readonly people: People;
    readonly now: Instant;
  },
): Promise<DebtSnapshot> {
  const { before, steps, people, now } = done;
  const chained = chain(deps, before, steps, now);
  const { custody } = chained;
  const changed = { ...(steps.at(-1)?.debt ?? before), custody };
  const after = steps.length === 0 ? before : { ...changed, version: before.version + 1 };
  await deps.debts.save(tx, before, after, wakeOf(after, done), now);
  await deps.custody.append(tx, before.id, chained);
  for (const { rows } of steps) await rows?.(tx);
  await orderDocuments(deps, tx, before, after);
  await orderHandOver(deps, tx, before, after);
  await dropEvidence(deps, tx, { before, after, now });
  for (const { head, notices } of chained.told)
    for (const notice of notices) await tell(deps, tx, after, { people, head, notice });
  return after;
}

/** All entries of all steps, and with which end of the log each message is sent. */
export function chain(
  { custodySigner }: Pick<RecordDeps, "custodySigner">,
  before: Pick<DebtSnapshot, "id" | "custody">,
  steps: readonly Pick<DebtStep, "custody" | "notices">[],
  now: Instant,
) {
  let custody: CustodyHead = before.custody;
  const parts = steps.map(({ custody: entries, notices = [] }) => {
    const appended = appendEntries(
      { ...custody, debtId: before.id },
      ...([entries, now, custodySigner] as const),
    );
    custody = appended.head;
    return { ...appended, notices };
  });
  return {
    entries: parts.flatMap(({ entries }) => entries),
    values: parts.flatMap(({ values }) => values),
    told: parts.map(({ head, notices }) => ({ head, notices })),
    custody,
  };
}

/** Nobody is told of an offer that must not reach him, or that he cannot know of yet. */
async function tell(
  deps: Pick<RecordDeps, "notify" | "noticeData" | "links">,
  tx: Tx,
  debt: DebtSnapshot,
  message: { readonly people: People; readonly head: CustodyHead; readonly notice: Notice },
): Promise<void> {
  const { people, head, notice } = message;
  const recipient = recipientOf(debt, notice.to, people);
  if (recipient === null) return;
  const person = notice.to === "lender" ? people.borrower : people.lender;
  const common = {
    person: person?.displayName ?? "",
    about: debt.textHidden ? hiddenText : debt.terms.description,
    address: debt.invitedAddress,
    link: linkOf(deps, debt, notice),
    chain: headText(head),
  };
  const data: Readonly<Record<string, string>> = { ...common, ...notice.data };
  const wanted = deps.noticeData(notice.kind).map((name) => [name, data[name] ?? ""]);
  await deps.notify(tx, notice.kind, recipient, Object.fromEntries(wanted));
}

function linkOf({ links }: Pick<RecordDeps, "links">, { id }: DebtSnapshot, { kind, to }: Notice) {
  // Whoever has no account cannot open the debt.
  if (to === "invited") return links.start;
  return kind === "gbs.settled" ? links.documents(id) : links.debt(id);
}

function recipientOf(
  { lenderId, borrowerId, suppressed, invitedAddress }: DebtSnapshot,
  to: Notice["to"],
  { lender }: People,
) {
  if (to === "lender") return { userId: lenderId };
  // Nobody knows what whoever has that address reads: perhaps what the lender does.
  if (to === "invited") return { name: "", address: invitedAddress, locale: lender.locale };
  return borrowerId === null || suppressed ? null : { userId: borrowerId };
}

/** Stands for a description that an administrator has hidden. */
const hiddenText = "…";

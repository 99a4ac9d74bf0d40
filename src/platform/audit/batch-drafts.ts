import { auditMessagePrefix } from "../db/audit-context.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { Verdict } from "./attribution.ts";
import { changeDraft } from "./change-drafts.ts";
import type { EntryDraft } from "./entry.ts";
import { ddlDraft, outcomeDraft, unverifiedDraft } from "./message-drafts.ts";
import {
  ddlMessagePrefix,
  isLostOutcomes,
  isRefusalCount,
  outcomeMessagePrefix,
  readOutcomeMessage,
} from "./messages.ts";
import type { Relation } from "./pgoutput.ts";
import type { SeenCounters } from "./seen-counters.ts";
import type { LogicalMessage, Part, TransactionHead } from "./transactions.ts";
import type { Unfinished } from "./unfinished.ts";

export type DraftDeps = {
  readonly keyring: Pick<Keyring, "verifyHmac">;
  readonly seen: Pick<SeenCounters, "mark">;
  readonly unfinished: Pick<Unfinished, "finished">;
  readonly keyOf: (relation: Relation) => readonly string[];
};

/** What a transaction, or a piece of it, adds to the trail. `changesBefore`: changes in the pieces before. */
export async function draftsOf(
  parts: readonly Part[],
  head: TransactionHead,
  verdict: Verdict,
  deps: DraftDeps,
  changesBefore = 0,
): Promise<EntryDraft[]> {
  const drafts: EntryDraft[] = [];
  let ordinal = changesBefore;
  for (const part of parts)
    if (part.type === "change") {
      ordinal += 1;
      drafts.push(changeDraft(part.change, head, ordinal, verdict, deps.keyOf));
    } else drafts.push(...(await messageDrafts(part.message, head, verdict, deps)));
  return drafts;
}

async function messageDrafts(
  message: LogicalMessage,
  head: TransactionHead,
  verdict: Verdict,
  deps: DraftDeps,
): Promise<EntryDraft[]> {
  switch (message.prefix) {
    case auditMessagePrefix:
      return verdict.attribution === "unverified"
        ? [unverifiedDraft(message, head, verdict.reason)]
        : [];
    case outcomeMessagePrefix:
      return outcomeDrafts(message, head, deps);
    case ddlMessagePrefix:
      return [ddlDraft(message, head)];
    default:
      return [];
  }
}

async function outcomeDrafts(
  message: LogicalMessage,
  head: TransactionHead,
  { keyring, seen, unfinished }: DraftDeps,
): Promise<EntryDraft[]> {
  const read = readOutcomeMessage(message.content, keyring);
  if (!read) return [unverifiedDraft(message, head, "signature")];
  // Sent again when nobody knew whether it had arrived: letter for letter the same, so there is nothing to tell.
  if (!(await seen.mark(`${outcomeMessagePrefix}:${read.process}`, read.counter))) return [];
  return read.outcomes.map((outcome) => {
    const isLate =
      !isRefusalCount(outcome) &&
      !isLostOutcomes(outcome) &&
      unfinished.finished(outcome.requestId);
    return outcomeDraft(outcome, head, isLate);
  });
}

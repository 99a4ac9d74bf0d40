import type { AuditContext } from "../db/audit-context.ts";
import type { EntryDraft, PlainJson } from "./entry.ts";
import { formatLsn } from "./lsn.ts";
import { isLostOutcomes, isRefusalCount, type Outcome } from "./messages.ts";
import type { LogicalMessage, TransactionHead } from "./transactions.ts";

/** Of a message that proves nothing, this much is kept, in characters: enough to find out who wrote it. */
const maxQuotedChars = 2_000;

export function outcomeDraft(outcome: Outcome, head: TransactionHead, isLate: boolean): EntryDraft {
  if (isRefusalCount(outcome)) {
    const { minute, status, ...rest } = outcome.refusals;
    return { kind: "refusals", at: minute, status, data: rest };
  }
  if (isLostOutcomes(outcome))
    return { kind: "outcomes_lost", at: head.at, data: { count: outcome.lost.count } };
  const { at, actor, requestId, operation, status, targets, ...rest } = outcome;
  return {
    ...{ kind: "request", at, actor, requestId, operation, status },
    targets: Object.values(targets),
    data: { ...rest, targets, late: isLate || undefined },
  };
}

export const unknownOutcomeDraft = (
  context: AuditContext,
  committed: { readonly at: TransactionHead["at"]; readonly lsn: string },
): EntryDraft => ({
  kind: "request_unknown",
  at: committed.at,
  actor: context.actor,
  requestId: context.requestId,
  operation: context.operation,
  data: { outcome: "committed, outcome unknown", lsn: committed.lsn },
});

export const unverifiedDraft = (
  message: LogicalMessage,
  head: TransactionHead,
  reason: string,
): EntryDraft => ({
  kind: "unverified",
  at: head.at,
  attribution: "unverified",
  data: {
    ...{ prefix: message.prefix, reason, xid: head.xid, lsn: formatLsn(head.commitLsn) },
    content: message.content.slice(0, maxQuotedChars),
  },
});

/** What the event trigger tells is shorter, at most 100 objects, and not so deep. */
const maxToldChars = 65_536;
const maxToldDepth = 8;

/** What the event trigger tells: `{ tag, objects, sessionUser }`. Kept as it is, or quoted when it is no such JSON: anybody may emit it. */
export function ddlDraft({ content }: LogicalMessage, head: TransactionHead): EntryDraft {
  const told = content.length > maxToldChars ? undefined : tryJson(content);
  return {
    kind: "ddl",
    at: head.at,
    data: {
      ...(isPlainRecord(told) && !isDeeperThan(maxToldDepth, told)
        ? told
        : { content: content.slice(0, maxQuotedChars) }),
      xid: head.xid,
      lsn: formatLsn(head.commitLsn),
    },
  };
}

const isPlainRecord = (
  value: PlainJson | undefined,
): value is { readonly [name: string]: PlainJson | undefined } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is nested without end has no spelling: it would overflow the stack. */
const isDeeperThan = (depth: number, value: PlainJson | undefined): boolean =>
  typeof value === "object" &&
  value !== null &&
  (depth === 0 || Object.values(value).some((member) => isDeeperThan(depth - 1, member)));

function tryJson(text: string): PlainJson | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

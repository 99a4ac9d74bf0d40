import type { OpenDatabase } from "../../db/client.ts";
import type { Instant } from "../../kernel/time.ts";
import type { Metrics } from "../../observability/metrics.ts";
import type { OutcomeMessages, RequestOutcome } from "../messages.ts";
import { outcomeMessagePrefix } from "../messages.ts";
import { createOutbox } from "./outbox.ts";
import { createRefusals, type Refusal } from "./refusals.ts";

/** How long a denial waits for its record, unless said otherwise; then the client gets 503 instead of it. */
const denialWaitMs = 2_000;
/** Refusals of strangers are gathered for so long: one record for each kind of them. */
const refusalWindowMs = 60_000;
/** For what is left at the end of the process. */
const closeMs = 2_000;

/** Where the server leaves what became of its requests. */
export type RequestAudit = {
  /** Will be part of the trail in a moment. */
  record(outcome: RequestOutcome): void;
  /** Resolves to true when the record can no longer be lost; to false when that takes too long. */
  recordFirst(outcome: RequestOutcome): Promise<boolean>;
  /** One more of a kind, of somebody whom we do not know. */
  count(refusal: Refusal, now: Instant): void;
  /** Whether the request has written to MainDB; true once. */
  takeWritten(requestId: string): boolean;
};

export type OpenRequestAudit = RequestAudit & {
  /** Sends all that waits, refusals included. */
  close(): Promise<void>;
};

/** Sends request records as signed logical messages through MainDB's WAL, where the relay finds them in order. */
export function openRequestAudit(deps: {
  readonly db: Pick<OpenDatabase, "emitMessage" | "takeWritten">;
  readonly messages: OutcomeMessages;
  readonly metrics: Metrics;
  readonly onFailure: (error: unknown) => void;
  /** How long a denial waits for its record; 2 s. */
  readonly waitMs?: number;
}): OpenRequestAudit {
  const { waitMs = denialWaitMs } = deps;
  const lost = deps.metrics.counter({
    name: "fintrack_audit_outcomes_lost_total",
    help: "Request records that were given up because MainDB did not take them.",
    labels: [],
  });
  const outbox = createOutbox({
    send: (content) => deps.db.emitMessage(outcomeMessagePrefix, content),
    seal: (outcomes) => deps.messages.next(outcomes),
    onLost: (count) => lost.increment({}, count),
    onFailure: deps.onFailure,
  });
  deps.metrics.reading(
    {
      type: "gauge",
      name: "fintrack_audit_outcomes_waiting",
      help: "Request records that MainDB does not have yet.",
      labels: [],
    },
    () => [{ labels: {}, value: outbox.waiting() }],
  );
  const refusals = createRefusals();
  let window: ReturnType<typeof setTimeout> | undefined;

  function sendRefusals(): void {
    clearTimeout(window);
    window = undefined;
    for (const refusal of refusals.take()) outbox.add(refusal);
  }

  return {
    record: outbox.add,
    recordFirst: (outcome) => outbox.store(outcome, waitMs),
    count(refusal, now) {
      refusals.count(refusal, now);
      window ??= setTimeout(sendRefusals, refusalWindowMs);
    },
    takeWritten: deps.db.takeWritten,
    async close() {
      sendRefusals();
      await outbox.close(closeMs);
    },
  };
}

import type { AuditContext } from "../db/audit-context.ts";
import type { Instant } from "../kernel/time.ts";
import type { Keyring } from "../keyring/keyring.ts";

/**
 * Logical messages that carry what became of requests. They are emitted transactional, by
 * `select pg_logical_emit_message(true, 'audit_outcome', $1)` in a transaction without any other write.
 */
export const outcomeMessagePrefix = "audit_outcome";
/** Logical messages of the event trigger: what somebody did to the schema. */
export const ddlMessagePrefix = "audit_ddl";

/** Outcomes in one message; more are sent in several. */
export const maxOutcomesPerMessage = 500;

/** An answered request that may have changed something, or was refused where that is worth a record of its own. */
export type RequestOutcome = {
  readonly requestId: string;
  /** The client's own X-Request-Id. */
  readonly clientRequestId: string | null;
  /** When it arrived. */
  readonly at: Instant;
  readonly durationMs: number;
  readonly method: string;
  /** The route's template, "/v1/books/:bookId", or "unmatched". */
  readonly route: string;
  /** operationId of the route; null when none was reached. */
  readonly operation: string | null;
  /** Path parameters that are ids, by their names. */
  readonly targets: Readonly<Record<string, string>>;
  readonly status: number;
  /** Code of the problem; null on success. */
  readonly code: string | null;
  readonly actor: AuditContext["actor"];
  /** Address or network of the client. */
  readonly client: string;
};

/** Refused anonymous requests of one minute, counted: nobody fills the disk with 401s. */
export type RefusalCount = {
  readonly refusals: {
    /** The minute's first moment. */
    readonly minute: Instant;
    readonly method: string;
    readonly route: string;
    readonly client: string;
    readonly status: number;
    readonly count: number;
  };
};

/** Outcomes that were given up for want of room while MainDB was away, stated by the first message that got through. */
export type LostOutcomes = { readonly lost: { readonly count: number } };

export type Outcome = RequestOutcome | RefusalCount | LostOutcomes;

export type OutcomeMessage = {
  readonly v: 1;
  readonly process: string;
  /** Counts the outcome messages of the process; a repeated one was copied. */
  readonly counter: number;
  readonly outcomes: readonly Outcome[];
};

export const isRefusalCount = (outcome: Outcome): outcome is RefusalCount => "refusals" in outcome;
export const isLostOutcomes = (outcome: Outcome): outcome is LostOutcomes => "lost" in outcome;

const purpose = "audit-context";
const signed = /^(\{"v":1,.*),"mac":"([0-9a-f]{64})"\}$/s;

export type OutcomeMessages = { next(outcomes: readonly Outcome[]): string };

/**
 * Makes a message's content: JSON whose last member `mac` is the HMAC of the text before it plus "}", as in an audit
 * context. That begins with its process, this with its version: neither can be taken for the other.
 */
export function createOutcomeMessages(options: {
  readonly processId: string;
  readonly keyring: Pick<Keyring, "hmac">;
}): OutcomeMessages {
  let counter = 0;
  return {
    next(outcomes) {
      if (outcomes.length > maxOutcomesPerMessage)
        throw new RangeError(`more than ${maxOutcomesPerMessage} outcomes in one message`);
      counter += 1;
      const message: OutcomeMessage = { v: 1, process: options.processId, counter, outcomes };
      const text = JSON.stringify(message);
      return `${text.slice(0, -1)},"mac":"${options.keyring.hmac(purpose, text)}"}`;
    },
  };
}

/** The outcomes of a message, or undefined when no key of ours signed it. */
export function readOutcomeMessage(
  content: string,
  keyring: Pick<Keyring, "verifyHmac">,
): OutcomeMessage | undefined {
  const [, body, mac] = signed.exec(content) ?? [];
  if (body === undefined || mac === undefined) return undefined;
  return keyring.verifyHmac(purpose, `${body}}`, mac) ? JSON.parse(`${body}}`) : undefined;
}

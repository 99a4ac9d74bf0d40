import { type DecimalString, isDecimal, magnitudeOf, signOf } from "#platform/kernel/decimal";
import type { CurrencyCode } from "#platform/kernel/money";
import { type Instant, secondsBetween } from "#platform/kernel/time";
import type { QuoteDirection, RateSource } from "../contract.ts";
import { confirmationTolerance, type DirectedRate, isJump } from "./jump.ts";
import { isSignificantChange, type Significance } from "./significant-change.ts";
import type { StoredRate } from "./stored-rate.ts";

/** What one provider quoted at one moment. */
export type Poll = {
  readonly provider: string;
  readonly source: RateSource;
  readonly direction: QuoteDirection;
  readonly seenAt: Instant;
  readonly asOf: Instant | null;
  readonly quotes: readonly { readonly code: CurrencyCode; readonly rate: string }[];
};

export type PollRules = {
  readonly significance: Significance;
  /** null: every jump is believed (history that a person imports). */
  readonly maxJump: DecimalString | null;
  /** 0 is the best; a provider that is no longer configured is worse than all others. */
  rankOf(provider: string): number;
  /** A quote older than this no longer keeps worse providers out. */
  staleAfterSeconds(provider: string): number;
};

/** What is known at the moment of the poll. */
export type PollBackground = {
  /** The row in force for each code at `seenAt`. */
  readonly inForce: ReadonlyMap<CurrencyCode, StoredRate>;
  /** This provider's poll before this one: a row not seen then has a hole and is not extended. */
  readonly previousPollAt: Instant | null;
  /** Other providers' quotes of the same round and rates in quarantine: they may confirm a jump. */
  readonly witnesses: ReadonlyMap<CurrencyCode, readonly DirectedRate[]>;
};

/** out_of_range: beyond {@link maxRateMagnitude}. */
export type QuarantineReason = "not_a_number" | "not_positive" | "out_of_range" | "jump";
export type QuarantinedRate = {
  readonly code: CurrencyCode;
  readonly rate: string;
  readonly reason: QuarantineReason;
};

export type PollOutcome = {
  readonly inserts: readonly StoredRate[];
  /** Rows seen once more, with the new lastSeen, asOf and multiplier. */
  readonly extensions: readonly StoredRate[];
  readonly quarantined: readonly QuarantinedRate[];
  /** Codes for which a better provider is fresh. */
  readonly outranked: number;
  /** Codes already observed at or after that moment: a repeated or late poll. */
  readonly covered: number;
};

/**
 * Believable rates lie from 1e-12 to below 1e12: the widest of real data is the old bolivar at 2e10 per dollar. A cross
 * rate of two of them stays within what a decimal can be.
 */
const maxRateMagnitude = 12;

/** Decides, code by code, what a poll changes. Pure: the same for a live poll and for imported history. */
export function applyPoll(poll: Poll, background: PollBackground, rules: PollRules): PollOutcome {
  const inserts: StoredRate[] = [];
  const extensions: StoredRate[] = [];
  const quarantined: QuarantinedRate[] = [];
  let outranked = 0;
  let covered = 0;

  for (const { code, rate } of poll.quotes) {
    if (!isDecimal(rate)) {
      quarantined.push({ code, rate, reason: "not_a_number" });
      continue;
    }
    if (signOf(rate) <= 0) {
      quarantined.push({ code, rate, reason: "not_positive" });
      continue;
    }
    if (!isInRange(rate)) {
      quarantined.push({ code, rate, reason: "out_of_range" });
      continue;
    }
    const stored = background.inForce.get(code);
    if (stored && stored.lastSeen >= poll.seenAt) covered += 1;
    else if (stored && isOutranked(stored, poll, rules)) outranked += 1;
    else if (stored && isDoubtful(stored, { rate, direction: poll.direction }, code))
      quarantined.push({ code, rate, reason: "jump" });
    else if (stored && extendsRow(stored, rate)) extensions.push(seenAgain(stored, poll));
    else inserts.push(newRow(poll, code, rate));
  }
  return { inserts, extensions, quarantined, outranked, covered };

  function isDoubtful(stored: StoredRate, observed: DirectedRate, code: CurrencyCode): boolean {
    if (rules.maxJump === null || !isJump(stored, observed, rules.maxJump)) return false;
    const witnesses = background.witnesses.get(code) ?? [];
    return !witnesses.some((witness) => !isJump(witness, observed, confirmationTolerance));
  }
  function extendsRow(stored: StoredRate, rate: DecimalString): boolean {
    return (
      stored.provider === poll.provider &&
      stored.direction === poll.direction &&
      stored.lastSeen === background.previousPollAt &&
      !isSignificantChange(stored.rate, rate, rules.significance)
    );
  }
}

function isInRange(rate: DecimalString): boolean {
  const magnitude = magnitudeOf(rate) ?? 0;
  return magnitude >= -maxRateMagnitude && magnitude < maxRateMagnitude;
}

function isOutranked(stored: StoredRate, poll: Poll, rules: PollRules): boolean {
  return (
    rules.rankOf(stored.provider) < rules.rankOf(poll.provider) &&
    secondsBetween(stored.lastSeen, poll.seenAt) <= rules.staleAfterSeconds(stored.provider)
  );
}

const seenAgain = (stored: StoredRate, poll: Poll): StoredRate => ({
  ...stored,
  lastSeen: poll.seenAt,
  asOf: poll.asOf,
  multiplier: stored.multiplier + 1,
});

const newRow = (poll: Poll, code: CurrencyCode, rate: DecimalString): StoredRate => ({
  source: poll.source,
  code,
  provider: poll.provider,
  direction: poll.direction,
  rate,
  firstSeen: poll.seenAt,
  lastSeen: poll.seenAt,
  asOf: poll.asOf,
  multiplier: 1,
});

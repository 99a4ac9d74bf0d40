import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";

/** Who a token stands for, as it was read at `readAtMs`. */
export type CachedToken<A> = {
  readonly actor: A;
  readonly userId: Id;
  readonly sessionId: Id;
  /** Not believed from then on: its own end, or that of the time that it may be remembered. */
  readonly until: Instant;
  /** Before the read began. */
  readonly readAtMs: number;
};

type Bounds = {
  readonly maxTokens: number;
  readonly maxAgeMs: number;
  /** Users and sessions of which something is distrusted at a time; with more, everything is. */
  readonly maxSubjects: number;
};

const never = Number.NEGATIVE_INFINITY;

/**
 * Verified tokens in memory. What was read before a user or session was revoked is never given, also when it arrives
 * after that: each subject has a moment after which reading it counts. All times are monotonic milliseconds of one
 * clock, but for the `until` of a token.
 */
export function createTokenCache<A>({ maxTokens, maxAgeMs, maxSubjects }: Bounds) {
  const tokens = new Map<string, CachedToken<A>>();
  const trustedFromMs = new Map<Id, number>();
  let allTrustedFromMs = never;

  const isTrusted = ({ userId, sessionId, readAtMs }: CachedToken<A>): boolean =>
    readAtMs > allTrustedFromMs &&
    readAtMs > (trustedFromMs.get(userId) ?? never) &&
    readAtMs > (trustedFromMs.get(sessionId) ?? never);

  function distrustAll(fromMs: number): void {
    // Of some, more may be distrusted than of all.
    for (const ownMs of trustedFromMs.values())
      allTrustedFromMs = Math.max(allTrustedFromMs, ownMs);
    allTrustedFromMs = Math.max(allTrustedFromMs, fromMs);
    tokens.clear();
    trustedFromMs.clear();
  }

  /** What is that old is forgotten anyway. */
  function dropSettled(nowMs: number): void {
    for (const [subject, fromMs] of trustedFromMs)
      if (fromMs < nowMs - maxAgeMs) trustedFromMs.delete(subject);
  }

  return {
    get(token: string, nowMs: number, now: Instant): A | undefined {
      const known = tokens.get(token);
      if (known === undefined) return undefined;
      if (nowMs - known.readAtMs < maxAgeMs && now < known.until) return known.actor;
      tokens.delete(token);
      return undefined;
    },

    put(token: string, known: CachedToken<A>): void {
      if (!isTrusted(known)) return;
      // The one that was put first is the one that ends first.
      const [oldest] = tokens.size >= maxTokens && !tokens.has(token) ? tokens.keys() : [];
      if (oldest !== undefined) tokens.delete(oldest);
      tokens.delete(token);
      tokens.set(token, known);
    },

    /** What is read of these users and sessions counts after `fromMs`, which may lie ahead. */
    distrust(subjects: readonly Id[], fromMs: number, nowMs: number): void {
      if (subjects.length === 0) return;
      dropSettled(nowMs);
      if (trustedFromMs.size + subjects.length > maxSubjects) {
        distrustAll(fromMs);
        return;
      }
      for (const subject of subjects)
        trustedFromMs.set(subject, Math.max(fromMs, trustedFromMs.get(subject) ?? fromMs));
      for (const [token, known] of tokens) if (!isTrusted(known)) tokens.delete(token);
    },

    distrustAll,
    size: () => tokens.size,
  };
}

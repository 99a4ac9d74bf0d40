import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant } from "#platform/kernel/time";

/** A session that is not refreshed for so long is over; */
export const idleSeconds = 30 * 86_400;
/** and so is one that was opened so long ago, however busy it is. */
export const absoluteSeconds = 90 * 86_400;
/** Live sessions of one user; beyond it the one that was not used for longest ends. */
export const maxLiveSessions = 50;

/** How long a node believes what it read of a token's holder, unless it hears of a revocation earlier. */
export const tokenMemorySeconds = 60;

/** Why a session ended; stored with it. */
export type SessionEnd =
  | "logout"
  | "revoked"
  | "refresh_token_reused"
  | "password_changed"
  | "password_reset"
  | "second_factor_changed"
  | "suspended"
  | "too_many"
  | "restored";

/** What a session is to whoever issues tokens for it; plain data. Holds a secret. */
export type SessionGrant = {
  readonly sessionId: Id;
  readonly userId: Id;
  /** The last proof of a password or second factor. */
  readonly authenticatedAt: Instant;
  readonly refreshToken: string;
  /** When the refresh token is worth nothing any more. */
  readonly refreshExpiresAt: Instant;
};

export const absoluteExpiry = (createdAt: Instant): Instant =>
  addSeconds(createdAt, absoluteSeconds);

/** When a session that was used at `usedAt` ends by itself: never after its absolute end. */
export const idleExpiry = (usedAt: Instant, absoluteExpiresAt: Instant): Instant =>
  earlier(addSeconds(usedAt, idleSeconds), absoluteExpiresAt);

export function earlier(one: Instant, other: Instant): Instant {
  if (one < other) return one;
  return other;
}

/** The idle end is the earlier one: see {@link idleExpiry}. */
export const isLive = (
  session: { readonly endedAt: Instant | null; readonly idleExpiresAt: Instant },
  now: Instant,
): boolean => session.endedAt === null && now < session.idleExpiresAt;

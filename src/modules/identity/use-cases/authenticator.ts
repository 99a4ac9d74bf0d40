import type { Actor } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { IdentityDeps, TokenHolder, VerifiedToken } from "../deps.ts";
import { effectiveRoles, permissionsOf } from "../domain/roles.ts";
import { earlier, isLive, tokenMemorySeconds } from "../domain/session.ts";
import { createTokenCache } from "../domain/token-cache.ts";
import { createRevocationFollower } from "./follow-revocations.ts";

/** Tokens in memory: about 2 KB each. */
const maxTokens = 20_000;
const maxSubjects = 50_000;
/** A reading that began longer ago is shared no more: it may have been lost with its connection. */
const maxSharedMs = 1_000;
/** What this node revokes is committed, or not, within this time: no transaction is open for longer. */
const maxCommitMs = 30_000;

type Deps = Pick<IdentityDeps, "db" | "clock" | "accessTokens" | "sessions" | "revocations"> & {
  readonly channel: string;
  /** Milliseconds that only ever grow. */
  readonly monotonicMs: () => number;
  readonly onFailure: (error: unknown) => void;
};

type Underway = { readonly actor: Promise<Actor | null>; readonly sinceMs: number };

/**
 * Who sends a bearer token. A token that was verified lately is answered from memory, at once. For every other one the
 * signature is verified, and then one read tells that its session lives, its user is active and what it claims is still
 * so. A database that cannot be asked is an error (503), not a stranger (401).
 */
export function createAuthenticator(deps: Deps) {
  const { clock, monotonicMs } = deps;
  const maxAgeMs = tokenMemorySeconds * 1000;
  const cache = createTokenCache<Actor>({ maxTokens, maxAgeMs, maxSubjects });
  /** Requests that come together with one token share its reading, unless something was revoked meanwhile. */
  const underway = new Map<string, Underway>();
  const follower = createRevocationFollower({
    ...deps,
    onRevoked(subjects) {
      underway.clear();
      const nowMs = monotonicMs();
      if (subjects === "all") cache.distrustAll(nowMs);
      else cache.distrust(subjects, nowMs, nowMs);
    },
  });

  async function identify(authorization: string): Promise<Actor | null> {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
    const verified = token === undefined ? null : await deps.accessTokens.verify(token);
    if (verified === null) return null;
    const readAtMs = monotonicMs();
    const remembered = addSeconds(clock.now(), tokenMemorySeconds);
    const holder = await deps.sessions.holder(deps.db.read, verified.sessionId);
    if (!holder || !isBelieved(verified, holder)) return null;
    const actor = actorOf(verified, holder);
    const { userId, sessionId, expiresAt } = verified;
    const until = earlier(expiresAt, remembered);
    cache.put(authorization, { actor, userId, sessionId, until, readAtMs });
    return actor;
  }

  const isBelieved = (token: VerifiedToken, holder: TokenHolder): boolean =>
    holder.userId === token.userId &&
    holder.status === "active" &&
    holder.claimsVersion === token.claimsVersion &&
    isLive(holder, clock.now());

  return {
    authenticate({ authorization }: { readonly authorization: string }) {
      const nowMs = monotonicMs();
      if (follower.isCurrent(nowMs)) {
        const known = cache.get(authorization, nowMs, clock.now());
        if (known !== undefined) return known;
      }
      const shared = underway.get(authorization);
      if (shared && nowMs - shared.sinceMs < maxSharedMs) return shared.actor;
      const actor = identify(authorization).finally(() => {
        if (underway.get(authorization) === begun) underway.delete(authorization);
      });
      const begun = { actor, sinceMs: nowMs };
      underway.set(authorization, begun);
      return actor;
    },

    /**
     * This node is about to revoke something of these users or sessions: until that has surely committed, they are read
     * at every request.
     */
    distrust(subjects: readonly Id[]): void {
      underway.clear();
      const nowMs = monotonicMs();
      cache.distrust(subjects, nowMs + maxCommitMs, nowMs);
    },

    remembered: () => cache.size(),
    start: follower.start,
    stop: follower.stop,
  };
}

/** Rights are those of this release and of now; the time of the proof is the token's own. */
function actorOf(token: VerifiedToken, holder: TokenHolder): Actor {
  const roles = effectiveRoles(holder.roles, holder.hasSecondFactor);
  return Object.freeze({
    type: "user",
    id: token.userId,
    sessionId: token.sessionId,
    roles: Object.freeze(roles),
    permissions: Object.freeze(permissionsOf(roles)),
    authenticatedAt: token.authenticatedAt,
  });
}

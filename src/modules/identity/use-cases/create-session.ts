import type { Tx } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { IdentityDeps, Origin } from "../deps.ts";
import { deviceName } from "../domain/device.ts";
import {
  absoluteExpiry,
  idleExpiry,
  maxLiveSessions,
  type SessionGrant,
} from "../domain/session.ts";
import { endSessions } from "./end-sessions.ts";
import { grantOf } from "./grant-of.ts";

const familySecretBytes = 32;

type Deps = Pick<
  IdentityDeps,
  "clock" | "ids" | "sessions" | "revocations" | "tokenCache" | "randomSecrets" | "refreshTokenMacs"
>;

/**
 * Opens a session of a user, in the caller's transaction; tokens for it are issued after that has committed. At most
 * {@link maxLiveSessions} live at a time.
 */
export async function createSession(
  deps: Deps,
  tx: Tx,
  input: { readonly userId: Id; readonly origin: Origin; readonly authenticatedAt: Instant },
): Promise<SessionGrant> {
  const { userId, origin, authenticatedAt } = input;
  const now = deps.clock.now();
  await deps.sessions.lockUser(tx, userId);
  const keep = maxLiveSessions - 1;
  const only = await deps.sessions.surplus(tx, userId, { keep, limit: maxLiveSessions, now });
  if (only.length > 0) await endSessions(deps, tx, { userId, only, reason: "too_many" });

  const absoluteExpiresAt = absoluteExpiry(now);
  const session = {
    ...{ id: deps.ids.next(), userId, authenticatedAt, absoluteExpiresAt },
    device: deviceName(origin.device),
    client: origin.client,
    createdAt: now,
    usedAt: now,
    idleExpiresAt: idleExpiry(now, absoluteExpiresAt),
  };
  const familySecret = deps.randomSecrets.token(familySecretBytes);
  await deps.sessions.insert(tx, session, familySecret);
  return grantOf(deps, {
    ...session,
    ...{ sessionId: session.id, familySecret, generation: 1, rotatedAt: now },
  });
}

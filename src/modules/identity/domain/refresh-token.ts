import { type Id, isId } from "#platform/kernel/ids";
import { epochMs, type Instant } from "#platform/kernel/time";

/** Two tabs, or one whose answer was lost, may send the same token twice within this time. */
export const graceSeconds = 20;

/** `sessionId.generation.mac`: says which session it refreshes and, by its MAC, that it came from us. */
export type RefreshToken = {
  readonly sessionId: Id;
  readonly generation: number;
  /** HMAC-SHA256, 64 hex digits. */
  readonly mac: string;
};

const pattern = /^([0-9a-f-]{36})\.([1-9][0-9]{0,8})\.([0-9a-f]{64})$/;

/** Null for what was never a refresh token of ours. */
export function parseRefreshToken(text: string): RefreshToken | null {
  const [, sessionId = "", generation, mac = ""] = pattern.exec(text) ?? [];
  return isId(sessionId) ? { sessionId, generation: Number(generation), mac } : null;
}

export const formatRefreshToken = ({ sessionId, generation, mac }: RefreshToken): string =>
  `${sessionId}.${generation}.${mac}`;

/**
 * What becomes of a token of a live session whose MAC is right: `rotate` makes its successor, `repeat` gives the
 * successor that there is already. Every other one was used before by somebody else (RFC 9700, 4.14.2): `reused`.
 */
export function judgeRefresh(
  family: { readonly generation: number; readonly rotatedAt: Instant },
  presented: number,
  now: Instant,
): "rotate" | "repeat" | "reused" {
  if (presented === family.generation) return "rotate";
  const withinGrace = epochMs(now) - epochMs(family.rotatedAt) <= graceSeconds * 1000;
  return presented === family.generation - 1 && withinGrace ? "repeat" : "reused";
}

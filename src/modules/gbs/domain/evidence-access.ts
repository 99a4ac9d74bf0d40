import type { Instant } from "#platform/kernel/time";
import type { EvidenceAccess } from "../contract.ts";

/** Who can open a recording, by what has happened to its headers. */
export function evidenceAccess(
  recording: {
    readonly destroyedAt: Instant | null;
    readonly sealedAt: Instant | null;
    readonly sealExpectedBy: Instant | null;
    readonly hasLenderHeader: boolean;
  },
  now: Instant,
): EvidenceAccess {
  const { destroyedAt, sealedAt, sealExpectedBy, hasLenderHeader } = recording;
  if (destroyedAt !== null) return "destroyed";
  if (sealedAt !== null) return "sealed";
  if (sealExpectedBy !== null && sealExpectedBy <= now) return "not_sealed";
  return hasLenderHeader ? "revealed" : "review";
}

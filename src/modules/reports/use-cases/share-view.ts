import type { Instant } from "#platform/kernel/time";
import type { ReportShare } from "../contract.ts";
import type { OpeningSummary, StoredShare } from "../deps.ts";
import { shareStateOf } from "../domain/share.ts";

/** A link as its owner sees it. */
export const shareView = (
  share: StoredShare,
  summary: OpeningSummary,
  now: Instant,
): ReportShare => ({
  id: share.id,
  reportId: share.reportId,
  label: share.label,
  language: share.language,
  hasPassword: summary.hasPassword,
  state: shareStateOf(share, now),
  openings: summary.openings,
  lastOpenedAt: summary.lastOpenedAt,
  createdAt: share.createdAt,
  expiresAt: share.expiresAt,
  revokedAt: share.revokedAt,
});

import type { Instant } from "#platform/kernel/time";

/** 128 bits: nobody guesses one. */
export const tokenBytes = 16;
const tokenPattern = /^[\w-]{22}$/;
/** Base64url of {@link tokenBytes} bytes. */
export const isShareToken = (text: string): boolean => tokenPattern.test(text);

/** Links that work at one time, of one report. */
export const maxSharesPerReport = 20;
export const maxShareDays = 30;
export const defaultShareDays = 14;

export type ShareState = "open" | "revoked" | "expired";

export const shareStateOf = (
  share: { readonly revokedAt: Instant | null; readonly expiresAt: Instant },
  now: Instant,
): ShareState => {
  if (share.revokedAt !== null) return "revoked";
  return share.expiresAt <= now ? "expired" : "open";
};

/** What somebody did with a link: read the page, typed a wrong password, or fetched a file of that format. */
export type OpeningKind = "page" | "wrong_password" | `file:${string}`;

/** Whoever has a link may fetch its files again and again, but not fill our disk with the notes about it. */
export const openingsOf = (shareId: string) => [
  {
    rule: { name: "share_opening", kind: "window", limit: 200, windowSeconds: 86_400 } as const,
    subject: shareId,
  },
];

/**
 * Wrong passwords of one link: five at once from one client, then longer and longer waits; and fifty a day from
 * anywhere.
 */
export const passwordTries = (of: { readonly shareId: string; readonly client: string }) => [
  {
    rule: {
      ...{ name: "share_password_client", kind: "delay", free: 5, firstDelaySeconds: 30 },
      ...{ maxDelaySeconds: 3600, forgetAfterSeconds: 86_400 },
    } as const,
    subject: `${of.shareId} ${of.client}`,
  },
  {
    rule: { name: "share_password", kind: "window", limit: 50, windowSeconds: 86_400 } as const,
    subject: of.shareId,
  },
];

/** Mails with a link that one user may send in a day: they go to people who did not ask for them. */
export const sharesMailedBy = (userId: string) => [
  {
    rule: { name: "share_mail", kind: "window", limit: 20, windowSeconds: 86_400 } as const,
    subject: userId,
  },
];

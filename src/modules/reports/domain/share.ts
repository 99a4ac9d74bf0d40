import { invalidField } from "#platform/kernel/errors";
import { addSeconds, type Instant } from "#platform/kernel/time";

/** 128 bits: nobody guesses one. */
export const tokenBytes = 16;

/** Links that work at one time, of one report. */
export const maxSharesPerReport = 20;
export const maxShareDays = 30;
export const defaultShareDays = 14;

const daySeconds = 86_400;

/** Never later than the files are deleted. */
export function expiryOf(now: Instant, days: number, filesExpireAt: Instant): Instant {
  const asked = addSeconds(now, days * daySeconds);
  return asked < filesExpireAt ? asked : filesExpireAt;
}

const minPasswordCharacters = 8;
/** More costs time to hash, and nobody types it. */
const maxPasswordCharacters = 128;

/** Nobody has a list of these to try them on: short ones do, for tries are few. */
export function readSharePassword(password: string): string {
  const { length } = [...password];
  if (length < minPasswordCharacters || length > maxPasswordCharacters)
    throw invalidField(
      "/password",
      `Must have ${minPasswordCharacters} to ${maxPasswordCharacters} characters.`,
    );
  return password;
}

export function readLabel(label: string): string {
  const words = label.trim();
  if (words === "") throw invalidField("/label", "Must not be empty.");
  return words;
}

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
      name: "share_password_client",
      kind: "delay",
      free: 5,
      firstDelaySeconds: 30,
      maxDelaySeconds: 3600,
      forgetAfterSeconds: 86_400,
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

/** Nobody guesses 256 bits: a plain hash is enough to store them. */
export const resetTokenBytes = 32;
/** How long a link works. */
export const resetMinutes = 30;

/** base64url of {@link resetTokenBytes}: anything else was never mailed. */
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;
export const isResetToken = (text: string): boolean => tokenPattern.test(text);

/**
 * The token stands in the fragment: no server and no proxy ever logs it, and the scanners of mail that fetch links
 * spend nothing.
 */
export const resetLink = (origin: string, token: string): string =>
  `${origin}/reset-password#token=${token}`;

const mailsOfHour = {
  name: "password_reset_hour",
  kind: "window",
  limit: 5,
  windowSeconds: 3600,
} as const;
const mailsOfDay = {
  name: "password_reset_day",
  kind: "window",
  limit: 10,
  windowSeconds: 86_400,
} as const;
const requestsOfClient = {
  name: "password_reset_client",
  kind: "window",
  windowSeconds: 3600,
} as const;

/** So many mails go to one mailbox, whoever asks; then nothing more is sent, and nobody is told. */
export const resetMails = (addressKey: string) => [
  { rule: mailsOfHour, subject: addressKey },
  { rule: mailsOfDay, subject: addressKey },
];

/** What one client may ask or try, for whatever address or link. */
export const resetsOfClient = (client: string, clientAttemptsPerHour: number) => [
  { rule: { ...requestsOfClient, limit: clientAttemptsPerHour }, subject: client },
];

/** Mails to one mailbox, whoever causes them by how many registrations: more is silence with the same answer. */
const mailsPerHour = {
  name: "registration_mails_hour",
  kind: "window",
  limit: 5,
  windowSeconds: 3600,
} as const;
const mailsPerDay = {
  name: "registration_mails_day",
  kind: "window",
  limit: 10,
  windowSeconds: 86_400,
} as const;

/**
 * Guesses at all codes of one mailbox together: a code has a million values, so somebody who guesses every day for a
 * year comes in with a chance of less than one in a hundred.
 */
const guessesPerDay = {
  name: "registration_guesses_day",
  kind: "window",
  limit: 20,
  windowSeconds: 86_400,
} as const;

const registrationsOfClient = {
  name: "registration_client",
  kind: "window",
  windowSeconds: 3600,
} as const;
const guessesOfClient = {
  name: "registration_guesses_client",
  kind: "window",
  windowSeconds: 3600,
} as const;

/** Before a mail is sent. */
export const mailsTo = (addressKey: string) => [
  { rule: mailsPerHour, subject: addressKey },
  { rule: mailsPerDay, subject: addressKey },
];

/** Before a client registers, or asks for another code. */
export const registrationsBy = (client: string, clientAttemptsPerHour: number) => [
  { rule: { ...registrationsOfClient, limit: clientAttemptsPerHour }, subject: client },
];

/** Before a code is looked at. */
export const guessesAt = (addressKey: string) => [{ rule: guessesPerDay, subject: addressKey }];
export const guessesBy = (client: string, clientAttemptsPerHour: number) => [
  { rule: { ...guessesOfClient, limit: clientAttemptsPerHour }, subject: client },
];

import type { NotificationDefinition } from "#platform/notify/notifications";

const code = (data: readonly string[]): NotificationDefinition =>
  ({ category: null, expiresAfterSeconds: 600, data, texts: {} as never }) as const;

/** What identity tells people, in every language. */
export const identityNotifications = {
  "identity.registration_code": code(["code", "minutes"]),
};

import type { Config } from "#platform/config";
import type { Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import { openSmtpMailer } from "#platform/mail/smtp-mailer";
import { createNotifications } from "#platform/notify/create-notifications";
import type {
  FindNotifiedUsers,
  NotificationDefinition,
  NotificationText,
} from "#platform/notify/notifications";
import type { Logger } from "#platform/observability/logger";
import { createMetrics, type Metrics } from "#platform/observability/metrics";
import { testKeyring } from "./test-keyring.ts";

const said = (subject: string): NotificationText => ({
  subject,
  paragraphs: [subject],
  code: "{code}",
});
const texts = { en: said("Your code"), tr: said("Kodunuz"), de: said("Ihr Code") };

/** Kinds for tests: one that may be switched off, one that may not. */
export const sampleKinds = {
  "sample.code": { category: null, expiresAfterSeconds: 600, data: ["code"], texts },
  "sample.news": { category: "plan", expiresAfterSeconds: 600, data: ["code"], texts },
} as const satisfies Record<string, NotificationDefinition>;

/** notify() with the sample kinds, over SMTP to a server on this machine. Close it. */
export function openSampleNotifications(options: {
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly smtpPort: number;
  readonly findUsers?: FindNotifiedUsers;
}) {
  const metrics: Metrics = createMetrics();
  const smtp: Config["mail"]["smtp"] = {
    ...{ host: "127.0.0.1", port: options.smtpPort, implicitTls: false, login: null },
  };
  const from = { name: "FinTrack", address: "no-reply@fintrack.example" };
  const mailer = openSmtpMailer({ from, host: "fintrack.example", smtp });
  const { jobs, clock, logger, findUsers = async () => [] } = options;
  const created = createNotifications({
    ...{ jobs, clock, logger, metrics, mailer, findUsers },
    keyring: testKeyring,
  });
  return {
    notify: created.notifications.declare(sampleKinds),
    notifications: created.notifications,
    jobs: created.jobs,
    metrics,
    close: mailer.close,
  };
}

import type { Jobs } from "../jobs/jobs.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { Mailer } from "../mail/mailer.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { FindNotifiedUsers } from "./notifications.ts";

/** What telling people something takes. */
export type NotificationDeps = {
  readonly jobs: Jobs;
  readonly keyring: Pick<Keyring, "seal" | "open">;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly findUsers: FindNotifiedUsers;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

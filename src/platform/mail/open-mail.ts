import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Logger } from "../observability/logger.ts";
import type { Mailer } from "./mailer.ts";
import { type Outbox, openOutbox } from "./outbox.ts";
import { openSmtpMailer } from "./smtp-mailer.ts";

export type OpenMail = {
  readonly mailer: Mailer;
  /** What stands in for a mail server; null when there is one. */
  readonly outbox: Outbox | null;
  close(): void;
};

/** The mail server of the configuration, or files under the data directory. */
export function openMail(deps: {
  readonly config: Pick<Config, "mail" | "publicUrl" | "dataDir">;
  readonly clock: Clock;
  readonly logger: Logger;
}): OpenMail {
  const { config, clock, logger } = deps;
  const { smtp, from } = config.mail;
  const sender = { from, host: new URL(config.publicUrl).hostname };
  if (smtp) {
    const mailer = openSmtpMailer({ ...sender, smtp });
    return { mailer, outbox: null, close: mailer.close };
  }
  const outbox = openOutbox({
    ...sender,
    directory: join(config.dataDir, "outbox"),
    clock,
    logger,
  });
  return { mailer: outbox, outbox, close: () => {} };
}

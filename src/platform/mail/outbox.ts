import { chmodSync, mkdirSync } from "node:fs";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import type { Clock } from "../kernel/clock.ts";
import { type Instant, isInstant } from "../kernel/time.ts";
import type { Logger } from "../observability/logger.ts";
import { compose, holdToOneRecipient, type Sender } from "./compose.ts";
import type { Mailer } from "./mailer.ts";

/** Older ones are removed. */
const maxKeptMails = 200;
const mailSuffix = ".eml";
const noteSuffix = ".json";

/** What was written, as people look at it. */
export type OutboxMail = {
  /** The file's name without its suffix. */
  readonly id: string;
  readonly at: Instant;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly code: string | null;
};

export type Outbox = Mailer & {
  /** The newest first. */
  list(): Promise<readonly OutboxMail[]>;
};

/**
 * In place of a mail server: each mail becomes a file, and its code a line of the log, so that whoever sits at this
 * machine can register at once. The configuration allows it only where nobody else can reach the server.
 */
export function openOutbox(
  deps: Sender & { readonly directory: string; readonly clock: Clock; readonly logger: Logger },
): Outbox {
  const { directory, clock, logger } = deps;
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  const transport = holdToOneRecipient(
    createTransport({ streamTransport: true, buffer: true, newline: "windows" }),
  );
  /** Orders what is written within one millisecond. */
  let written = 0;

  /** Names sort by age. */
  async function names(suffix: string): Promise<string[]> {
    return (await readdir(directory)).filter((name) => name.endsWith(suffix)).sort();
  }
  async function removeOldest(): Promise<void> {
    for (const suffix of [noteSuffix, mailSuffix])
      for (const name of (await names(suffix)).slice(0, -maxKeptMails))
        await rm(join(directory, name), { force: true });
  }
  /** Never half a file under its final name. */
  async function write(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(directory, name);
    await writeFile(`${path}.part`, content, { mode: 0o600 });
    await rename(`${path}.part`, path);
  }

  return {
    async send(mail) {
      const { message } = await transport.sendMail(compose(deps, mail));
      const at = clock.now();
      written += 1;
      const id = `${at.replace(/\W/g, "-")}_${String(written).padStart(6, "0")}_${mail.id}`;
      const { subject, text, code = null } = mail;
      const note: OutboxMail = { id, at, to: mail.to.address, subject, text, code };
      await write(id + mailSuffix, message as Uint8Array);
      await write(id + noteSuffix, JSON.stringify(note));
      await removeOldest();
      logger.info({ file: join(directory, id + mailSuffix) }, `mail to ${note.to}: ${subject}`);
      // The only place that ever logs a code, and only here, where no mail server is set.
      if (code !== null) logger.info({}, `the code for ${note.to} is ${code}`);
    },
    async list() {
      const newest = (await names(noteSuffix)).slice(-maxKeptMails).reverse();
      const notes = await Promise.all(newest.map((name) => readNote(join(directory, name))));
      return notes.filter((note) => note !== null);
    },
  };
}

/** null when it was removed in the meantime, or is none of ours. */
async function readNote(path: string): Promise<OutboxMail | null> {
  try {
    const note: unknown = JSON.parse(await readFile(path, "utf8"));
    return isOutboxMail(note) ? note : null;
  } catch {
    return null;
  }
}

function isOutboxMail(value: unknown): value is OutboxMail {
  if (typeof value !== "object" || value === null) return false;
  const { id, at, to, subject, text, code } = value as Record<keyof OutboxMail, unknown>;
  return (
    [id, to, subject, text].every((part) => typeof part === "string") &&
    (code === null || typeof code === "string") &&
    typeof at === "string" &&
    isInstant(at)
  );
}

import type { Job } from "../jobs/jobs.ts";
import type { RequestContext } from "../kernel/context.ts";
import { MailRefusedError } from "../mail/mailer.ts";
import type { NotificationDeps } from "./deps.ts";
import type { NotificationDefinition, NotifiedUser, Recipient } from "./notifications.ts";
import { render } from "./render.ts";
import { openMessage, type SealedMessage } from "./sealed-message.ts";

export const sendJobName = "notify.send";

const firstRetryDelaySeconds = 5;
/** Mails go out within a minute of the server's return. */
const maxRetryDelaySeconds = 60;
/** Never what ends the tries: the longest wait of a message is a week, at least half a minute (jitter) each time. */
const retryLimit = 25_000;
/** Longer than all timeouts of a connection to the server together. */
const expireSeconds = 90;

type Deps = Omit<NotificationDeps, "jobs"> & {
  definitionOf(kind: string): NotificationDefinition | undefined;
};
type Reached = Omit<NotifiedUser, "userId">;

/**
 * Mails one message. At least once: a process that ends between the server's yes and the job's end sends it again, with
 * the same Message-ID. Tried again until the message expires, unless the server refuses it for good.
 */
export function sendJob(deps: Deps): Job {
  const { clock, keyring, mailer, findUsers, logger, metrics } = deps;
  const mails = metrics.counter({
    name: "fintrack_mails_total",
    help: "Messages to people by what became of them; a deferred one is tried again.",
    labels: ["kind", "outcome"],
  });

  async function reach(ctx: RequestContext, recipient: Recipient): Promise<Reached | undefined> {
    if (!("userId" in recipient)) return { ...recipient, timeZone: "UTC", muted: [] };
    const [user] = await findUsers(ctx, { userIds: [recipient.userId] });
    return user;
  }

  /** What became of it. Throws when it is to be tried again. */
  async function send(
    ctx: RequestContext,
    sealed: SealedMessage,
    definition: NotificationDefinition,
    signal: AbortSignal,
  ): Promise<"sent" | "expired" | "gone" | "muted" | "refused"> {
    if (clock.now() >= sealed.expiresAt) return "expired";
    const message = openMessage(keyring, sealed);
    if (!message) throw new Error("the message was not sealed under this keyring");
    const reader = await reach(ctx, message.recipient);
    if (!reader) return "gone";
    if (definition.category !== null && reader.muted.includes(definition.category)) return "muted";
    const { code, ...rendered } = render(definition, message.data, reader);
    const to = { name: reader.name, address: reader.address };
    const mail = { id: ctx.requestId, to, ...rendered, ...(code === null ? {} : { code }) };
    try {
      await mailer.send(mail, signal);
      return "sent";
    } catch (error) {
      if (!(error instanceof MailRefusedError)) throw error;
      const userId = "userId" in message.recipient ? message.recipient.userId : null;
      logger.warn(
        { kind: sealed.kind, reply: error.reply, userId, err: error },
        "a mail was refused for good",
      );
      return "refused";
    }
  }

  return {
    name: sendJobName,
    policy: "standard",
    confidential: true,
    onRestore: "drop",
    ...{ retryLimit, maxRetryDelaySeconds, expireSeconds },
    retryDelaySeconds: firstRetryDelaySeconds,
    async run(ctx, payload, signal) {
      const sealed = payload as SealedMessage;
      const { kind } = sealed;
      const definition = deps.definitionOf(kind);
      // During a rolling update a node may meet a kind that only the new release knows.
      if (!definition) throw new Error(`the notification ${kind} is not declared`);
      try {
        mails.increment({ kind, outcome: await send(ctx, sealed, definition, signal) });
      } catch (error) {
        mails.increment({ kind, outcome: "deferred" });
        throw error;
      }
    },
  };
}

import { createTransport } from "nodemailer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { isLoopback, type SmtpConfig } from "../environment.ts";
import { compose, holdToOneRecipient, type Sender } from "./compose.ts";
import { envelopeAddress, needsSmtpUtf8 } from "./mail-address.ts";
import { type Mailer, MailRefusedError } from "./mailer.ts";
import { smtpFailure } from "./smtp-failure.ts";

/** As many mails as one process sends at a time. */
const maxConnections = 5;
const maxMessagesPerConnection = 100;
/** Shorter than servers wait: a connection that they closed costs a try. */
const idleTimeoutMs = 20_000;
const connectionTimeoutMs = 10_000;
const greetingTimeoutMs = 10_000;
const dnsTimeoutMs = 5_000;
/** Without a byte from the server; some look at a mail for a while before they take it. */
const socketTimeoutMs = 30_000;
const maxReplyBytes = 16_384;

/** Sends through a server, over connections that are kept for a while. Close it when the process ends. */
export function openSmtpMailer(
  options: Sender & { readonly smtp: SmtpConfig },
): Mailer & { close(): void } {
  const { smtp } = options;
  // On this machine nobody listens in between, and the certificate of a local server is often nobody's.
  const local = isLoopback(smtp.host);
  const connection = {
    host: smtp.host,
    port: smtp.port,
    name: options.host,
    secure: smtp.implicitTls,
    ...(smtp.implicitTls ? {} : local ? { ignoreTLS: true } : { requireTLS: true }),
    tls: { rejectUnauthorized: true, minVersion: "TLSv1.2" },
    connectionTimeout: connectionTimeoutMs,
    greetingTimeout: greetingTimeoutMs,
    dnsTimeout: dnsTimeoutMs,
    socketTimeout: socketTimeoutMs,
    maxResponseSize: maxReplyBytes,
  } as const;
  const transport = holdToOneRecipient(
    createTransport({
      ...connection,
      pool: true,
      ...{ maxConnections, maxMessages: maxMessagesPerConnection, idleTimeout: idleTimeoutMs },
      // One more try at once, when a kept connection turns out to be closed; the job does all others.
      maxRequeues: 1,
      ...(smtp.login ? { auth: { user: smtp.login.user, pass: smtp.login.password } } : {}),
    }),
  );

  return {
    async send(mail, signal) {
      const message = compose(options, mail);
      const address = envelopeAddress(mail.to.address) ?? "";
      try {
        if (needsSmtpUtf8(address) && !(await offersSmtpUtf8(connection)))
          throw new MailRefusedError("the mail server takes ASCII addresses only", null);
        await transport.sendMail({ ...message, signal });
      } catch (error) {
        throw smtpFailure(error);
      }
    },
    close: () => transport.close(),
  };
}

/** Asked anew for each of the few addresses that need it: the pool does not tell what its servers offer. */
function offersSmtpUtf8(
  options: NonNullable<ConstructorParameters<typeof SMTPConnection>[0]>,
): Promise<boolean> {
  const connection = new SMTPConnection(options);
  return new Promise<boolean>((resolve, reject) => {
    connection.once("error", reject);
    connection.once("end", () => reject(new Error("the connection was closed")));
    connection.connect(() => {
      const greeting = connection.lastServerResponse || "";
      resolve(/^250[ -]SMTPUTF8\b/im.test(greeting));
    });
  }).finally(() => connection.close());
}

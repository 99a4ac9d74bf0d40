import type { SendMailOptions } from "nodemailer";
import type Transporter from "nodemailer/lib/mailer";
import { envelopeAddress } from "./mail-address.ts";
import { type Mail, MailRefusedError } from "./mailer.ts";
import { mailName, plainLine } from "./plain-line.ts";

export type Sender = {
  readonly from: { readonly name: string; readonly address: string };
  /** Our own name: of the Message-ID and of the greeting to the server. */
  readonly host: string;
};

const maxSubjectCharacters = 200;

/** The mail as nodemailer takes it. Throws {@link MailRefusedError} when its address is none. */
export function compose(sender: Sender, mail: Mail): SendMailOptions {
  const address = envelopeAddress(mail.to.address);
  if (address === null) throw new MailRefusedError("the address is not one mail address", null);
  if (!/^[\w-]{1,100}$/.test(mail.id)) throw new TypeError("a mail's id has other characters");
  const name = mailName(mail.to.name);
  return {
    // A copy: nodemailer writes into it, and the configuration is frozen.
    from: { ...sender.from },
    to: name === null ? address : { name, address },
    envelope: { from: sender.from.address, to: [address] },
    subject: plainLine(mail.subject, maxSubjectCharacters),
    text: mail.text,
    ...(mail.html === null ? {} : { html: mail.html }),
    messageId: `<${mail.id}@${sender.host}>`,
    headers: {
      // No robot answers a robot (RFC 3834, 5).
      "Auto-Submitted": "auto-generated",
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Looks at every mail in the moment before it leaves: the envelope has exactly the one recipient that {@link compose}
 * gave it, and the headers name nobody else. Some forms of addresses become several once a library has read them.
 */
export function holdToOneRecipient<T extends Transporter>(transport: T): T {
  transport.use("stream", (mail, done) => {
    const intended = mail.data.envelope?.to;
    const wanted = Array.isArray(intended) ? intended : [];
    const { to } = mail.message.getEnvelope();
    const named = mail.message.getAddresses();
    const inHeaders = [named.to, named.cc, named.bcc].flatMap((list) => list ?? []);
    const isOne =
      wanted.length === 1 &&
      to.length === 1 &&
      to[0] === wanted[0] &&
      inHeaders.length === 1 &&
      inHeaders[0]?.address === wanted[0];
    done(isOne ? null : new MailRefusedError("the mail would go to somebody else", null));
  });
  return transport;
}

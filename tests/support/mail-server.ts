import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";
import { freePort } from "./free-port.ts";

/** A mail as the server took it. */
export type ReceivedMail = {
  /** Whom the server was told to give it to: what counts, whatever the headers say. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly parsed: ParsedMail;
  /** Every byte. */
  readonly raw: string;
  readonly session: Pick<SMTPServerSession, "secure" | "user"> & { readonly smtpUtf8: boolean };
};

export type MailServerOptions = {
  /** STARTTLS with this certificate, or TLS from the first byte. PEM. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly implicit: boolean };
  /** Nobody else may send. */
  readonly login?: { readonly user: string; readonly password: string };
  /** False: like a server that takes ASCII addresses only. */
  readonly smtpUtf8?: boolean;
  readonly greetingDelayMs?: number;
};

export type MailServer = {
  readonly port: number;
  /** smtp://127.0.0.1:<port>, or smtps://. */
  readonly url: string;
  /** Everything it took, the oldest first. */
  mails(): readonly ReceivedMail[];
  /** Those to this address, whatever the case, the oldest first. */
  to(address: string): readonly ReceivedMail[];
  /** How often somebody tried to send to this address. */
  attempts(address: string): number;
  /** Answers with this code from now on, at RCPT TO or after the content; null = takes mails again. */
  refuse(address: string, code: number | null, at?: "recipient" | "content"): void;
  /** Takes mails and does not say so until the returned function is called. */
  holdAnswers(): () => void;
  /** Ends all connections and refuses new ones. */
  down(): Promise<void>;
  /** Again on the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
};

/** A real SMTP server on a loopback port of its own. */
export async function openMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { tls, login } = options;
  const received: ReceivedMail[] = [];
  const tried: string[] = [];
  const refusals = new Map<string, { code: number; at: "recipient" | "content" }>();
  let held: (() => void)[] | null = null;
  // None of those that outgoing connections get: while the server is down one of them would have it.
  const port = freePort();
  let server: SMTPServer | null = null;

  const refusal = (address: string, at: "recipient" | "content") => {
    const found = refusals.get(address.toLowerCase());
    if (found?.at !== at) return null;
    return Object.assign(new Error(`no mail for ${address} here`), { responseCode: found.code });
  };
  const settings: SMTPServerOptions = {
    authOptional: !login,
    disabledCommands: [...(tls ? [] : ["STARTTLS"]), ...(login ? [] : ["AUTH"])],
    allowInsecureAuth: true,
    secure: tls?.implicit ?? false,
    ...(tls ? { key: tls.key, cert: tls.cert } : {}),
    hideSMTPUTF8: options.smtpUtf8 === false,
    disableReverseLookup: true,
    closeTimeout: 1,
    onConnect: (_session, done) => void setTimeout(done, options.greetingDelayMs ?? 0),
    onAuth(auth, _session, done) {
      const known = auth.username === login?.user && auth.password === login?.password;
      done(known ? null : new Error("wrong login"), known ? { user: auth.username } : undefined);
    },
    onMailFrom(address, _session, done) {
      const ascii = options.smtpUtf8 !== false || /^[\x20-\x7e]*$/.test(address.address);
      done(ascii ? null : Object.assign(new Error("ASCII only"), { responseCode: 553 }));
    },
    onRcptTo({ address }, _session, done) {
      tried.push(address.toLowerCase());
      done(refusal(address, "recipient"));
    },
    async onData(stream, session, done) {
      const raw = await new Response(stream as unknown as ReadableStream).text().catch(() => null);
      if (raw === null) return; // its client has died in the middle of it
      const parsed = await simpleParser(raw);
      const to = session.envelope.rcptTo.map(({ address }) => address);
      const refused = to.map((address) => refusal(address, "content")).find(Boolean);
      if (refused) return done(refused);
      const from = session.envelope.mailFrom;
      received.push({
        envelope: { from: from ? from.address : "", to },
        subject: parsed.subject ?? "",
        text: parsed.text ?? "",
        html: parsed.html || "",
        ...{ parsed, raw },
        session: {
          secure: session.secure,
          user: session.user,
          smtpUtf8: session.envelope.smtpUtf8 ?? false,
        },
      });
      if (held) held.push(() => done());
      else done();
    },
  };

  async function up(): Promise<void> {
    const opened = new SMTPServer(settings);
    // A client that hangs up, or that does not like our certificate, is what the tests are about.
    opened.on("error", () => {});
    await new Promise<void>((resolve) => void opened.listen(port, "127.0.0.1", resolve));
    server = opened;
  }
  async function down(): Promise<void> {
    const closing = server;
    server = null;
    if (closing) await new Promise<void>((resolve) => closing.close(resolve));
  }

  await up();
  return {
    port,
    url: `${tls?.implicit ? "smtps" : "smtp"}://127.0.0.1:${port}`,
    mails: () => [...received],
    to: (address) =>
      received.filter(({ envelope }) =>
        envelope.to.some((to) => to.toLowerCase() === address.toLowerCase()),
      ),
    attempts: (address) => tried.filter((to) => to === address.toLowerCase()).length,
    refuse(address, code, at = "recipient") {
      if (code === null) refusals.delete(address.toLowerCase());
      else refusals.set(address.toLowerCase(), { code, at });
    },
    holdAnswers() {
      const mine: (() => void)[] = [];
      held = mine;
      return () => {
        held = null;
        for (const answer of mine) answer();
      };
    },
    down,
    up,
    close: down,
  };
}

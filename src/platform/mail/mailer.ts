/** One mail to one person. */
export type Mail = {
  /** Names this mail, the same at every try, so that a receiver can tell a repeat: `[\w-]`, at most 100 characters. */
  readonly id: string;
  /** `address`: one addr-spec (RFC 5322; RFC 6531 with SMTPUTF8). `name` is cleaned, or left out when it looks like a link. */
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  /** Null = text alone. */
  readonly html: string | null;
  readonly text: string;
  /** What is to be typed, for whoever has no mail server: see outbox.ts. */
  readonly code?: string;
};

export type Mailer = {
  /**
   * Resolves when a server has taken the mail (it may still bounce later). Throws {@link MailRefusedError} when it never
   * will; anything else thrown is worth another try.
   */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
};

/** This mail is refused for good: unknown mailbox, an address that the server cannot take. Never names the address. */
export class MailRefusedError extends Error {
  override readonly name = "MailRefusedError";
  /** The server's reply (RFC 5321, 4.2): 550; null = refused by ourselves. */
  readonly reply: number | null;
  constructor(message: string, reply: number | null) {
    super(message);
    this.reply = reply;
  }
}

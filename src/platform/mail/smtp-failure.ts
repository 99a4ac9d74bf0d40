import { MailRefusedError } from "./mailer.ts";

/** What nodemailer tells of a failure; see its errors.d.ts. */
type Reported = {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly permanent?: unknown;
  readonly response?: unknown;
};

/** "Authenticate first" and its relatives (RFC 4954, 6): said of us, not of the recipient. */
const authenticationReplies = [530, 534, 535, 538];
const maxReplyCharacters = 200;

/**
 * A failure as it may be logged and stored: addresses are taken out of what the server said. A {@link MailRefusedError}
 * when the server refused this recipient or this mail for good (RFC 5321, 4.2.1). Whatever else went wrong - no
 * connection, a certificate, our login, our sender - is not the recipient's fault, and worth another try.
 */
export function smtpFailure(error: unknown): Error {
  if (error instanceof MailRefusedError) return error;
  const { code, originalCode, command, responseCode, permanent, response }: Reported =
    Object(error);
  const what = [code, originalCode, command].filter((part) => typeof part === "string").join(" ");
  const said =
    typeof response === "string" ? response : error instanceof Error ? error.message : "";
  const message = `${what}: ${withoutAddresses(said).slice(0, maxReplyCharacters)}`;
  const aboutThisMail = command === "RCPT TO" || (command === "DATA" && code === "EMESSAGE");
  if (
    typeof responseCode === "number" &&
    permanent === true &&
    aboutThisMail &&
    !authenticationReplies.includes(responseCode)
  )
    return new MailRefusedError(message, responseCode);
  return new Error(`the mail server did not take a mail: ${message}`);
}

const withoutAddresses = (text: string): string =>
  text.replace(/[^\s<>"']+@[^\s<>"']+/gu, "…").replace(/\s+/g, " ");

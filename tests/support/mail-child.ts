/**
 * Sends one mail through the server of SMTP (JSON) as a process of its own: which authorities a process trusts (NODE_EXTRA_CA_CERTS) is
 * settled when it starts. Prints "sent", or why not.
 */
import type { SmtpConfig } from "#platform/environment";
import { openSmtpMailer } from "#platform/mail/smtp-mailer";

const smtp: SmtpConfig = JSON.parse(Bun.env["SMTP"] ?? "");
const mailer = openSmtpMailer({
  from: { name: "FinTrack", address: "no-reply@fintrack.example" },
  host: "fintrack.example",
  smtp,
});
const mail = {
  id: "from-a-child",
  to: { name: "Ada", address: "ada@example.org" },
  ...{ subject: "Hello", text: "plain", html: "<p>page</p>" },
};
console.log(
  await mailer.send(mail, new AbortController().signal).then(
    () => "sent",
    (error: Error) => error.message,
  ),
);
mailer.close();

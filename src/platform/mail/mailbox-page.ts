import type { OutboxMail } from "./outbox.ts";

export const mailboxStyle = `body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font-family: system-ui, sans-serif; line-height: 1.5; color-scheme: light dark; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.5rem; text-align: left; vertical-align: top; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
.code { font-family: ui-monospace, monospace; font-size: 1.2rem; font-weight: 700; }
`;

/** The list of mails, as a page without a script. */
export const mailboxPage = (mails: readonly OutboxMail[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FinTrack - mails of this machine</title>
<link rel="stylesheet" href="/dev/mailbox.css">
</head>
<body>
<h1>Mails</h1>
<p>SMTP_URL is not set: mails stay on this machine, the newest first. Reload to see new ones.</p>
${mails.length === 0 ? "<p>There are none yet.</p>" : table(mails)}
</body>
</html>
`;

const table = (mails: readonly OutboxMail[]): string => `<table>
<thead><tr><th>Time</th><th>To</th><th>Subject</th><th>Code</th></tr></thead>
<tbody>
${mails.map(row).join("\n")}
</tbody>
</table>`;

const row = ({ id, at, to, subject, code }: OutboxMail): string =>
  `<tr><td>${escaped(at)}</td><td dir="auto">${escaped(to)}</td><td dir="auto"><a href="/dev/mailbox/${encodeURIComponent(id)}">${escaped(subject)}</a></td><td class="code">${escaped(code ?? "")}</td></tr>`;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? "");

import { Eta } from "eta";

/** A message with every placeholder filled, ready to be set. */
export type FilledMessage = {
  readonly locale: string;
  readonly subject: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly code: string | null;
  readonly action: { readonly label: string; readonly url: string; readonly hint: string } | null;
  readonly closing: readonly string[];
  readonly signature: readonly string[];
  readonly footer: readonly string[];
};

/** Escapes whatever `<%= %>` inserts; the templates use nothing else to insert. */
const htmlEngine = new Eta({ autoEscape: true, autoTrim: false, cache: true });
const textEngine = new Eta({ autoEscape: false, autoTrim: false, cache: true });

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/**
 * One column of at most 600 pixels. Tables and inline styles, for that is what mail programs agree on; the style sheet
 * only adds the dark colours. No images, nothing is loaded from anywhere.
 */
htmlEngine.loadTemplate(
  "@mail",
  `<!doctype html>
<html lang="<%= it.locale %>" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title><%= it.subject %></title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background-color: #0f1512 !important; }
  .card { background-color: #1a221e !important; border-color: #2c3832 !important; }
  .brand { color: #5fd39b !important; }
  .words { color: #e6ede9 !important; }
  .quiet { color: #9aa8a1 !important; }
  .code { background-color: #22302a !important; border-color: #3a4d44 !important; color: #ffffff !important; }
  .link { color: #5fd39b !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f2f5f3;">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f2f5f3;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;">
<tr><td class="brand" style="padding:0 8px 16px;${font};font-size:20px;font-weight:700;color:#0b6b45;">FinTrack</td></tr>
<tr><td class="card" style="padding:32px 28px;background-color:#ffffff;border:1px solid #dfe6e2;border-radius:12px;">
<h1 class="words" style="margin:0 0 20px;${font};font-size:22px;line-height:1.3;font-weight:700;color:#16201b;"><%= it.subject %></h1>
<p class="words" style="margin:0 0 16px;${font};font-size:16px;line-height:1.55;color:#16201b;overflow-wrap:anywhere;"><%= it.greeting %></p>
<% for (const paragraph of it.paragraphs) { %><p class="words" style="margin:0 0 16px;${font};font-size:16px;line-height:1.55;color:#16201b;overflow-wrap:anywhere;"><%= paragraph %></p>
<% } %><% if (it.code !== null) { %><p class="code" dir="ltr" style="margin:8px 0 24px;padding:18px 8px;background-color:#eef6f1;border:1px solid #cfe3d8;border-radius:10px;font-family:ui-monospace,Menlo,Consolas,'Courier New',monospace;font-size:34px;line-height:1.2;font-weight:700;letter-spacing:6px;text-indent:6px;text-align:center;color:#0b3d28;"><%= it.code %></p>
<% } %><% if (it.action !== null) { %><table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 20px;"><tr><td style="background-color:#0b6b45;border-radius:8px;"><a href="<%= it.action.url %>" style="display:inline-block;padding:14px 26px;${font};font-size:16px;font-weight:600;color:#ffffff;text-decoration:none;"><%= it.action.label %></a></td></tr></table>
<p class="quiet" style="margin:0 0 20px;${font};font-size:13px;line-height:1.5;color:#5a6a62;overflow-wrap:anywhere;word-break:break-word;"><%= it.action.hint %><br><a class="link" href="<%= it.action.url %>" style="color:#0b6b45;"><%= it.action.url %></a></p>
<% } %><% for (const paragraph of it.closing) { %><p class="words" style="margin:0 0 16px;${font};font-size:15px;line-height:1.55;color:#16201b;overflow-wrap:anywhere;"><%= paragraph %></p>
<% } %><p class="words" style="margin:24px 0 0;${font};font-size:15px;line-height:1.55;color:#16201b;"><% it.signature.forEach((line, index) => { %><% if (index > 0) { %><br><% } %><%= line %><% }) %></p>
</td></tr>
<tr><td style="padding:18px 8px 0;">
<% for (const line of it.footer) { %><p class="quiet" style="margin:0 0 8px;${font};font-size:12px;line-height:1.5;color:#5a6a62;"><%= line %></p>
<% } %></td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`,
);

textEngine.loadTemplate(
  "@mail",
  `<%= it.greeting %>

<% for (const paragraph of it.paragraphs) { %>
<%= paragraph %>

<% } %><% if (it.code !== null) { %>
    <%= it.code %>

<% } %><% if (it.action !== null) { %>
<%= it.action.label %>:
<%= it.action.url %>

<% } %><% for (const paragraph of it.closing) { %>
<%= paragraph %>

<% } %><% for (const line of it.signature) { %>
<%= line %><% } %>

-- 
FinTrack
<% for (const line of it.footer) { %><%= line %>
<% } %>`,
);

export const htmlOf = (message: FilledMessage): string => htmlEngine.render("@mail", message);

/** At most one empty line in a row. */
export const textOf = (message: FilledMessage): string =>
  textEngine.render("@mail", message).replace(/\n{3,}/g, "\n\n");

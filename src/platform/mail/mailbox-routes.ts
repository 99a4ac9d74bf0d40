import { isLoopback } from "../environment.ts";
import { assetRoutes, hidden, pagePolicy } from "../http/assets.ts";
import { ensureExchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import { mailboxPage, mailboxStyle } from "./mailbox-page.ts";
import type { Outbox, OutboxMail } from "./outbox.ts";

/** As many as `/dev/mailbox.json` gives. */
const maxListedMails = 20;

/**
 * `GET /dev/mailbox`: what {@link Outbox} holds instead of a mail server having it, as a page; `/dev/mailbox/{id}`: one
 * mail as text; `/dev/mailbox.json?to=<address>`: the newest first, for scripts. Only for programs on this machine.
 */
export function mailboxRoutes(outbox: Outbox) {
  return assetRoutes("platform.mailbox")
    .get(
      "/dev/mailbox",
      async ({ request }) => {
        requireLoopbackPeer(request);
        return answer(mailboxPage(await outbox.list()), "text/html; charset=utf-8");
      },
      hidden,
    )
    .get("/dev/mailbox.css", () => answer(mailboxStyle, "text/css; charset=utf-8"), hidden)
    .get(
      "/dev/mailbox.json",
      async ({ request }) => {
        requireLoopbackPeer(request);
        const address = new URL(request.url).searchParams.get("to");
        const wanted = (await outbox.list()).filter(
          ({ to }) => address === null || to.toLowerCase() === address.toLowerCase(),
        );
        const mails = wanted.slice(0, maxListedMails).map(plain);
        return answer(JSON.stringify(mails), "application/json");
      },
      hidden,
    )
    .get(
      "/dev/mailbox/:id",
      async ({ request, params }) => {
        requireLoopbackPeer(request);
        const mail = (await outbox.list()).find(({ id }) => id === params.id);
        if (!mail) throw new HttpError("unknown_path", "There is no such mail.");
        const head = `Date: ${mail.at}\nTo: ${mail.to}\nSubject: ${mail.subject}\n\n`;
        return answer(head + mail.text, "text/plain; charset=utf-8");
      },
      hidden,
    );
}

const plain = ({ at, to, subject, text, code }: OutboxMail) => ({ at, to, subject, text, code });

const answer = (body: string, type: string): Response =>
  new Response(body, {
    headers: {
      "content-type": type,
      "cache-control": "no-store",
      "content-security-policy": pagePolicy(),
    },
  });

/** Whoever is not on this machine learns as little as if there were no mailbox. */
function requireLoopbackPeer(request: Request): void {
  const peer = ensureExchange(request).server?.requestIP(request)?.address ?? "";
  if (!isLoopback(peer.replace(/^::ffff:/i, "")))
    throw new HttpError("unknown_path", "There is nothing at this path.");
}

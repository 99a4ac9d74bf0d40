import { describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { attachExchange, createExchange } from "#platform/http/exchange";
import { parseInstant } from "#platform/kernel/time";
import { mailboxRoutes } from "#platform/mail/mailbox-routes";
import type { OutboxMail } from "#platform/mail/outbox";

const mail = (id: string): OutboxMail => ({
  id,
  at: parseInstant("2026-11-22T12:00:00.000Z"),
  ...{ to: "<i>@example.org", subject: `"A" & 'B'`, text: "secret words", code: "123456" },
});
const mails = Array.from({ length: 30 }, (_, index) => mail(`mail-${index}`));
const routes = mailboxRoutes({ list: async () => mails, send: async () => {} });

function ask(path: string, peer: string | null): Promise<Response> {
  const request = new Request(`http://localhost${path}`);
  const server = { requestIP: () => (peer === null ? null : { address: peer }) };
  attachExchange(request, createExchange("none", null, server as unknown as Server<unknown>));
  return Promise.resolve(routes.handle(request));
}
const paths = ["/dev/mailbox", "/dev/mailbox.json", "/dev/mailbox/mail-1"];

describe("the mailbox", () => {
  test.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])("answers %s", async (peer) => {
    for (const path of paths) expect((await ask(path, peer)).status).toBe(200);
  });

  test.each(["10.0.0.5", "203.0.113.7", "2001:db8::1", "::ffff:10.0.0.5", "::", "", null])(
    "tells nothing to %p",
    async (peer) => {
      for (const path of paths) {
        const response = await ask(path, peer);
        expect(response.status).not.toBe(200);
        expect(await response.text()).not.toMatch(/123456|secret|example\.org/);
      }
    },
  );

  test("escapes what it shows, and gives scripts the newest twenty", async () => {
    const page = await (await ask("/dev/mailbox", "::1")).text();
    expect(page).toContain("&lt;i&gt;@example.org");
    expect(page).toContain("&quot;A&quot; &amp; &#39;B&#39;");
    const listed: object[] = JSON.parse(await (await ask("/dev/mailbox.json", "::1")).text());
    expect(listed).toHaveLength(20);
    expect(listed[0]).toEqual({
      ...{ at: "2026-11-22T12:00:00.000Z", to: "<i>@example.org", subject: `"A" & 'B'` },
      ...{ text: "secret words", code: "123456" },
    });
    expect(await (await ask("/dev/mailbox.json?to=nobody@example.org", "::1")).json()).toEqual([]);
  });
});

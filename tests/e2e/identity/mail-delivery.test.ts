import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runJobs } from "../../support/run-jobs.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

const register = (email: string, more: object = {}) =>
  api.post("/v1/auth/registrations", {
    ...{ email, displayName: "Ada", password: "a long enough passphrase" },
    ...{ acceptedTerms: "2026-11-01", ...more },
  });

describe("the code of a registration", () => {
  test("comes to the address as it was given, in the language that was asked for", async () => {
    for (const [email, locale, subject, greeting] of [
      ["şule@örnek.example", "tr-TR", "Onay kodunuz", "Merhaba Şule Işık,"],
      ["juergen@müller.example", "de-AT", "Ihr Bestätigungscode", "Guten Tag Şule Işık!"],
      ["ada@example.org", "fr-FR", "Your confirmation code", "Hello Şule Işık,"],
    ] as const) {
      expect((await register(email, { locale, displayName: "Şule Işık" })).status).toBe(202);
      const mail = await api.mails.newest(email);
      expect(mail.envelope.to).toEqual([email]);
      expect(mail.subject).toBe(subject);
      expect(mail.text).toStartWith(greeting);
      expect(await api.mails.codeFor(email)).toMatch(/^\d{6}$/);
    }
  });

  test("greets a name that is written from right to left in its own direction", async () => {
    await register("muhammad@example.org", { displayName: "محمد العربي" });
    const mail = await api.mails.newest("muhammad@example.org");
    expect(mail.text).toStartWith("Hello \u2068محمد العربي\u2069,");
  });

  test("comes when the mail server is back, although it was down for the whole attempt", async () => {
    await api.mails.server.down();
    expect((await register("patient@example.org")).status).toBe(202);
    expect(await api.mails.run()).toHaveLength(1);
    await api.mails.server.up();
    const { connection } = api.mails;
    await runJobs({ connection, registry: api.registry, delayed: true });
    expect(await api.mails.codeFor("patient@example.org")).toMatch(/^\d{6}$/);
  });

  test("is not sent any more once it would be of no use", async () => {
    await api.mails.server.down();
    await register("late@example.org");
    await api.mails.run();
    await api.mails.server.up();
    api.clock.advance(600);
    const { connection } = api.mails;
    await runJobs({ connection, registry: api.registry, delayed: true });
    expect(api.mails.server.attempts("late@example.org")).toBe(0);
    const labels = { kind: "identity.registration_code", outcome: "expired" };
    expect(await api.metric("fintrack_mails_total", labels)).toBe(1);
  });

  test("waits in the database sealed: no row of any table holds code or address of a mail under way", async () => {
    await register("sealed@example.org");
    const rows = await api.sql<{ line: string }[]>`
      select job::text as line from pgboss.job where name = 'notify.send'`;
    const whole = rows.map(({ line }) => line).join("\n");
    expect(whole).toContain("identity.registration_code");
    const code = await api.mails.codeFor("sealed@example.org");
    for (const secret of [code, "sealed@example.org"]) expect(whole).not.toContain(secret);
  });

  test("stands in no line of the log", async () => {
    const log = JSON.stringify(api.logLines());
    for (const mail of api.mails.server.mails()) {
      const code = /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1] ?? "none";
      expect(log).not.toContain(code);
      expect(log).not.toContain(mail.envelope.to[0] ?? "none");
    }
  });
});

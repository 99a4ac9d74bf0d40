import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

type ListedMail = { at: string; to: string; subject: string; text: string; code: string | null };

/** A newcomer's machine: no mail server, no proxy. */
const withoutServer = { SMTP_URL: "", TRUSTED_PROXIES: "" };

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: withoutServer });
});
afterAll(() => api.close());

async function register(email: string, displayName = "Ada"): Promise<void> {
  const answer = await api.post("/v1/auth/registrations", {
    ...{ email, displayName, password: "a long enough passphrase" },
    acceptedTerms: "2026-11-01",
  });
  expect(answer.status).toBe(202);
  await api.mails.run();
}
const page = async (path: string) => {
  const response = await fetch(`${api.url}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe("without a mail server", () => {
  test("whoever registers finds the code in the mailbox, the log and a file that only they may read", async () => {
    await register("ada@example.org");
    const { body } = await api.get<ListedMail[]>("/dev/mailbox.json?to=ADA@example.org");
    expect(body).toHaveLength(1);
    const [mail] = body;
    expect(mail).toMatchObject({ to: "ada@example.org", subject: "Your confirmation code" });
    const code = mail?.code ?? "";
    expect(code).toMatch(/^\d{6}$/);
    expect(mail?.text).toContain(code);
    expect(api.logLines().filter(({ msg }) => `${msg}`.includes(code))).toEqual([
      expect.objectContaining({ msg: `the code for ada@example.org is ${code}` }),
    ]);

    const outbox = join(api.dataDir, "outbox");
    expect(statSync(outbox).mode & 0o777).toBe(0o700);
    const files = readdirSync(outbox);
    for (const file of files) expect(statSync(join(outbox, file)).mode & 0o777).toBe(0o600);
    const [file = ""] = files.filter((name) => name.endsWith(".eml"));
    const parsed = await simpleParser(readFileSync(join(outbox, file)));
    expect(parsed.text).toContain(code);
    expect(parsed.html).toContain(code);
  });

  test("the mailbox shows mails, the newest first, and each as plain text", async () => {
    await register("first@example.org");
    await register("second@example.org");
    const { status, headers, text } = await page("/dev/mailbox");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text.indexOf("second@example.org")).toBeLessThan(text.indexOf("first@example.org"));
    const [, link = ""] = /href="(\/dev\/mailbox\/[^"]+)"/.exec(text) ?? [];
    const mail = await page(link);
    expect(mail.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(mail.text).toContain(
      "To: second@example.org\nSubject: Your confirmation code\n\nHello Ada,",
    );
    expect((await page("/dev/mailbox.css")).headers.get("content-type")).toContain("text/css");
    expect((await page("/dev/mailbox/nothing")).status).toBe(404);
    expect((await page("/dev/mailbox/..%2f..%2fkeys%2fkeyring")).status).toBe(404);
  });

  test("whatever addresses hold is shown as text", async () => {
    await register("o'neil&lt{code}`x=1`@example.org", "<b>Bold</b>");
    const { text } = await page("/dev/mailbox");
    expect(text).toContain("o&#39;neil&amp;lt{code}`x=1`@example.org");
    expect(text).not.toContain("<b>");
  });

  test("none of it is part of the API's description", async () => {
    const { body } = await api.get<{ paths: object }>("/openapi.json");
    expect(Object.keys(body.paths).filter((path) => path.startsWith("/dev"))).toEqual([]);
  });
});

describe("with a mail server", () => {
  test("there is no mailbox, and no code stands in the log", async () => {
    const served = await openTestApp();
    try {
      await served.post("/v1/auth/registrations", {
        ...{ email: "ada@example.org", displayName: "Ada", password: "a long enough passphrase" },
        acceptedTerms: "2026-11-01",
      });
      const code = await served.mails.codeFor("ada@example.org");
      for (const path of ["", ".json", ".css", "/x"])
        expect((await served.get(`/dev/mailbox${path}`)).status).toBe(404);
      expect(served.logLines().filter((line) => JSON.stringify(line).includes(code))).toEqual([]);
    } finally {
      await served.close();
    }
  });
});

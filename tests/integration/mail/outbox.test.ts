import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { type Mail, MailRefusedError } from "#platform/mail/mailer";
import { openOutbox } from "#platform/mail/outbox";
import { recordLog } from "../../support/log-lines.ts";
import { createTestClock } from "../../support/test-app.ts";

const directories: string[] = [];
afterEach(() => {
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});
function open() {
  const directory = mkdtempSync(join(tmpdir(), "outbox-"));
  directories.push(directory);
  const { logger, text } = recordLog();
  const from = { name: "FinTrack", address: "no-reply@localhost" };
  const outbox = openOutbox({
    ...{ from, host: "localhost", directory, logger },
    clock: createTestClock(),
  });
  return { outbox, directory, logText: text };
}
const mail = (address: string, changes: Partial<Mail> = {}): Mail => ({
  id: "018f-abc",
  to: { name: "Şule", address },
  ...{ subject: "Grüße", text: "plain", html: "<p>page</p>", ...changes },
});
const never = new AbortController().signal;

describe("an outbox", () => {
  test("keeps a mail as a file that mail programs open, for its owner alone", async () => {
    const { outbox, directory } = open();
    await outbox.send(mail("ada@example.org", { code: "123456" }), never);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const files = readdirSync(directory).sort();
    expect(files.map((name) => name.replace(/^.*\./, ""))).toEqual(["eml", "json"]);
    for (const file of files) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    const parsed = await simpleParser(readFileSync(join(directory, files[0] ?? "")));
    expect([parsed.subject, parsed.text, parsed.html]).toEqual(["Grüße", "plain", "<p>page</p>"]);
  });

  test("logs who got which code, and only that", async () => {
    const { outbox, logText } = open();
    await outbox.send(mail("ada@example.org", { code: "123456", text: "words" }), never);
    expect(logText()).toContain("the code for ada@example.org is 123456");
    expect(logText()).not.toContain("words");
  });

  test("lists the newest first, also those of one moment, and forgets the oldest beyond 200", async () => {
    const { outbox, directory } = open();
    for (let index = 0; index < 205; index += 1)
      await outbox.send(mail(`user${index}@example.org`), never);
    const listed = await outbox.list();
    expect(listed).toHaveLength(200);
    expect([listed.at(0)?.to, listed.at(-1)?.to]).toEqual([
      "user204@example.org",
      "user5@example.org",
    ]);
    expect(readdirSync(directory)).toHaveLength(400);
  });

  test("passes over files that are none of its own", async () => {
    const { outbox, directory } = open();
    writeFileSync(join(directory, "z.json"), '{"to":5}');
    writeFileSync(join(directory, "y.json"), "not JSON");
    await outbox.send(mail("ada@example.org"), never);
    expect((await outbox.list()).map(({ to }) => to)).toEqual(["ada@example.org"]);
  });

  test("refuses what a mail server would not be given", async () => {
    const { outbox, directory } = open();
    for (const address of ["a@x.com,b@y.com", "../../etc@", "a@x.com\r\nBcc: b@y.com"])
      await expect(outbox.send(mail(address), never)).rejects.toThrow(MailRefusedError);
    expect(readdirSync(directory)).toEqual([]);
  });
});

import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { SmtpConfig } from "#platform/environment";
import { type Mail, MailRefusedError } from "#platform/mail/mailer";
import { openSmtpMailer } from "#platform/mail/smtp-mailer";
import { eventually } from "../../support/eventually.ts";
import {
  type MailServer,
  type MailServerOptions,
  openMailServer,
} from "../../support/mail-server.ts";

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.close();
});

async function startServer(options: MailServerOptions = {}): Promise<MailServer> {
  const server = await openMailServer(options);
  opened.push(server);
  return server;
}
function mailerTo(port: number, changes: Partial<SmtpConfig> = {}) {
  const mailer = openSmtpMailer({
    from: { name: "FinTrack", address: "no-reply@fintrack.example" },
    host: "fintrack.example",
    smtp: { host: "127.0.0.1", port, implicitTls: false, login: null, ...changes },
  });
  opened.push(mailer);
  return mailer;
}
const mail = (address: string, changes: Partial<Mail> = {}): Mail => ({
  id: "018f-abc",
  to: { name: "Ada", address },
  ...{ subject: "Grüße", text: "plain İğüş", html: "<p>page</p>", ...changes },
});
const never = new AbortController().signal;
const failureOf = (sending: Promise<void>): Promise<unknown> =>
  sending.then(
    () => null,
    (error: unknown) => error,
  );

describe("a mail to a server", () => {
  test("arrives whole, at one recipient, from the configured sender", async () => {
    const server = await startServer();
    await mailerTo(server.port).send(mail("ada@example.org"), never);
    const [received, ...more] = server.mails();
    expect(more).toEqual([]);
    expect(received).toMatchObject({
      envelope: { from: "no-reply@fintrack.example", to: ["ada@example.org"] },
      subject: "Grüße",
      html: "<p>page</p>",
    });
    expect(received?.text.trim()).toBe("plain İğüş");
    expect(received?.parsed.messageId).toBe("<018f-abc@fintrack.example>");
  });

  test("that the server refuses for good is refused, without the address in the reason", async () => {
    const server = await startServer();
    const mailer = mailerTo(server.port);
    for (const at of ["recipient", "content"] as const) {
      server.refuse("ada@example.org", 550, at);
      const failure = await failureOf(mailer.send(mail("ada@example.org"), never));
      expect(failure).toBeInstanceOf(MailRefusedError);
      expect(failure).toHaveProperty("reply", 550);
      expect(String(failure)).not.toContain("ada");
    }
    await mailer.send(mail("bob@example.org"), never);
    expect(server.mails().map(({ envelope }) => envelope.to)).toEqual([["bob@example.org"]]);
  });

  test("that the server does not take for now is worth another try", async () => {
    const server = await startServer();
    const mailer = mailerTo(server.port);
    server.refuse("ada@example.org", 451);
    const failure = await failureOf(mailer.send(mail("ada@example.org"), never));
    expect(failure).not.toBeNull();
    expect(failure).not.toBeInstanceOf(MailRefusedError);
    server.refuse("ada@example.org", null);
    await mailer.send(mail("ada@example.org"), never);
    expect(server.to("ada@example.org")).toHaveLength(1);
  });

  test("waits for a server that greets late, and fails at once while there is none", async () => {
    const server = await startServer({ greetingDelayMs: 400 });
    const mailer = mailerTo(server.port);
    await mailer.send(mail("ada@example.org"), never);
    await server.down();
    expect(await failureOf(mailer.send(mail("ada@example.org"), never))).toBeInstanceOf(Error);
    await server.up();
    await mailer.send(mail("ada@example.org"), never);
    expect(server.mails()).toHaveLength(2);
  });

  test("may be given up while it is under way", async () => {
    const server = await startServer();
    const release = server.holdAnswers();
    const aborter = new AbortController();
    const sending = failureOf(mailerTo(server.port).send(mail("ada@example.org"), aborter.signal));
    await eventually("the mail is there", () => server.mails().length === 1);
    aborter.abort();
    expect(await sending).toBeInstanceOf(Error);
    release();
  });

  test("shares connections with others, many at a time", async () => {
    const server = await startServer();
    const mailer = mailerTo(server.port);
    const addresses = Array.from({ length: 40 }, (_, index) => `user${index}@example.org`);
    await Promise.all(addresses.map((address) => mailer.send(mail(address), never)));
    const reached = server.mails().map(({ envelope }) => envelope.to.join());
    expect(reached.toSorted()).toEqual(addresses.toSorted());
  });
});

describe("an address beyond ASCII", () => {
  test("in the domain alone reaches any server", async () => {
    const server = await startServer({ smtpUtf8: false });
    await mailerTo(server.port).send(mail("ali@müller.example"), never);
    expect(server.mails()[0]?.raw).toContain("ali@xn--mller-kva.example");
    expect(server.mails()[0]?.session.smtpUtf8).toBe(false);
  });

  test("before the @ is sent as it is to a server that offers SMTPUTF8", async () => {
    const server = await startServer();
    await mailerTo(server.port).send(mail("ä@müller.example"), never);
    expect(server.mails()[0]?.envelope.to).toEqual(["ä@müller.example"]);
    expect(server.mails()[0]?.session.smtpUtf8).toBe(true);
  });

  test("before the @ is refused for good when the server does not", async () => {
    const server = await startServer({ smtpUtf8: false });
    const failure = await failureOf(mailerTo(server.port).send(mail("ä@müller.example"), never));
    expect(failure).toBeInstanceOf(MailRefusedError);
    expect(server.mails()).toEqual([]);
  });

  test("before the @ waits for a server that cannot be asked", async () => {
    const server = await startServer();
    await server.down();
    const failure = await failureOf(mailerTo(server.port).send(mail("ä@müller.example"), never));
    expect(failure).not.toBeInstanceOf(MailRefusedError);
  });
});

describe("a login", () => {
  const login = { user: "fintrack", password: "p@ss:wörd/%" };

  test("is used, and its refusal is no fault of the recipient", async () => {
    const server = await startServer({ login });
    await mailerTo(server.port, { login }).send(mail("ada@example.org"), never);
    expect(server.mails()[0]?.session.user).toBe("fintrack");
    for (const wrong of [{ ...login, password: "wrong-pass" }, null]) {
      const failure = await failureOf(
        mailerTo(server.port, { login: wrong }).send(mail("ada@example.org"), never),
      );
      expect(failure).toBeInstanceOf(Error);
      expect(failure).not.toBeInstanceOf(MailRefusedError);
      expect(String(failure)).not.toContain("wrong-pass");
    }
  });
});

describe("a server across a network", async () => {
  const certificates = join(import.meta.dir, "../../fixtures/tls");
  const pem = async (name: string) => ({
    key: await Bun.file(join(certificates, `${name}.key`)).text(),
    cert: await Bun.file(join(certificates, `${name}.pem`)).text(),
  });
  const [right, other] = [await pem("server"), await pem("other")];
  /** A name for this machine that is not recognised as one. */
  const elsewhere = "127.1";

  async function sendFromChild(smtp: SmtpConfig, options: { readonly trusted: boolean }) {
    const child = Bun.spawn([process.execPath, "tests/support/mail-child.ts"], {
      cwd: join(import.meta.dir, "../../.."),
      env: {
        ...Bun.env,
        SMTP: JSON.stringify(smtp),
        NODE_EXTRA_CA_CERTS: options.trusted ? join(certificates, "ca.pem") : "",
      },
      stdout: "pipe",
      stderr: "inherit",
    });
    const output = await new Response(child.stdout).text();
    await child.exited;
    return output.trim();
  }
  const login = { user: "fintrack", password: "p@ss" };
  const config = (
    { port }: MailServer,
    implicitTls: boolean,
    changes: Partial<SmtpConfig> = {},
  ): SmtpConfig => ({ host: elsewhere, port, implicitTls, login, ...changes });

  test.each([
    ["STARTTLS", false],
    ["TLS from the first byte", true],
  ] as const)("with a certificate that is trusted gets the mail over %s", async (_, implicit) => {
    const server = await startServer({ login, tls: { ...right, implicit } });
    expect(await sendFromChild(config(server, implicit), { trusted: true })).toBe("sent");
    expect(server.mails()[0]?.session).toMatchObject({ secure: true, user: "fintrack" });
  });

  test.each([
    ["nobody we trust has signed", false, right],
    ["is made out to another name", true, other],
  ] as const)("whose certificate %s gets neither mail nor login", async (_, trusted, pair) => {
    for (const implicit of [false, true]) {
      const server = await startServer({ login, tls: { ...pair, implicit } });
      const said = await sendFromChild(config(server, implicit), { trusted });
      expect(said).toMatch(/certificate|CERT|altnames/i);
      expect(server.mails()).toEqual([]);
      expect(server.attempts("ada@example.org")).toBe(0);
    }
  });

  test("that offers no TLS gets nothing", async () => {
    const server = await startServer();
    const said = await sendFromChild(config(server, false), { trusted: true });
    expect(said).toContain("the mail server did not take a mail");
    expect(server.attempts("ada@example.org")).toBe(0);
  });

  test("on this machine is spoken to in clear, whatever certificate it has; smtps:// is always checked", async () => {
    const plain = await startServer({ tls: { ...other, implicit: false } });
    const local = { host: "127.0.0.1", login: null };
    expect(await sendFromChild(config(plain, false, local), { trusted: false })).toBe("sent");
    const implicit = await startServer({ tls: { ...right, implicit: true } });
    const checked = config(implicit, true, local);
    expect(await sendFromChild(checked, { trusted: false })).toMatch(/certificate/i);
    expect(await sendFromChild(checked, { trusted: true })).toBe("sent");
  });
});

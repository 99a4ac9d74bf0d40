import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { createTransport } from "nodemailer";
import { compose, holdToOneRecipient } from "#platform/mail/compose";
import { envelopeAddress } from "#platform/mail/mail-address";
import { type Mail, MailRefusedError } from "#platform/mail/mailer";

const sender = {
  from: { name: "FinTrack", address: "no-reply@fintrack.example" },
  host: "fintrack.example",
};
const mail = (changes: Partial<Mail> = {}): Mail => ({
  id: "018f-abc",
  to: { name: "Ada", address: "ada@example.org" },
  subject: "Hello",
  text: "plain",
  html: "<p>page</p>",
  ...changes,
});
const stream = () =>
  holdToOneRecipient(createTransport({ streamTransport: true, buffer: true, newline: "windows" }));
const transport = stream();

async function sent(changes: Partial<Mail>) {
  const { envelope, message } = await transport.sendMail(compose(sender, mail(changes)));
  const raw = Buffer.from(message as Uint8Array).toString();
  const [head = ""] = raw.split("\r\n\r\n");
  return {
    envelope,
    raw,
    headers: head.replace(/\r\n[ \t]+/g, " ").split("\r\n"),
    parsed: await simpleParser(raw),
  };
}
const refusal = (changes: Partial<Mail>) =>
  sent(changes).then(
    () => null,
    (error: unknown) => error,
  );
const headerNames = (lines: readonly string[]) =>
  lines.map((line) => line.slice(0, line.indexOf(":")).toLowerCase()).sort();

const plainHeaders = [
  ...["auto-submitted", "content-type", "date", "from", "message-id", "mime-version"],
  ...["subject", "to"],
];

describe("a mail", () => {
  test("says who sends it, that a program did, and always has the same id", async () => {
    const { headers, parsed, envelope } = await sent({});
    expect(headerNames(headers)).toEqual(plainHeaders);
    expect(headers).toContain("From: FinTrack <no-reply@fintrack.example>");
    expect(headers).toContain("To: Ada <ada@example.org>");
    expect(headers).toContain("Auto-Submitted: auto-generated");
    expect(headers).toContain("Message-ID: <018f-abc@fintrack.example>");
    expect(envelope).toEqual({ from: "no-reply@fintrack.example", to: ["ada@example.org"] });
    expect([parsed.text?.trim(), parsed.html]).toEqual(["plain", "<p>page</p>"]);
  });
});

describe("an address", () => {
  test.each([
    "a@x.com,b@y.com",
    "a@x.com, b@y.com",
    "a@x.com;b@y.com",
    "a@x.com b@y.com",
    "<a@x.com>",
    "Ada <a@x.com>",
    "a@x.com>,<b@y.com",
    '"a@x.com,b"@y.com',
    "a@x.com\r\nBcc: b@y.com",
    "a@x.com\nRCPT TO:<b@y.com>",
    "a@x.com\0",
    "(comment)a@x.com",
    "group:a@x.com,b@y.com;",
    "a@b@x.com",
    "a\\@x.com",
    "@x.com",
    "a@",
    "a",
    "",
    "a＠x.com",
    "a，b@x.com",
    "a@x.com/../y.com",
    "a@x.com?cc=b",
    "a@[127.0.0.1]",
    "a@127.1",
    `${"a".repeat(250)}@x.com`,
  ])("%j is refused", async (address) => {
    expect(await refusal({ to: { name: "Ada", address } })).toBeInstanceOf(MailRefusedError);
  });

  test.each([
    ["ada@example.org", "ada@example.org"],
    ["Ada.Lovelace+x@Example.ORG", "Ada.Lovelace+x@example.org"],
    ["o'neil_{}|~!#$%&*/=?^`@example.org", "o'neil_{}|~!#$%&*/=?^`@example.org"],
    ["ali@müller.de", "ali@xn--mller-kva.de"],
    ["ali@İstanbul.example", "ali@xn--istanbul-o0e.example"],
    ["ä@müller.de", "ä@müller.de"],
    ["ä@xn--mller-kva.de", "ä@müller.de"],
    ["用户@例え.jp", "用户@例え.jp"],
  ])("%s is told to the server as %s", async (address, told) => {
    const { envelope, headers } = await sent({ to: { name: "", address } });
    expect(envelope.to).toEqual([told]);
    expect(headerNames(headers)).toEqual(plainHeaders);
  });

  test("of any form is refused or the only recipient", async () => {
    const part = fc.constantFrom(
      ..."ab.,;:<>()[]@\"' \t\r\n\\\0ä١，＠%/?#{}".split(""),
      "x.com",
      "@y.com",
    );
    const anything = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.emailAddress(),
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.string({ unit: "binary" }), async (address, name) => {
        const told = envelopeAddress(address);
        const result = await sent({ to: { name, address } }).catch((error: unknown) => error);
        if (result instanceof Error) return expect(result).toBeInstanceOf(MailRefusedError);
        const { envelope, headers } = result as Awaited<ReturnType<typeof sent>>;
        expect(envelope.to).toEqual([told ?? "nobody"]);
        expect(headerNames(headers)).toEqual(plainHeaders);
      }),
      { numRuns: 400 },
    );
  });
});

describe("the envelope", () => {
  test("is looked at in the last moment: what names a second recipient does not leave", async () => {
    const message = compose(sender, mail());
    for (const changed of [
      { envelope: { from: "a@x.com", to: ["ada@example.org", "b@y.com"] } },
      { envelope: { from: "a@x.com", to: "ada@example.org, b@y.com" } },
      { envelope: { from: "a@x.com", to: [] } },
      { to: "ada@example.org, b@y.com" },
      { cc: "b@y.com" },
      { bcc: "b@y.com" },
      { to: { name: "Ada", address: "b@y.com" } },
      { headers: { Cc: "b@y.com" } },
    ])
      await expect(stream().sendMail({ ...message, ...changed })).rejects.toThrow(MailRefusedError);
    expect((await stream().sendMail(message)).envelope.to).toEqual(["ada@example.org"]);
  });
});

describe("a name and a subject", () => {
  test.each([
    "Ada\r\nBcc: evil@example.org",
    "Ada\nX-Evil: 1",
    "Ada\u0085X: 1\u2028Y: 2",
    '"Ada" <evil@example.org>, x',
    "Ada, Bob",
    "=?utf-8?Q?Ada=0D=0ABcc:_evil@example.org?=",
    "(Ada)",
    "Şule Işık",
    "محمد العربي",
    "\u202eadA",
    "evil.example",
    "x".repeat(500),
  ])("%j adds no header and no recipient", async (words) => {
    const { envelope, headers, parsed } = await sent({
      to: { name: words, address: "ada@example.org" },
      subject: words,
    });
    expect(envelope.to).toEqual(["ada@example.org"]);
    expect(headerNames(headers)).toEqual(plainHeaders);
    const to = Array.isArray(parsed.to) ? parsed.to : [parsed.to];
    expect(to.flatMap((list) => list?.value ?? []).map(({ address }) => address)).toEqual([
      "ada@example.org",
    ]);
  });

  test("keep their letters, and lose what is invisible, too long or a link", async () => {
    const nameOf = async (name: string) => {
      const { parsed } = await sent({ to: { name, address: "ada@example.org" } });
      return [parsed.to].flat()[0]?.value[0]?.name;
    };
    expect(await nameOf("Şule Işık")).toBe("Şule Işık");
    expect(await nameOf("محمد العربي")).toBe("محمد العربي");
    expect(await nameOf("\u202eadA\u200b")).toBe("adA");
    expect(await nameOf("evil.example")).toBe("");
    expect(await nameOf("x".repeat(41))).toBe(`${"x".repeat(39)}…`);
  });
});

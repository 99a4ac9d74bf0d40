import { describe, expect, test } from "bun:test";
import { MailRefusedError } from "#platform/mail/mailer";
import { smtpFailure } from "#platform/mail/smtp-failure";

const reported = (fields: object, message = "it failed") =>
  smtpFailure(Object.assign(new Error(message), fields));

describe("a failure is for good", () => {
  test.each([
    [550, "RCPT TO", "EENVELOPE"],
    [553, "RCPT TO", "EENVELOPE"],
    [552, "DATA", "EMESSAGE"],
    [554, "DATA", "EMESSAGE"],
  ])("when the server answers %i to %s", (responseCode, command, code) => {
    const failure = reported({ responseCode, command, code, permanent: true });
    expect(failure).toBeInstanceOf(MailRefusedError);
    expect((failure as MailRefusedError).reply).toBe(responseCode);
  });
});

describe("a failure is worth another try", () => {
  test.each([
    [
      "a mailbox that is full for now",
      { responseCode: 452, command: "RCPT TO", code: "EENVELOPE", permanent: false },
    ],
    ["greylisting", { responseCode: 451, command: "RCPT TO", code: "EENVELOPE", permanent: false }],
    [
      "a sender the server does not like",
      { responseCode: 550, command: "MAIL FROM", code: "EENVELOPE", permanent: true },
    ],
    ["our login", { responseCode: 535, command: "AUTH PLAIN", code: "EAUTH", permanent: true }],
    [
      "a login that is missing",
      { responseCode: 530, command: "RCPT TO", code: "EENVELOPE", permanent: true },
    ],
    [
      "a server that closes",
      { responseCode: 421, command: "RCPT TO", code: "EENVELOPE", permanent: false },
    ],
    ["a refused connection", { command: "CONN", code: "ESOCKET", originalCode: "ECONNREFUSED" }],
    ["a certificate", { code: "ETLS" }],
    ["anything unknown", {}],
  ])("%s", (_, fields) => {
    expect(reported(fields)).not.toBeInstanceOf(MailRefusedError);
  });
  test("also when it is no error at all", () => {
    for (const odd of [undefined, null, "x", 5]) expect(smtpFailure(odd)).toBeInstanceOf(Error);
  });
});

test("what the server said is kept without addresses, on one line, at most 200 characters of it", () => {
  const response = `550 5.1.1 <ada@example.org>: Ada.L@example.org is\r\n550 unknown ${"x".repeat(500)}`;
  const failure = reported({
    responseCode: 550,
    command: "RCPT TO",
    code: "EENVELOPE",
    permanent: true,
    response,
  });
  expect(failure.message).toStartWith("EENVELOPE RCPT TO: 550 5.1.1 <…>: … is 550 unknown xxx");
  expect(failure.message.length).toBeLessThan(250);
});

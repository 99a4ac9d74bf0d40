import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cleanText, isSecretName } from "#platform/observability/redaction";
import { recordLog } from "../../support/log-lines.ts";

const marker = "hunter2-Zq7";

const secretName = fc.constantFrom(
  ...["password", "Password", "DB_PASSWORD", "passwd", "newPassword", "passwordHash", "secret"],
  ...[
    "client_secret",
    "STRIPE_SECRET_KEY",
    "token",
    "accessToken",
    "refresh-token",
    "authorization",
  ],
  ...["Authorization", "proxy-authorization", "cookie", "Set-Cookie", "key", "apiKey", "api_key"],
  ...[
    "x-api-key",
    "apikey",
    "keys",
    "privateKey",
    "code",
    "verificationCode",
    "recovery_codes",
    "otp",
  ],
  ...["pin", "passphrase", "credentials", "APIKEY", "sessiontoken"],
  ...["recoveryCodes", "sealedSecret", "otpauthUri", "otpauth_uri", "challenge", "totpCode"],
);
/** What stands under the name: the marker itself or something that holds it. */
const secretValue = fc.constantFrom<unknown>(
  marker,
  `Bearer ${marker}`,
  [marker],
  { value: marker },
  [[{ deep: marker }]],
  new Map([["x", marker]]),
  new Set([marker]),
  new Error(marker),
  Object.assign(new String(marker), {}),
);

class Holder {
  constructor(name: string, value: unknown) {
    Object.assign(this, { [name]: value });
  }
}

/** The shapes in which a name and its value may reach a log line. */
const holder = fc.tuple(secretName, secretValue, fc.nat(9)).map(([name, value, shape]): unknown => {
  const shapes: readonly (() => unknown)[] = [
    () => ({ [name]: value }),
    () => new Map([[name, value]]),
    () => [name, value],
    () => [
      [name, value],
      ["other", 1],
    ],
    () => ["accept", "*/*", name, value],
    () => ({ name, value }),
    () => new Holder(name, value),
    () => ({ toJSON: () => ({ [name]: value }) }),
    () => Object.assign(Object.create(null), { [name]: value }),
    () => Object.assign(new Error("failed"), { [name]: value }),
  ];
  return shapes[shape]?.();
});

/** Anything around it. */
const wrapped = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    holder,
    tie("node").map((node) => ({ a: 1, node })),
    tie("node").map((node) => [node, "text"]),
    tie("node").map((node) => new Map([["node", node]])),
    tie("node").map((node) => new Set([node])),
    tie("node").map((node) => new Error("outer", { cause: node })),
    tie("node").map((node) => new AggregateError([node], "several")),
    tie("node").map((node) => Object.freeze({ node })),
    tie("node").map((node) => ({
      get node() {
        return node;
      },
    })),
    tie("node").map((node) => ({ toJSON: () => node })),
    tie("node").map((node) => {
      const circular: Record<string, unknown> = { node };
      circular["self"] = circular;
      return circular;
    }),
  ),
})).node;

describe("a log line", () => {
  test("never holds what stands under a secret name, whatever the shape around it", () => {
    fc.assert(
      fc.property(wrapped, (node) => {
        const log = recordLog();
        log.logger.info({ node }, "fields");
        log.logger.error({ err: node }, "error");
        log.logger.child({ node }).warn({}, "child");
        if (node instanceof Object && !Array.isArray(node)) log.logger.info({ ...node }, "spread");
        expect(log.lines().length).toBeGreaterThanOrEqual(3);
        expect(log.text()).not.toContain(marker);
      }),
      { numRuns: 1500 },
    );
  });

  test("keeps what is no secret", () => {
    const log = recordLog();
    const fields = {
      provider: "ecb",
      statusCode: 200,
      currencyCode: "EUR",
      codes: 3,
      keyboard: "a",
    };
    log.logger.info(
      { ...fields, pair: ["EUR", "USD"], at: new Date(0), big: 12n },
      "rates refreshed",
    );
    expect(log.lines()[0]).toMatchObject({
      provider: "ecb",
      statusCode: 200,
      currencyCode: "EUR",
      codes: "[redacted]",
      keyboard: "a",
      pair: ["EUR", "USD"],
      at: "1970-01-01T00:00:00.000Z",
      big: "12",
      msg: "rates refreshed",
      level: "info",
    });
  });

  test("has an end however large or odd the fields are", () => {
    const log = recordLog();
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, "x"]));
    const deep = Array.from({ length: 5000 }).reduce<object>((inner) => ({ inner }), {});
    const bushy = (depth: number): object =>
      depth === 0 ? {} : Array.from({ length: 20 }, () => bushy(depth - 1));
    const angry = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error(marker);
        },
      },
    );
    log.logger.info({ wide, deep, angry, bushy: bushy(4), long: "y".repeat(1e6) }, "much");
    log.logger.info(
      {
        bad: {
          toJSON: () => {
            throw new Error(marker);
          },
        },
        ok: 1,
      },
      "odd",
    );
    expect(log.text().length).toBeLessThan(100_000);
    expect(log.text()).not.toContain(marker);
    expect(log.lines()[1]).toMatchObject({ bad: "[unreadable]", ok: 1 });
  });
});

/** A JSON object as base64url, as JWTs hold it. */
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a text in a log line", () => {
  const texts = fc.constantFrom(
    `postgres://fintrack:${marker}@db:5432/main`,
    `postgresql://u:p@${marker}/x@db/main`,
    `connect to postgres://u:pa/${marker}@db/main failed`,
    `redis://:${marker}@cache:6379`,
    `GET https://api.example.org/latest?apikey=${marker}&symbols=EUR`,
    `https://api.example.org/latest?symbols=EUR&api_key=${marker}`,
    `https://api.example.org/x?a=1;token=${marker}`,
    `https://api.example.org/x?pass%77ord=${marker}`,
    `Authorization: Bearer ${marker}`,
    `authorization=Basic ${marker}=`,
    `password=${marker} host=db`,
    `{"password":"${marker}"}`,
    `{"clientSecret": "${marker} with spaces"}`,
    `cookie: ${marker}`,
    `sent 'bearer ${marker}' again`,
    `https://client.example.org/reset-password#token=${marker}`,
    `https://client.example.org/verify#code=${marker}`,
    `otpauth://totp/FinTrack:ada%40example.org?secret=${marker}&issuer=FinTrack`,
    `scan otpauth://totp/${marker} now`,
    `OTPAUTH-MIGRATION://offline?data=${marker}`,
    `token ${encoded({ alg: "EdDSA" })}.${encoded({ sub: "1" })}.${marker} refused`,
    `"${encoded({ alg: "none" })}.${marker}."`,
    `${encoded({ alg: "dir", enc: "A256GCM" })}..${marker}.${marker}.${marker}`,
  );
  const around = fc.string({ maxLength: 20 }).map((text) => text.replaceAll("\\", ""));

  test("loses passwords in addresses, keys in queries, credentials and assignments", () => {
    fc.assert(
      fc.property(around, texts, around, (before, text, after) => {
        expect(cleanText(`${before} ${text} ${after}`)).not.toContain(marker);
        const log = recordLog();
        log.logger.info({ [`x${before.length}`]: text }, text);
        log.logger.error({ err: new Error(text, { cause: text }) }, "failed");
        expect(log.text()).not.toContain(marker);
      }),
    );
  });

  test("loses our own tokens and six-digit codes", () => {
    const mac = "0123456789abcdef".repeat(4);
    const session = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
    for (const text of [`refresh ${session}.12.${mac}`, `"${session}.1.${mac}"`])
      expect(cleanText(text)).not.toContain(mac);
    expect(cleanText(`${session.toUpperCase()}.1.${mac}`)).toBe("[redacted]");
    for (const text of [
      "code: 048213",
      '{"code":"048213"}',
      "verificationCode=048213",
      "#code=048213",
    ])
      expect(cleanText(text)).not.toContain("048213");
  });

  test("is otherwise left as it was", () => {
    for (const text of [
      "listening at http://localhost:3000, docs at http://localhost:3000/docs",
      "https://api.example.org/latest?symbols=EUR,USD&base=USD",
      "12 rates of ecb: stored 3, extended 9",
      "mail to a@b.example: sent",
      "SELECT id FROM currency.rates WHERE code = $1",
      "exit code: 137, status code: 200, error code 1234567",
      "session 01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21 ended, 1.2.3 is the version",
      "see KeyJournal.read.ts and eyJ",
    ])
      expect(cleanText(text)).toBe(text);
  });
});

test("names are judged by their words, not by their letters", () => {
  for (const name of [
    "tokenizer",
    "keyword",
    "statusCode",
    "encoder",
    "monkey",
    "pinned",
    "author",
    "secretary",
  ])
    expect([name, isSecretName(name)]).toEqual([
      name,
      name === "tokenizer" || name === "secretary",
    ]);
});

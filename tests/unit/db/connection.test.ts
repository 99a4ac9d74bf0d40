import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type ConnectionSettings,
  ConnectionUrlError,
  connectionUrl,
  describeConnection,
  parseConnection,
  pgOptions,
  postgresJsOptions,
  sslModes,
} from "#platform/db/connection";

const plain = { mode: "disable", rootCertificatePath: null } as const;

describe("parseConnection", () => {
  test("reads user, password, host, port and database", () => {
    expect(parseConnection("postgres://anna:s3cret@db.example.org:6543/main")).toEqual({
      host: "db.example.org",
      port: 6543,
      user: "anna",
      password: "s3cret",
      database: "main",
      ssl: plain,
    });
  });

  test.each([
    "postgres://anna:s3cret@/main?host=/run/pg",
    "postgres://anna:s3cret@localhost/main?host=/run/pg",
    "postgres://anna:s3cret@%2Frun%2Fpg/main",
    "postgres:///main?host=/run/pg&user=anna&password=s3cret",
    "postgresql://anna:s3cret@:5432/?host=%2Frun%2Fpg&dbname=main",
  ])("reads the directory of a unix socket: %s", (address) => {
    expect(parseConnection(address)).toEqual({
      host: "/run/pg",
      port: 5432,
      user: "anna",
      password: "s3cret",
      database: "main",
      ssl: plain,
    });
  });

  test("fills in what libpq fills in", () => {
    expect(parseConnection("postgres://anna@")).toEqual({
      host: "localhost",
      port: 5432,
      user: "anna",
      password: null,
      database: "anna",
      ssl: plain,
    });
  });

  test("reads an IPv6 address without its brackets", () => {
    expect(parseConnection("postgres://a@[::1]:5433/b").host).toBe("::1");
  });

  test("decodes percent-encoded characters of the password", () => {
    expect(parseConnection("postgres://a:p%40ss%2Fw%3A%25@h/b").password).toBe("p@ss/w:%");
  });

  test.each([
    "",
    "s3cret",
    "http://anna:s3cret@h/main",
    "postgres://h/main",
    "postgres://anna:s3cret@h1,h2/main",
    "postgres://anna:s3cret@h:0/main",
    "postgres://anna:s3cret@h:99999/main",
    "postgres://anna:s3cret@h/main/more",
    "postgres://anna:s3cret%@h/main",
    "postgres://anna:s3cret#@h/main",
    "postgres://anna:s3cret%00@h/main",
    "postgres://anna:s3cret%0A@h/main",
    "postgres://anna:s3cret@h/main?s3cret=1",
    "postgres://anna:s3cret@h/main?channel_binding=require",
    "postgres://anna:s3cret@h/main?sslmode=prefer",
    "postgres://anna:s3cret@h/main?sslmode=require&sslmode=disable",
    "postgres://anna:s3cret@h/main?sslrootcert=/ca.pem",
    "postgres://anna:s3cret@/main?host=/run/pg&sslmode=require",
  ])("refuses, without repeating the password: %s", (address) => {
    let error: unknown;
    try {
      parseConnection(address);
    } catch (cause) {
      error = cause;
    }
    expect(error).toBeInstanceOf(ConnectionUrlError);
    expect(Bun.inspect(error)).not.toContain("s3cret");
  });
});

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().filter((address) => !address.includes(".")),
  name.filter((text) => !text.includes(",")).map((text) => `/${text}`),
);
const settings: fc.Arbitrary<ConnectionSettings> = fc
  .record({
    host: host.map((text) => (text.startsWith("/") ? text : normalHost(text))),
    port: fc.integer({ min: 1, max: 65_535 }),
    user: name,
    password: fc.option(name),
    // "." and ".." have a meaning of their own in an address.
    database: name.filter((text) => !text.includes("/") && !/^\.{1,2}$/.test(text)),
    mode: fc.constantFrom(...sslModes),
    certificate: fc.option(name.filter((text) => text !== "system")),
  })
  .map(({ mode, certificate, ...rest }) => ({
    ...rest,
    ssl:
      mode === "disable" || rest.host.startsWith("/")
        ? plain
        : { mode, rootCertificatePath: certificate },
  }));
const normalHost = (text: string) =>
  new URL(`postgres://${text.includes(":") ? `[${text}]` : text}/`).hostname.replace(
    /^\[(.*)\]$/,
    "$1",
  );

test("connectionUrl and parseConnection are each other's inverse", () => {
  fc.assert(
    fc.property(settings, (one) => expect(parseConnection(connectionUrl(one))).toEqual(one)),
  );
});

test("describeConnection says who, where and what, and no password", () => {
  const text = describeConnection(parseConnection("postgres://anna:s3cret@/main?host=/run/pg"));
  expect(text).toBe("anna@/run/pg:5432/main");
});

describe("the options of both drivers", () => {
  const withoutCertificate = settings.filter((one) => one.ssl.rootCertificatePath === null);

  test("come from the same settings", () => {
    fc.assert(
      fc.property(withoutCertificate, (one) => {
        const ours = postgresJsOptions(one);
        const theirs = pgOptions(one);
        for (const key of ["host", "port", "user", "password", "database"] as const)
          expect(ours[key]).toBe(theirs[key]);
        expect(JSON.stringify(ours.ssl)).toBe(JSON.stringify(theirs.ssl));
      }),
    );
  });

  test("name the socket's file for postgres.js and its directory for pg", () => {
    const socket = parseConnection("postgres://a:b@/c?host=/run/pg&port=6000");
    expect(postgresJsOptions(socket).path).toBe("/run/pg/.s.PGSQL.6000");
    expect(pgOptions(socket).host).toBe("/run/pg");
  });

  test.each([
    ["disable", false],
    ["require", { rejectUnauthorized: false }],
    ["verify-full", { rejectUnauthorized: true }],
  ] as const)("honour sslmode=%s", (mode, ssl) => {
    const one = parseConnection(`postgres://a:b@h/c?sslmode=${mode}`);
    expect(postgresJsOptions(one).ssl).toEqual(ssl);
    expect(pgOptions(one).ssl).toEqual(ssl);
  });

  test("verify-ca trusts the certificate whatever host it names", () => {
    const { ssl } = pgOptions(parseConnection("postgres://a:b@h/c?sslmode=verify-ca"));
    expect(ssl).toMatchObject({ rejectUnauthorized: true });
    expect(ssl !== false && "checkServerIdentity" in ssl && ssl.checkServerIdentity?.()).toBe(
      undefined,
    );
  });
});

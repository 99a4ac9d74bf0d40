import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import fc from "fast-check";
import { ConfigError, type Environment, loadConfig, variableNames } from "#platform/config";

function faultsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}
/** The variables that the faults name. */
const faulty = (env: Environment) => faultsOf(env).map((fault) => fault.split(" ")[0] ?? "");

const main = "postgres://app:pw@db.internal/main";
const log = "postgres://app:pw@log.internal/log";

describe("with nothing set", () => {
  test("one process serves everything on loopback, with a database and keys of its own", () => {
    expect(loadConfig({})).toMatchObject({
      environment: "development",
      role: "all",
      host: "127.0.0.1",
      port: 3000,
      publicUrl: "http://localhost:3000",
      clientUrl: null,
      corsOrigins: [],
      trustedProxies: [],
      dataDir: resolve("data"),
      logLevel: "info",
      metrics: null,
      databases: null,
      keyring: { source: "file", path: resolve("data/keys/keyring.json"), create: true },
      mail: { smtp: null, from: { name: "FinTrack", address: "no-reply@localhost" } },
      termsVersion: "2026-11-01",
      defaultPlan: "free",
      rates: { significance: "scaled", maxJump: "0.5", refresh: true },
    });
  });

  test("rates come from every provider that needs no key", () => {
    expect(loadConfig({}).rates.providers.map(({ name }) => name)).toEqual([
      "coinbase",
      "fawazahmed0",
      "coinpaprika",
      "ecb",
      "tcmb",
    ]);
  });

  test("and blank variables count as nothing", () => {
    const blank = Object.fromEntries(variableNames.map((name) => [name, "  "]));
    expect(loadConfig(blank)).toEqual(loadConfig({}));
  });
});

describe("backups", () => {
  const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
  const s3 = {
    ...{ S3_ENDPOINT: "https://s3.example.org", S3_REGION: "eu-central-1", S3_BUCKET: "files" },
    ...{ S3_VOLATILE_BUCKET: "gone", S3_ACCESS_KEY_ID: "id", S3_SECRET_ACCESS_KEY: "secret" },
  };

  test("are made at three, in clear only in development, without LogDB and files", () => {
    expect(loadConfig({}).backup).toEqual({
      ...{ directory: resolve("data/backups"), s3Bucket: null, recipients: [] },
      ...{ allowPlaintext: true, logDatabase: false, objects: false },
      daily: { hour: 3, minute: 0, zone: "UTC" },
    });
  });

  test("take other places, times and recipients", () => {
    const { backup } = loadConfig({
      ...{ ...s3, BACKUP_S3_BUCKET: "backups", BACKUP_RECIPIENTS: recipient },
      ...{ BACKUP_LOG_DATABASE: "on", BACKUP_OBJECTS: "on", BACKUP_DIR: "/backups" },
      ...{ BACKUP_TIME: "23:59", BACKUP_ZONE: "Europe/Istanbul" },
    });
    expect(backup).toEqual({
      ...{ directory: "/backups", s3Bucket: "backups", recipients: [recipient] },
      ...{ allowPlaintext: true, logDatabase: true, objects: true },
      daily: { hour: 23, minute: 59, zone: "Europe/Istanbul" },
    });
  });

  test.each([
    ["BACKUP_S3_BUCKET", { BACKUP_S3_BUCKET: "backups" }],
    ["BACKUP_S3_BUCKET", { ...s3, BACKUP_S3_BUCKET: "files" }],
    ["BACKUP_S3_BUCKET", { ...s3, BACKUP_S3_BUCKET: "gone" }],
    ["BACKUP_RECIPIENTS", { BACKUP_RECIPIENTS: "age1nobody" }],
    ["BACKUP_RECIPIENTS", { BACKUP_RECIPIENTS: `AGE-SECRET-KEY-1${"Q".repeat(58)}` }],
    ["BACKUP_RECIPIENTS", { BACKUP_RECIPIENTS: Array(21).fill(recipient).join(",") }],
    ["BACKUP_ALLOW_PLAINTEXT", { BACKUP_ALLOW_PLAINTEXT: "yes" }],
    ["BACKUP_TIME", { BACKUP_TIME: "24:00" }],
    ["BACKUP_TIME", { BACKUP_TIME: "3:00" }],
    ["BACKUP_ZONE", { BACKUP_ZONE: "+03:00" }],
    ["BACKUP_DIR", { DATA_DIR: "/data", BACKUP_DIR: "/data/objects/backups" }],
  ])("%s is refused when it cannot be right (%o)", (name, env) => {
    expect(faulty(env)).toEqual([name]);
  });
});

describe("files", () => {
  const s3 = {
    S3_ENDPOINT: "https://s3.eu-central-1.amazonaws.com/",
    S3_REGION: "eu-central-1",
    S3_BUCKET: "fintrack-objects",
    S3_VOLATILE_BUCKET: "fintrack-volatile",
    S3_ACCESS_KEY_ID: "AKIAEXAMPLE",
    S3_SECRET_ACCESS_KEY: "se/cr+et=",
  };

  test("lie below DATA_DIR, what is volatile where VOLATILE_DIR says", () => {
    expect(loadConfig({ DATA_DIR: "/d" }).storage).toEqual({
      volatileDir: "/d/volatile",
      s3: null,
    });
    expect(loadConfig({ VOLATILE_DIR: "/v" }).storage.volatileDir).toBe("/v");
  });

  test.each(["/d/objects", "/d/objects/volatile", "/d", "/"])(
    "that are volatile may not lie where a backup copies objects: %s",
    (VOLATILE_DIR) => {
      expect(faulty({ DATA_DIR: "/d", VOLATILE_DIR })).toEqual(["VOLATILE_DIR"]);
    },
  );

  test("lie in S3 when all of its variables are set", () => {
    expect(loadConfig(s3).storage.s3).toEqual({
      endpoint: "https://s3.eu-central-1.amazonaws.com",
      region: "eu-central-1",
      bucket: "fintrack-objects",
      volatileBucket: "fintrack-volatile",
      accessKeyId: "AKIAEXAMPLE",
      secretAccessKey: "se/cr+et=",
    });
  });

  test.each(Object.keys(s3))("in S3 need %s", (name) => {
    expect(faulty({ ...s3, [name]: " " })).toEqual([name]);
  });

  test.each([
    ["S3_ENDPOINT", "http://minio.internal:9000"],
    ["S3_ENDPOINT", "https://key:secret@s3.example.org"],
    ["S3_ENDPOINT", "https://s3.example.org/bucket"],
    ["S3_ENDPOINT", "s3.example.org"],
    ["S3_REGION", "EU Central"],
    ["S3_BUCKET", "a/b"],
    ["S3_BUCKET", "Upper"],
    ["S3_VOLATILE_BUCKET", "fintrack-objects"],
    ["S3_ACCESS_KEY_ID", "with space"],
    ["S3_SECRET_ACCESS_KEY", "with\nline"],
  ])("in S3 are refused with %s=%j, which is not repeated", (name, value) => {
    const faults = faultsOf({ ...s3, [name]: value });
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual([name]);
    expect(faults.join()).not.toContain(value);
  });

  test("may lie on an S3 server of this machine without TLS", () => {
    const config = loadConfig({ ...s3, S3_ENDPOINT: "http://127.0.0.1:9000" });
    expect(config.storage.s3?.endpoint).toBe("http://127.0.0.1:9000");
  });
});

describe("what is set", () => {
  test("arrives in the configuration", () => {
    const config = loadConfig({
      ROLE: "worker",
      PORT: "8080",
      PUBLIC_URL: "https://api.example.org/",
      CLIENT_URL: "https://app.example.org",
      CORS_ORIGINS: "https://app.example.org, http://localhost:5173",
      TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      DATABASE_URL: main,
      LOG_DATABASE_URL: log,
      DATABASE_MIGRATE_URL: "postgres://owner:pw@db.internal/main",
      METRICS_TOKEN: "0123456789abcdef",
      DATA_DIR: "/var/lib/fintrack",
      RATES_MAX_JUMP: "2",
      RATES_REFRESH: "off",
      SMTP_URL: "smtp://mailer%40example.org:p%3A%2F%25@mail.example.org",
      MAIL_FROM: "FinTrack Finanz GmbH <no-reply@münchen.example>",
      TERMS_VERSION: "2027-01-01",
      DEFAULT_PLAN: "pro",
    });
    expect(config).toMatchObject({
      role: "worker",
      port: 8080,
      publicUrl: "https://api.example.org",
      clientUrl: "https://app.example.org",
      corsOrigins: ["https://app.example.org", "http://localhost:5173"],
      trustedProxies: ["10.0.0.0/8", "::1"],
      databases: {
        main: { url: main, migrateUrl: "postgres://owner:pw@db.internal/main", relayUrl: null },
        log: { url: log, migrateUrl: null, relayUrl: null },
      },
      metrics: { port: 9464, token: "0123456789abcdef" },
      dataDir: "/var/lib/fintrack",
      keyring: { path: "/var/lib/fintrack/keys/keyring.json" },
      rates: { maxJump: "2", refresh: false },
      mail: {
        smtp: {
          host: "mail.example.org",
          port: 587,
          implicitTls: false,
          login: { user: "mailer@example.org", password: "p:/%" },
        },
        from: { name: "FinTrack Finanz GmbH", address: "no-reply@xn--mnchen-3ya.example" },
      },
      termsVersion: "2027-01-01",
      defaultPlan: "pro",
    });
  });

  test.each([
    ["smtp://mail.example.org", "mail.example.org", 587, false],
    ["smtps://mail.example.org/", "mail.example.org", 465, true],
    ["smtp://127.0.0.1:25", "127.0.0.1", 25, false],
    ["smtps://[2001:db8::1]:2465", "2001:db8::1", 2465, true],
    ["smtp://Müller.example:2525", "xn--mller-kva.example", 2525, false],
  ] as const)("of a mail server may be %s", (SMTP_URL, host, port, implicitTls) => {
    expect(loadConfig({ SMTP_URL }).mail.smtp).toEqual({ host, port, implicitTls, login: null });
  });

  test.each([
    ["no-reply@example.org", "", "no-reply@example.org"],
    ["<no-reply@example.org>", "", "no-reply@example.org"],
    ["Şirket & Co. <a.b+c@Example.ORG>", "Şirket & Co.", "a.b+c@example.org"],
  ])("of a sender may be %s", (MAIL_FROM, name, address) => {
    expect(loadConfig({ MAIL_FROM }).mail.from).toEqual({ name, address });
  });

  test("of a provider arrives there, and a key puts its provider first", () => {
    const [first, second] = loadConfig({
      CURRENCYFREAKS_API_KEY: "k",
      RATES_COINBASE_URLS: "http://127.0.0.1:9/, https://second.example/rates/",
      RATES_COINBASE_INTERVAL_SECONDS: "60",
      RATES_COINBASE_MONTHLY_QUOTA: "5",
    }).rates.providers;
    expect(first).toMatchObject({ name: "currencyfreaks", apiKey: "k", monthlyQuota: 1000 });
    expect(second).toEqual({
      name: "coinbase",
      baseUrls: ["http://127.0.0.1:9", "https://second.example/rates"],
      intervalSeconds: 60,
      monthlyQuota: 5,
      apiKey: null,
    });
  });

  test("the order of RATES_PROVIDERS is kept", () => {
    const { providers } = loadConfig({ RATES_PROVIDERS: "tcmb,coinbase" }).rates;
    expect(providers.map(({ name }) => name)).toEqual(["tcmb", "coinbase"]);
  });

  test("cannot be changed afterwards, however deep", () => {
    const config = loadConfig({});
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(config)).toBe(true);
  });
});

describe("production", () => {
  const mail = { SMTP_URL: "smtp://mail.example", MAIL_FROM: "no-reply@x.example" };
  const production = { HOST: "0.0.0.0", PUBLIC_URL: "https://x.example", KEYRING: "{}", ...mail };

  test("is any address that others reach, unless development is said aloud", () => {
    expect(loadConfig(production).environment).toBe("production");
    expect(loadConfig({ HOST: "0.0.0.0", FINTRACK_ENV: "development", ...mail }).environment).toBe(
      "development",
    );
    for (const HOST of ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
      expect(loadConfig({ HOST }).environment).toBe("development");
    for (const HOST of ["127.evil.example", "10.0.0.1", "::", "localhost.example"])
      expect(loadConfig({ ...production, HOST }).environment).toBe("production");
  });

  test("needs an address for links, keys that exist already and a mail server", () => {
    const needed = ["PUBLIC_URL", "KEYRING_FILE", "SMTP_URL", "MAIL_FROM"];
    expect(faulty({ HOST: "0.0.0.0" })).toEqual(needed);
    expect(faulty({ FINTRACK_ENV: "production" })).toEqual(needed);
    expect(loadConfig({ ...production, KEYRING: "", KEYRING_FILE: "/k" }).keyring).toEqual({
      source: "file",
      path: "/k",
      create: false,
    });
  });
});

describe("mails are written to this machine's disk", () => {
  test("only in development, for a server that nobody else reaches", () => {
    for (const HOST of ["127.0.0.1", "::1", "localhost"])
      expect(loadConfig({ HOST }).mail.smtp).toBeNull();
    expect(faulty({ FINTRACK_ENV: "development", HOST: "0.0.0.0" })).toEqual(["SMTP_URL"]);
    expect(faulty({ FINTRACK_ENV: "development", HOST: "10.0.0.5" })).toEqual(["SMTP_URL"]);
    expect(faulty({ TRUSTED_PROXIES: "127.0.0.1" })).toEqual(["SMTP_URL"]);
    expect(faulty({ TRUSTED_PROXIES: "127.0.0.1", SMTP_URL: "smtp://127.0.0.1:25" })).toEqual([]);
  });
});

describe("a faulty environment", () => {
  test("is reported whole, a line each, without its values", () => {
    const env = {
      HOST: "no host!",
      PORT: "70000",
      ROLE: "boss-secret",
      PUBLIC_URL: "ftp://secret.example",
      TRUSTED_PROXIES: "secret/8",
      DATABASE_URL: "postgres://app:secret@db/main?x=secret",
      METRICS_TOKEN: "short-secret",
      KEYRING: "secret",
      KEYRING_FILE: "/secret",
      RATES_PROVIDERS: "secret",
      RATES_MAX_JUMP: "-secret",
      RATES_ECB_URLS: "http://secret.example",
      SMTP_URL: "smtp://secret@mail.secret.example",
      MAIL_FROM: "secret",
    };
    expect(faulty(env).sort()).toEqual(
      [...Object.keys(env).filter((name) => name !== "KEYRING_FILE"), "LOG_DATABASE_URL"].sort(),
    );
    expect(faultsOf(env).join("\n")).not.toMatch(/secret|70000/);
  });

  const port = ["0", "65536", "-1", "1.5", "1e3", "0x10", "٣", "99999999999"];
  const origin = [
    "example.org",
    "https://x.example/path",
    "https://u@x.example",
    "https://:p@x.example",
    "https://x.example?q",
    "//x",
  ];
  const network = [
    "10.0.0.0/33",
    "::1/129",
    "1.2.3.4/8/9",
    "10.0.0",
    "1.2.3.4/-1",
    "fe80::1%eth0",
    "host",
    ",",
  ];
  const database = [
    "mysql://a@b/c",
    "postgres://db/main",
    "db:5432/main",
    "postgres://u:%zz@db/main",
    "postgres://u@db/main?application_name=x",
  ];
  const outgoing = [
    "http://10.0.0.1",
    "http://127.evil.example",
    "https://u:p@x.example",
    "https://x.example?key=1",
    "file:///etc/passwd",
    " , ",
  ];
  const smtp = [
    "mail.example.org:587",
    "http://mail.example.org",
    "smtp:mail.example.org",
    "smtp://",
    "smtp:///outbox",
    "smtp://:25",
    "smtp://mail.example.org:0",
    "smtp://mail.example.org:70000",
    "smtp://mail.example.org:465",
    "smtp://mail.example.org/box",
    "smtp://mail.example.org?x",
    "smtp://mail.example.org#x",
    "smtp://a,b",
    "smtp://[::zz]",
    "smtp://%zz",
    "smtp://user:%zz@mail.example.org",
    "smtp://us%er:pw@mail.example.org",
    "smtp://user@mail.example.org",
    "smtp://:pw@mail.example.org",
    "smtp://user:p%0d%0aw@mail.example.org",
  ];
  const sender = [
    "FinTrack",
    "@example.org",
    "a@",
    "a@b@example.org",
    "a@example.org, b@example.org",
    "A, B <a@example.org>",
    '"A" <a@example.org>',
    "ä@example.org",
    "A <a@example.org> B",
    "A\u202e <a@example.org>",
    "A\r\nBcc: b@example.org <a@example.org>",
    "a@exam ple.org",
    "a@example.org/x",
    "a@[127.0.0.1]",
  ];
  test.each([
    ...smtp.map((value) => ["SMTP_URL", value] as const),
    ...sender.map((value) => ["MAIL_FROM", value] as const),
    ...port.map((value) => ["PORT", value] as const),
    ...origin.map((value) => ["CLIENT_URL", value] as const),
    ...network.map((value) => ["TRUSTED_PROXIES", value] as const),
    ...outgoing.map((value) => ["RATES_TCMB_URLS", value] as const),
    ["HOST", "a b"],
    ["HOST", "-x"],
    ["DATABASE_POOL_SIZE", "1"],
    ["SHUTDOWN_SECONDS", "601"],
    ["READS_PER_MINUTE", "many"],
    ["LOG_LEVEL", "loud"],
    ["RATES_REFRESH", "yes"],
    ["RATES_SIGNIFICANCE", "exact"],
    ["RATES_MAX_JUMP", "0"],
    ["RATES_MAX_JUMP", "0.0"],
    ["RATES_MAX_JUMP", "1e-3"],
    ["RATES_MAX_JUMP", ".5"],
    ["RATES_PROVIDERS", "ecb,ecb"],
    ["RATES_PROVIDERS", ","],
    ["RATES_ECB_INTERVAL_SECONDS", "59"],
  ])("%s may not be %p", (name, value) => {
    // Whoever trusts a proxy needs a mail server, too.
    const others = name === "SMTP_URL" ? {} : { SMTP_URL: "smtp://mail.example.org" };
    expect(faulty({ ...others, [name]: value })).toEqual([name]);
  });

  test.each(database)("a database address may not be %p", (value) => {
    expect(faulty({ DATABASE_URL: value, LOG_DATABASE_URL: log })).toEqual(["DATABASE_URL"]);
  });

  test("names what is missing beside what is there", () => {
    expect(faulty({ DATABASE_URL: main })).toEqual(["LOG_DATABASE_URL"]);
    expect(faulty({ LOG_DATABASE_URL: log })).toEqual(["DATABASE_URL"]);
    expect(faulty({ LOG_DATABASE_MIGRATE_URL: log })).toEqual(["DATABASE_URL"]);
    expect(faulty({ RATES_PROVIDERS: "currencyfreaks" })).toEqual(["CURRENCYFREAKS_API_KEY"]);
    expect(faulty({ METRICS_TOKEN: "0123456789abcdef", METRICS_PORT: "3000" })).toEqual([
      "METRICS_PORT",
    ]);
  });
});

test("no environment does anything but load or be listed, and what was listed does not depend on the rest", () => {
  const oddities = fc.constantFrom(
    "",
    "0",
    "1",
    "on",
    "::1",
    "postgres://",
    "https://",
    "http://[",
    "a,b",
    "[::1]",
    "%",
    "postgres://%@[/",
    "smtp://",
    "smtp://%:%@[::]",
    "A <a@b>",
  );
  const value = fc.oneof(
    oddities,
    fc.string(),
    fc.webUrl({ withQueryParameters: true }),
    fc.ipV6(),
  );
  const environment = fc.dictionary(fc.constantFrom(...variableNames), value, { maxKeys: 12 });
  fc.assert(
    fc.property(environment, (env) => {
      for (const fault of faultsOf(env)) {
        const name = fault.split(" ")[0] ?? "";
        expect(variableNames).toContain(name);
      }
    }),
    { numRuns: 1000 },
  );
});

test("no value of a secret variable is ever shown", () => {
  const secrets = [
    "KEYRING",
    "METRICS_TOKEN",
    "CURRENCYFREAKS_API_KEY",
    "DATABASE_URL",
    "LOG_DATABASE_MIGRATE_URL",
    "SMTP_URL",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...secrets),
      fc.stringMatching(/^[a-z0-9:/@?%]{8,30}$/),
      (name, value) => {
        expect(faultsOf({ [name]: value, PORT: "wrong" }).join("\n")).not.toContain(value);
      },
    ),
  );
});

describe(".env.example", async () => {
  const whole = await Bun.file(".env.example").text();
  // The end is for docker-compose.yml; tests/unit/deploy looks at it.
  const [text = ""] = whole.split("# ---- docker compose only");
  const lines = [...text.matchAll(/^#([A-Z][A-Z0-9_]*)=(.*)$/gm)];
  const shown = Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));

  test("documents every variable, once, and no other", () => {
    expect(lines.map(([, name]) => name ?? "").sort()).toEqual([...variableNames].sort());
  });

  test("shows the defaults: taken as it stands it changes nothing", () => {
    expect(loadConfig(shown)).toEqual(loadConfig({}));
    const withKey = { ...shown, CURRENCYFREAKS_API_KEY: "k", RATES_PROVIDERS: "" };
    expect(loadConfig(withKey)).toEqual(loadConfig({ CURRENCYFREAKS_API_KEY: "k" }));
  });

  test("sets nothing by itself", () => {
    expect(whole.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  });
});

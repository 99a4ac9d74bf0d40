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
    });
    expect(config).toMatchObject({
      role: "worker",
      port: 8080,
      publicUrl: "https://api.example.org",
      clientUrl: "https://app.example.org",
      corsOrigins: ["https://app.example.org", "http://localhost:5173"],
      trustedProxies: ["10.0.0.0/8", "::1"],
      databases: {
        main: { url: main, migrateUrl: "postgres://owner:pw@db.internal/main" },
        log: { url: log, migrateUrl: null },
      },
      metrics: { port: 9464, token: "0123456789abcdef" },
      dataDir: "/var/lib/fintrack",
      keyring: { path: "/var/lib/fintrack/keys/keyring.json" },
      rates: { maxJump: "2", refresh: false },
    });
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
  const production = { HOST: "0.0.0.0", PUBLIC_URL: "https://x.example", KEYRING: "{}" };

  test("is any address that others reach, unless development is said aloud", () => {
    expect(loadConfig(production).environment).toBe("production");
    expect(loadConfig({ HOST: "0.0.0.0", FINTRACK_ENV: "development" }).environment).toBe(
      "development",
    );
    for (const HOST of ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
      expect(loadConfig({ HOST }).environment).toBe("development");
    for (const HOST of ["127.evil.example", "10.0.0.1", "::", "localhost.example"])
      expect(loadConfig({ ...production, HOST }).environment).toBe("production");
  });

  test("needs an address for links and keys that exist already", () => {
    expect(faulty({ HOST: "0.0.0.0" })).toEqual(["PUBLIC_URL", "KEYRING_FILE"]);
    expect(faulty({ FINTRACK_ENV: "production" })).toEqual(["PUBLIC_URL", "KEYRING_FILE"]);
    expect(loadConfig({ ...production, KEYRING: "", KEYRING_FILE: "/k" }).keyring).toEqual({
      source: "file",
      path: "/k",
      create: false,
    });
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
  test.each([
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
    expect(faulty({ [name]: value })).toEqual([name]);
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

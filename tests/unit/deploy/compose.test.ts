import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { YAML } from "bun";
import { loadConfig, variableNames } from "#platform/config";
import { createClientAddress } from "#platform/http/client-address";

type Service = {
  readonly build?: string;
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | { readonly source?: string })[];
  readonly command?: readonly string[];
  readonly stop_grace_period: string;
  readonly depends_on: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } };
  readonly [other: string]: unknown;
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly internal?: boolean;
        readonly ipam?: { readonly config: readonly { readonly subnet: string }[] };
      } | null
    >
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly environment: string }>>;
};

const text = await Bun.file("docker-compose.yml").text();
const compose = YAML.parse(text) as Compose;
const dataDisk = await Bun.file("deploy/compose.data-disk.yml").text();
const example = await Bun.file(".env.example").text();
const service = (name: string): Service => {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};
const api = service("api");
const worker = service("worker");
const named = Object.entries(compose.services);
const networksOf = (name: string) => service(name).networks;
const membersOf = (network: string) =>
  named.filter(([, { networks }]) => networks.includes(network)).map(([name]) => name);
const databases = [service("postgres-main"), service("postgres-log")];

/** `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, as docker compose fills them in. */
const references = [...text.matchAll(/(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}/g)];
function fill(value: string, env: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest) => {
    if (env[name]) return env[name];
    if (kind === "?") throw new Error(`${name} ${rest}`);
    return kind === "-" ? rest : "";
  });
}

describe("docker-compose.yml", () => {
  const [, composeOnly = ""] = example.split("# ---- docker compose only");
  const documented = [...composeOnly.matchAll(/^#([A-Z_]+)=/gm)].map(([, name = ""]) => name);

  test("uses only variables that .env.example documents, and all that it lists for compose", () => {
    const asSecrets = Object.values(compose.secrets).map(({ environment }) => environment);
    const besides = dataDisk.match(/(?<=\$\{)DATA_DISK/g) ?? [];
    const used = [
      ...new Set([...references.map(([, name = ""]) => name), ...asSecrets, ...besides]),
    ];
    expect(used.filter((name) => ![...variableNames, ...documented].includes(name))).toEqual([]);
    expect(documented.filter((name) => !used.includes(name))).toEqual([]);
  });

  test("passes on every variable of the server but those that it sets, as .env.example says", () => {
    const [, list = ""] =
      /passes on all of the above but those that it sets itself:\n((?:# ----[^\n]*\n)+)/.exec(
        example,
      ) ?? [];
    const own = [...list.matchAll(/\b[A-Z_]{4,}\b/g)].map(([name]) => name);
    const databases = variableNames.filter((name) => /DATABASE(_MIGRATE)?_URL$/.test(name));
    expect(databases).toHaveLength(6);
    const passed = new Set(references.map(([, name = ""]) => name));
    expect(variableNames.filter((name) => !passed.has(name)).sort()).toEqual(
      [...own, ...databases].sort(),
    );
    const rates = variableNames.filter((name) => name.startsWith("RATES_"));
    for (const { environment } of [api, worker])
      expect(Object.keys(environment ?? {})).toEqual(
        expect.arrayContaining([...rates, "DATABASE_POOL_SIZE", "SHUTDOWN_SECONDS"]),
      );
  });

  test("starts neither Grafana nor the Alertmanager with an empty secret", async () => {
    for (const [name, secret] of [
      ["grafana", "grafana_admin_password"],
      ["alertmanager", "alert_webhook_url"],
    ] as const) {
      const { entrypoint } = service(name) as unknown as { entrypoint: string[] };
      const file = join(mkdtempSync(join(tmpdir(), "fintrack-secret-")), secret);
      const run = async (content: string) => {
        await Bun.write(file, content);
        const script = (entrypoint[2] ?? "")
          .replaceAll("$$", "$")
          .replaceAll(`/run/secrets/${secret}`, file)
          .replace(/exec \S+/, "exec echo started");
        const child = Bun.spawnSync(["/bin/sh", "-ec", script, ...entrypoint.slice(3), "--flag"]);
        return [child.exitCode, child.stdout.toString().trim()];
      };
      expect([name, ...(await run(""))]).toEqual([name, 1, ""]);
      expect(await run("secret")).toEqual([0, name === "grafana" ? "started" : "started --flag"]);
    }
  });

  test("keeps the databases in their volumes, whatever release the image is of", () => {
    const [, major] = /postgres:(\d+)\.\d+\}/.exec(text) ?? [];
    for (const database of databases) {
      const volume = (database.volumes ?? [])
        .map(String)
        .find((one) => one.startsWith("postgres-"));
      expect(database.environment?.["PGDATA"]).toBe(`${volume?.split(":")[1]}/${major}/docker`);
    }
  });

  test("has no password of its own and refuses to start without one", () => {
    const secrets = references.filter(([, name = ""]) => name.endsWith("_PASSWORD"));
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.every(([, , kind]) => kind === "?")).toBe(true);
    const plain = Object.values(compose.services).flatMap(({ environment }) =>
      Object.entries(environment ?? {}).filter(
        ([name, value]) =>
          /PASS|KEY$|TOKEN/.test(name) && !/^(\$\{|\/run\/secrets\/\w+$)/.test(value),
      ),
    );
    expect(plain).toEqual([]);
  });

  test("gives every process a production configuration that it accepts", () => {
    const env = {
      PUBLIC_URL: "https://api.example.org",
      SMTP_URL: "smtps://fintrack:secret@mail.example.org",
      MAIL_FROM: "FinTrack <no-reply@example.org>",
    };
    const needed = [...documented, "METRICS_TOKEN"];
    const passwords = Object.fromEntries(needed.map((name) => [name, "0123456789abcdef"]));
    const configOf = ({ environment = {} }: Service) => {
      const given = Object.entries(environment).map(
        ([name, value]) => [name, fill(value, { ...env, ...passwords })] as const,
      );
      expect(given.map(([name]) => name).filter((name) => !variableNames.includes(name))).toEqual(
        [],
      );
      const inImage = { HOST: "0.0.0.0", PORT: "3000", DATA_DIR: "/data" };
      return loadConfig({ ...inImage, ...Object.fromEntries(given) });
    };
    const config = configOf(api);
    expect(configOf(worker)).toMatchObject({
      ...{ role: "worker", metrics: { port: 9464 } },
      databases: {
        main: { relayUrl: "postgres://fintrack_relay:0123456789abcdef@postgres-main:5432/main" },
        log: { relayUrl: "postgres://fintrack_relay:0123456789abcdef@postgres-log:5432/log" },
      },
    });
    expect(configOf(service("backup")).backup).toMatchObject({ directory: "/backups" });
    expect(configOf(service("migrate")).databases?.main.migrateUrl).toContain("fintrack_owner:");
    expect(config).toMatchObject({
      environment: "production",
      role: "api",
      metrics: { port: 9464 },
      keyring: { source: "file", path: "/data/keys/keyring.json", create: false },
      mail: {
        smtp: { host: "mail.example.org", port: 465, implicitTls: true },
        from: { name: "FinTrack", address: "no-reply@example.org" },
      },
      databases: {
        main: {
          url: "postgres://fintrack_app:0123456789abcdef@postgres-main:5432/main",
          migrateUrl: null,
          relayUrl: null,
        },
        log: {
          url: "postgres://fintrack_app:0123456789abcdef@postgres-log:5432/log",
          migrateUrl: null,
          relayUrl: null,
        },
      },
    });
  });

  test("gives the owner's passwords to migration and restore alone, and starts the server after it", () => {
    const owners = Object.entries(compose.services)
      .filter(([, { environment }]) =>
        Object.values(environment ?? {}).some((value) => value.includes("fintrack_owner:")),
      )
      .map(([name]) => name);
    expect(owners.sort()).toEqual(["migrate", "restore"]);
    expect(service("migrate").command).toEqual(["migrate"]);
    for (const one of [api, worker, service("backup")])
      expect(one.depends_on["migrate"]).toEqual({ condition: "service_completed_successfully" });
  });

  test("lets a restore and a drill reach backups and files wherever the installation keeps them", () => {
    for (const name of ["restore", "drill"]) {
      const { environment = {}, networks } = service(name);
      expect(Object.keys(environment)).toEqual(
        expect.arrayContaining(["BACKUP_DIR", "BACKUP_S3_BUCKET", "S3_BUCKET", "S3_ENDPOINT"]),
      );
      expect(networks).toContain("edge");
    }
    const { entrypoint } = service("drill") as unknown as { entrypoint: string[] };
    const [args, hosts] = [entrypoint.slice(4), /@postgres-drill:5432\/(main|postgres)$/];
    expect([args[0], args[1], args[2], args[3]]).toEqual([
      ...["--to", expect.stringMatching(hosts), "--log-to", expect.stringMatching(hosts)],
    ]);
    expect(args[1]).not.toBe(args[3]);
  });

  test("leaves the server longer to drain than it may take", () => {
    for (const { stop_grace_period } of [api, worker])
      expect(Number(/^(\d+)s$/.exec(stop_grace_period)?.[1])).toBeGreaterThan(
        loadConfig({}).limits.shutdownSeconds + 5,
      );
  });

  test("shows the databases to the server only: no port, no way out, no common network", () => {
    for (const database of databases) {
      expect(database.ports).toBeUndefined();
      expect(database.networks).toHaveLength(1);
      for (const network of database.networks)
        expect(compose.networks[network]).toEqual({ internal: true });
    }
    expect(new Set(databases.flatMap(({ networks }) => networks)).size).toBe(2);
    expect(api.networks).toEqual(expect.arrayContaining(databases.flatMap((one) => one.networks)));
    expect(api.ports).toHaveLength(1);
    expect(api.ports?.[0]).toStartWith("127.0.0.1:");
  });

  test("makes the roles before anybody can log in", () => {
    for (const database of databases) {
      const scripts = (database.volumes ?? [])
        .map(String)
        .filter((one) => one.includes("initdb.d"));
      expect(scripts.map((volume) => volume.split(":")[0])).toEqual([
        "./deploy/postgres/init-roles.sh",
        "./deploy/postgres/init-logins.sh",
      ]);
    }
  });

  test("runs MainDB so that the audit trail can follow it", () => {
    expect(text).toContain("./deploy/postgres/main.conf:/etc/postgresql/postgresql.conf:ro");
    expect(readFileSync("deploy/postgres/main.conf", "utf8")).toMatch(/^wal_level = logical$/m);
  });

  test("bounds every service, and keeps the server from writing outside its volume", () => {
    for (const [name, { deploy, security_opt }] of named) {
      expect([name, Object.keys(deploy.resources.limits).sort()]).toEqual([
        name,
        ["cpus", "memory", "pids"],
      ]);
      expect([name, security_opt]).toEqual([name, ["no-new-privileges:true"]]);
      // Docker refuses more processors than the machine has.
      const cpus = Number(
        fill(String(deploy.resources.limits["cpus"]), { CPUS: "1", OLLAMA_CPUS: "1" }),
      );
      expect([name, cpus > 0 && cpus <= 1]).toEqual([name, true]);
    }
    for (const one of [api, worker, service("backup"), service("migrate")])
      expect(one).toMatchObject({ read_only: true, cap_drop: ["ALL"], user: "1000:1000" });
  });

  test("is what the Compose Specification allows, with the graphics card and without", async () => {
    const schema = await Bun.file("tests/fixtures/compose/compose-spec.json").json();
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const withDisk = YAML.parse(dataDisk);
    const withGpu = YAML.parse(await Bun.file("deploy/compose.gpu.yml").text());
    for (const file of [compose, withGpu, withDisk]) {
      validate(file);
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(Object.keys((withGpu as Compose).services)).toEqual(["ollama"]);
    expect(validate({ services: { api: { memory: "1g" } } })).toBe(false);
  });

  test("publishes the API and Grafana, to this machine only", () => {
    const published = named.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, fill(port, {})]),
    );
    expect(published).toEqual([
      ["api", "127.0.0.1:3000:3000"],
      ["grafana", "127.0.0.1:3001:3000"],
    ]);
  });

  test("believes the proxy on this machine and the tunnel, whose networks have the addresses that it names", () => {
    const trusted = loadConfig({
      TRUSTED_PROXIES: fill(api.environment?.["TRUSTED_PROXIES"] ?? "", {}),
      SMTP_URL: "smtp://127.0.0.1:25",
    }).trustedProxies;
    const subnets = ["edge", "tunnel"].flatMap(
      (name) => compose.networks[name]?.ipam?.config.map(({ subnet }) => subnet) ?? [],
    );
    expect(subnets).toHaveLength(2);
    expect(trusted).toEqual(subnets);
    const client = createClientAddress(trusted);
    const headers = new Headers({ "x-forwarded-for": "203.0.113.9, 198.51.100.1" });
    // The gateway, which Docker puts first.
    for (const subnet of subnets)
      expect(client(subnet.replace(/\.0\/24$/, ".1"), headers)).toBe("198.51.100.1");
  });

  test("starts what serves by itself, and the rest by profile", () => {
    const profiled = Map.groupBy(named, ([, { profiles }]) => profiles?.join() ?? "");
    const names = Object.fromEntries(
      [...profiled].map(([profile, members]) => [profile, members.map(([name]) => name).sort()]),
    );
    expect(names).toEqual({
      "": ["api", "backup", "migrate", "postgres-log", "postgres-main", "worker"],
      drill: ["drill", "postgres-drill"],
      restore: ["restore"],
      observability: [
        ...["alertmanager", "cadvisor", "grafana", "node-exporter"],
        ...["postgres-exporter-log", "postgres-exporter-main", "prometheus"],
      ],
      assistant: ["ollama", "ollama-model"],
      tunnel: ["ngrok"],
    });
  });

  test("pins every image by a version, and lets a digest take its place", () => {
    for (const [name, { image, build }] of named) {
      if (build !== undefined) continue;
      expect([name, image]).toEqual([
        name,
        expect.stringMatching(/^\$\{[A-Z_]+_IMAGE:-[a-z0-9./-]+:v?\d[\w.-]*\}$/),
      ]);
    }
  });

  test("says of every service whether it is well, or why nobody can ask", () => {
    const unasked = named
      .filter(([, { healthcheck }]) => healthcheck?.disable)
      .map(([name]) => name);
    expect(unasked.sort()).toEqual(["backup", "drill", "migrate", "ollama-model", "restore"]);
    for (const [name, { build, healthcheck }] of named)
      if (build === undefined && !unasked.includes(name))
        expect([name, healthcheck?.test?.length]).toEqual([name, expect.any(Number)]);
    // The image's asks for an answer on PORT, which only the server gives.
    expect(worker.healthcheck?.test?.[0]).toBe("CMD");
  });

  test("lets each see what it needs: the tunnel the API, the model no database, the watchers no person", () => {
    expect(networksOf("ngrok")).toEqual(["tunnel"]);
    expect(membersOf("tunnel").sort()).toEqual(["api", "ngrok"]);
    expect(networksOf("ollama")).toEqual(["assistant"]);
    expect(membersOf("assistant").sort()).toEqual(["api", "ollama", "worker"]);
    expect(membersOf("models")).toEqual(["ollama-model"]);
    expect(membersOf("main-database").sort()).toEqual(
      [
        ...["api", "backup", "drill", "migrate", "postgres-exporter-main", "postgres-main"],
        ...["restore", "worker"],
      ].sort(),
    );
    expect(membersOf("log-database").sort()).toEqual(
      [
        ...["api", "backup", "drill", "migrate", "postgres-exporter-log", "postgres-log"],
        ...["restore", "worker"],
      ].sort(),
    );
    expect(membersOf("drill-database").sort()).toEqual(["drill", "postgres-drill"]);
    expect(networksOf("prometheus")).toEqual(["metrics"]);
    const outward = Object.entries(compose.networks)
      .filter(([, network]) => network?.internal !== true)
      .map(([name]) => name);
    expect(outward.sort()).toEqual(["alerts", "dashboards", "edge", "models", "tunnel"]);
  });

  test("gives nobody the engine: no socket, no privileges, nothing of the machine that could be written to", () => {
    expect(text).not.toMatch(/docker\.sock|containerd\.sock|privileged|network_mode|pid: host/);
    for (const { volumes = [] } of Object.values(compose.services))
      for (const volume of volumes) {
        if (typeof volume !== "string") expect(volume).toMatchObject({ read_only: true });
        else if (/^[./]/.test(volume)) expect(volume).toEndWith(":ro");
      }
  });
});

describe("the image", async () => {
  const dockerfile = await Bun.file("Dockerfile").text();
  const ignore = (await Bun.file(".dockerignore").text())
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const version = (await Bun.file("package.json").json()).packageManager.replace("bun@", "");

  test("has the Bun that everybody has", () => {
    expect(/^ARG BUN_IMAGE=oven\/bun:(.*)-slim$/m.exec(dockerfile)?.[1]).toBe(version);
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(bases.map((image) => image?.replace(/[${}]/g, ""))).toEqual(["BUN_IMAGE", "BUN_IMAGE"]);
  });

  test("is built from what it needs and nothing else", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(
      ([, from = ""]) => from.split(" "),
    );
    expect(ignore[0]).toBe("*");
    expect(ignore.slice(1).sort()).toEqual([...new Set(copied)].map((path) => `!${path}`).sort());
  });

  test("installs what the lockfile says, without what only development needs", () => {
    expect(dockerfile).toMatch(/bun install --frozen-lockfile --production/);
  });

  test("runs as nobody special, stops when told and says whether it is ready", () => {
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK [^\n]*\\\n\s+CMD \["bun", .*\/health\/ready/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["bun", .*"src\/main.ts"\]$/m);
  });
});

describe("the pinned Bun", async () => {
  const pins = (await Bun.file("script/bun.sha512").text())
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" "));
  const { packageManager, engines } = await Bun.file("package.json").json();

  test("is of one version wherever it stands", () => {
    const version = packageManager.replace("bun@", "");
    expect(engines.bun).toBe(version);
    expect(pins.map(([name = ""]) => name.split("@").at(-1))).toEqual(pins.map(() => version));
  });

  test("is known by its sha512 for every platform it may be fetched for", () => {
    const linux = ["linux-x64", "linux-x64-baseline", "linux-x64-musl", "linux-x64-musl-baseline"];
    const others = ["linux-aarch64", "linux-aarch64-musl", "darwin-x64", "darwin-x64-baseline"];
    const platforms = [...linux, ...others, "darwin-aarch64"];
    expect(pins.map(([name = ""]) => /^@oven\/bun-(.*)@/.exec(name)?.[1] ?? name).sort()).toEqual(
      platforms.sort(),
    );
    for (const [, integrity = ""] of pins) {
      expect(integrity).toStartWith("sha512-");
      expect(Buffer.from(integrity.slice("sha512-".length), "base64")).toHaveLength(64);
    }
  });
});

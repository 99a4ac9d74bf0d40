/**
 * Who may import whom. docs/ARCHITECTURE.md explains the table; scripts/check-boundaries.ts runs it and
 * tests/architecture/boundaries.test.ts plants a breach of every rule. A layer lists what it may import: anything
 * else fails. Type imports count too, unless a rule says otherwise.
 */

/** The modules and the neighbours whose contract each may name (by `import type`). A pair that is not here fails. */
export const neighbours = {
  identity: [],
  currency: [],
  billing: ["identity", "currency"],
  ledger: ["identity", "currency", "billing"],
  gbs: ["identity", "currency", "ledger", "billing"],
  reports: ["identity", "currency", "ledger", "gbs", "billing"],
  finbot: ["identity", "currency", "ledger", "reports", "billing"],
  admin: ["identity", "currency", "ledger", "gbs", "billing", "reports", "finbot"],
};

const MODULE = "^src/modules/([^/]+)/";
const ROOT = "^src/(app|main)\\.ts$";
const KERNEL = "^src/platform/kernel/";
const CONTRACT = "/contract(\\.admin)?\\.ts$";
const npm = (...names) => `node_modules/(@types/)?(${names.join("|")})/`;
const SQL = npm("drizzle-orm", "postgres", "pg");
const ELYSIA = npm("elysia", "@elysiajs/[^/]+");
/** In a `to`, $1 is the module that the `from` matched. */
const own = (...parts) => `^src/modules/$1/(${parts.join("|")})`;
const CONTRACTS = ["contract\\.ts", "contract\\.admin\\.ts"];

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
/** Files of `layer` in a module import nothing but `allowed`. */
const layer = (name, path, comment, allowed) =>
  rule(`layer-${name}`, comment, { path: MODULE + path }, { pathNot: allowed });

const layers = [
  layer(
    "contract",
    "contract(\\.admin)?\\.ts$",
    "A contract is types over the kernel: it can be published alone.",
    [KERNEL, own(...CONTRACTS)],
  ),
  layer("errors", "errors\\.ts$", "A module's error catalogue needs the kernel only.", [KERNEL]),
  layer("bounds", "bounds\\.ts$", "Numbers that rules and schemas share need nothing.", []),
  layer("domain", "domain/", "Rules and calculations are pure.", [
    KERNEL,
    "^src/platform/documents/model\\.ts$",
    own("domain/", "bounds\\.ts", "errors\\.ts", ...CONTRACTS),
  ]),
  layer(
    "use-cases",
    "use-cases/",
    "Use-cases know neither transport nor SQL, and the platform only as types.",
    [
      KERNEL,
      "^src/platform/(attempts|db|documents|jobs|storage)/",
      own("use-cases/", "domain/", "bounds\\.ts", "deps\\.ts", "errors\\.ts", ...CONTRACTS),
      `^src/modules/[^/]+${CONTRACT}`,
    ],
  ),
  layer("http", "http/", "Routes call the operations; they see no rows.", [
    KERNEL,
    "^src/platform/http/",
    ELYSIA,
    own("http/", "bounds\\.ts", "operations\\.ts", ...CONTRACTS),
  ]),
  layer("texts", "(notifications\\.ts$|texts/)", "What people are told is words, and no work.", [
    "^src/platform/notify/notifications\\.ts$",
    own("texts/"),
  ]),
  layer("storage", "storage/", "The only place with SQL.", [
    KERNEL,
    "^src/platform/db/",
    SQL,
    own("storage/", "domain/", ...CONTRACTS),
  ]),
];

export default {
  forbidden: [
    ...layers,

    // Between modules
    ...Object.entries(neighbours).map(([name, others]) =>
      rule(
        `neighbours-of-${name}`,
        "The graph of contracts is declared above; turn a need against the arrow round by a port.",
        { path: `^src/modules/${name}/` },
        { path: MODULE, pathNot: `^src/modules/(${[name, ...others].join("|")})/` },
      ),
    ),
    rule(
      "undeclared-module",
      "A new module is declared in `neighbours` first.",
      {},
      { path: "^src/modules/", pathNot: `^src/modules/(${Object.keys(neighbours).join("|")})/` },
    ),
    rule(
      "meet-in-contracts",
      "A neighbour is known by its contract.",
      { path: MODULE },
      { path: MODULE, pathNot: ["^src/modules/$1/", CONTRACT] },
    ),
    rule(
      "contracts-by-type",
      "At run time no module imports another: each can move to a process of its own.",
      { path: MODULE },
      { path: CONTRACT, pathNot: "^src/modules/$1/", dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "admin-verbs-for-admin",
      "Verbs meant for administrators are the admin module's alone.",
      { path: MODULE, pathNot: "^src/modules/admin/" },
      { path: "/contract\\.admin\\.ts$", pathNot: "^src/modules/$1/" },
    ),

    // The root
    rule(
      "root-uses-front-doors",
      "The composition root sees a module's index and contract.",
      { path: ROOT },
      { path: MODULE, pathNot: ["/index\\.ts$", "/contract\\.ts$"] },
    ),
    rule(
      "only-root-opens-front-doors",
      "Nobody but the composition root builds a module.",
      { path: "^src/", pathNot: ROOT },
      { path: `${MODULE}index\\.ts$` },
    ),
    rule(
      "root-is-last",
      "Nothing imports the root but main.",
      { path: "^src/", pathNot: ROOT },
      { path: ROOT },
    ),

    // The platform
    rule(
      "platform-knows-no-module",
      "The platform serves every module alike.",
      { path: "^src/platform/" },
      { path: "^src/modules/" },
    ),
    rule(
      "kernel-is-pure",
      "The kernel runs anywhere: no platform, no runtime, one library for decimals.",
      { path: KERNEL },
      { pathNot: [KERNEL, npm("big\\.js")] },
    ),

    // Libraries
    rule(
      "decimals-in-kernel",
      "Money arithmetic has one home.",
      { path: "^src/", pathNot: KERNEL },
      { path: npm("big\\.js") },
    ),
    rule(
      "sql-in-storage",
      "SQL has its homes.",
      {
        path: "^src/",
        pathNot: ["^src/modules/[^/]+/storage/", "^src/platform/(attempts|audit|backup|db|jobs)/"],
      },
      { path: SQL },
    ),
    rule(
      "tables-in-storage",
      "Tables are seen by their repositories; the front door shows which the audit trail follows.",
      { path: "^src/", pathNot: "^src/modules/[^/]+/(storage/|index\\.ts$)" },
      { path: "^src/modules/[^/]+/storage/tables" },
    ),
    rule(
      "elysia-at-the-edge",
      "HTTP ends at the routes.",
      {
        path: "^src/",
        pathNot: [
          "^src/modules/[^/]+/(http/|module\\.ts$)",
          "^src/platform/(http/|observability/|module\\.ts$)",
        ],
      },
      { path: ELYSIA },
    ),
    rule(
      "pg-boss-in-jobs",
      "The queue is a port.",
      { path: "^src/", pathNot: "^src/platform/jobs/" },
      { path: npm("pg-boss") },
    ),
    rule(
      "nodemailer-in-mail",
      "One place opens connections to mail servers, and holds each mail to its one recipient.",
      { path: "^src/", pathNot: "^src/platform/mail/" },
      { path: npm("nodemailer") },
    ),
    rule(
      "documents-in-their-thread",
      "What makes a file keeps a processor busy for seconds: nobody but the worker loads it.",
      {
        path: "^src/",
        pathNot: "^src/platform/documents/(render\\.worker\\.ts$|renderers\\.ts$|[^/]+/)",
      },
      {
        path: [
          "^src/platform/documents/(renderers\\.ts$|[^/]+/)",
          npm("exceljs", "docx", "pdf-lib", "@pdf-lib/[^/]+"),
        ],
      },
    ),
    rule(
      "libraries-in-gateways",
      "Beside SQL and Elysia in their places, a module meets libraries in its gateways only.",
      { path: MODULE, pathNot: `${MODULE}gateways/` },
      { path: "node_modules/", pathNot: [SQL, ELYSIA] },
    ),
    rule(
      "platform-types-only",
      "A use-case names a transaction or a queue; it never makes one.",
      { path: `${MODULE}use-cases/` },
      {
        path: "^src/platform/(attempts|db|documents|jobs|storage)/",
        dependencyTypesNot: ["type-only"],
      },
    ),
    rule(
      "portable-core",
      "What only Bun or Node has stays behind ports, so that a module can move to another runtime.",
      { path: MODULE, pathNot: `${MODULE}(gateways|verifier)/` },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "verifier-stands-alone",
      "A verifier is one file that runs wherever there is a runtime.",
      { path: `${MODULE}verifier/` },
      { dependencyTypesNot: ["core"] },
    ),
    rule(
      "verifier-is-given-away",
      "A verifier is handed to people as it is: what it finds must not rest on what is verified.",
      { path: "^src/" },
      { path: `${MODULE}verifier/` },
    ),
    rule(
      "gateways-see-outwards",
      "A gateway translates the outside world; it knows neither rows nor queues nor routes.",
      { path: `${MODULE}gateways/` },
      {
        path: [
          "^src/platform/(attempts|audit|backup|db|jobs)/",
          `${MODULE}(use-cases|storage|http)/`,
          SQL,
          ELYSIA,
        ],
      },
    ),

    // The whole
    rule(
      "unknown-place",
      "Every file of a module stands in a layer that has a rule.",
      {},
      {
        path: "^src/modules/",
        pathNot: [
          "^src/modules/[^/]+/(contract|contract\\.admin|bounds|index|module|deps|errors|operations|jobs|meters|subscriptions|commands|notifications)\\.ts$",
          "^src/modules/[^/]+/(http|use-cases|domain|storage|gateways|texts|verifier)/",
        ],
      },
    ),
    rule(
      "src-stands-alone",
      "Programs do not lean on tests or scripts.",
      { path: "^src/" },
      { path: "^(tests|scripts|bench)/" },
    ),
    rule("no-cycles", "A cycle has no beginning to read from.", {}, { circular: true }),
    rule(
      "no-dead-files",
      "What neither root nor thread reaches is no part of the program.",
      { path: [ROOT, "\\.worker\\.ts$"] },
      {
        path: "^src/",
        pathNot: ["^src/main\\.ts$", "\\.worker\\.ts$", `${MODULE}verifier/`],
        reachable: false,
      },
    ),
    rule("resolvable", "Every import leads somewhere.", {}, { couldNotResolve: true }),
    rule(
      "declared-packages",
      "Programs use what package.json declares, and nothing that only development has.",
      { path: "^src/" },
      {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["type-only"],
      },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Sees `import type` and tells it from an import that exists at run time.
    tsPreCompilationDeps: "specify",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["bun", "import", "types", "default"],
    },
    builtInModules: { add: ["bun", "bun:test", "bun:sqlite", "bun:ffi", "bun:jsc"] },
  },
};

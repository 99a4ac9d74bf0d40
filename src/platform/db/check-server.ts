import postgres, { type Sql } from "postgres";
import { type ConnectionSettings, describeConnection, postgresJsOptions } from "./connection.ts";
import { databaseFailure } from "./failures.ts";

export type ServerExpectations = {
  /** MainDB is replicated into LogDB, so only MainDB needs logical WAL and audit messages. */
  readonly database: "main" | "log";
  /**
   * `run`: serves requests; may not be superuser or own what it works on.
   * `migrate`: makes and alters tables, so it has to.
   * `relay`: reads MainDB's WAL and appends to LogDB.
   */
  readonly purpose: "run" | "migrate" | "relay";
  /** What production refuses, development only mentions. */
  readonly production: boolean;
};

/** Each a sentence for the person who configured the server; never a password or a part of the address but host, user and name. */
export type ServerReport = {
  /** The server cannot be used. All that could be found out at once. */
  readonly problems: readonly string[];
  /** Nothing could be asked: no connection came about, or it broke. */
  readonly isAway: boolean;
  /** It can be used, but something is weaker than it should be. */
  readonly warnings: readonly string[];
};

/** The oldest release that we test with. */
const minVersion = 150_000;
const connectTimeoutSeconds = 5;
const statementTimeoutMs = 5000;
const closeTimeoutSeconds = 1;

type ServerFacts = {
  readonly version: number;
  readonly versionText: string;
  readonly encoding: string;
  readonly walLevel: string;
  /** A replication slot may keep WAL until the disk is full. */
  readonly keepsAllWal: boolean;
  readonly isReplica: boolean;
  readonly isSuperuser: boolean;
  readonly mayReplicate: boolean;
  readonly ownsDatabase: boolean;
  readonly mayCreateSchemas: boolean;
  /** A table outside the system's schemas that this role, or one it belongs to, owns. */
  readonly ownedTable: string | null;
  readonly mayEmit: boolean;
  readonly everybodyMayEmit: boolean;
};

/**
 * Asks a server that somebody else runs whether FinTrack can work on it: release, encoding, WAL level, and what the
 * role may do. Does not throw: a server that cannot be reached is a problem like the others.
 */
export async function checkServer(
  settings: ConnectionSettings,
  expectations: ServerExpectations,
): Promise<ServerReport> {
  const sql = postgres({
    ...postgresJsOptions(settings),
    connect_timeout: connectTimeoutSeconds,
    max: 1,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: "fintrack check", statement_timeout: statementTimeoutMs },
  });
  try {
    return { ...judge(await readFacts(sql), settings, expectations), isAway: false };
  } catch (error) {
    const isAway = databaseFailure(error) !== undefined;
    return { problems: [explainFailure(error, settings)], warnings: [], isAway };
  } finally {
    await sql.end({ timeout: closeTimeoutSeconds });
  }
}

async function readFacts(sql: Sql): Promise<ServerFacts> {
  const [facts] = await sql<ServerFacts[]>`
    select
      current_setting('server_version_num')::int as version,
      current_setting('server_version') as "versionText",
      (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding,
      current_setting('wal_level') as "walLevel",
      current_setting('max_slot_wal_keep_size') = '-1' as "keepsAllWal",
      pg_is_in_recovery() as "isReplica",
      (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
      (select rolreplication or rolsuper from pg_roles where rolname = current_user) as "mayReplicate",
      (select pg_has_role(datdba, 'usage') from pg_database where datname = current_database()) as "ownsDatabase",
      has_database_privilege(current_database(), 'create') as "mayCreateSchemas",
      (select min(relnamespace::regnamespace || '.' || quote_ident(relname)) from pg_class
        where relkind in ('r', 'p') and pg_has_role(relowner, 'usage')
          and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
      ) as "ownedTable",
      bool_and(has_function_privilege(oid, 'execute')) as "mayEmit",
      bool_or(has_function_privilege('public', oid, 'execute')) as "everybodyMayEmit"
    from pg_proc
    where proname = 'pg_logical_emit_message' and pronamespace = 'pg_catalog'::regnamespace`;
  if (!facts) throw new Error("the server did not answer");
  return facts;
}

function judge(
  facts: ServerFacts,
  { user, database }: ConnectionSettings,
  expectations: ServerExpectations,
): Omit<ServerReport, "isAway"> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const refusedInProduction = expectations.production ? problems : warnings;

  if (facts.version < minVersion)
    problems.push(
      `The server runs PostgreSQL ${facts.versionText}; ${minVersion / 10_000} or newer is needed.`,
    );
  if (facts.encoding !== "UTF8")
    problems.push(
      `Database ${database} stores text as ${facts.encoding}; it has to be made with ENCODING 'UTF8'.`,
    );
  if (facts.isReplica)
    problems.push("The server is a replica and takes no writes; use its primary's address.");

  if (expectations.purpose === "migrate") {
    if (!facts.mayCreateSchemas)
      problems.push(
        `Role ${user} may not make schemas: GRANT CREATE ON DATABASE ${database} TO ${user}.`,
      );
    return { problems, warnings };
  }

  if (expectations.purpose === "relay") {
    if (expectations.database === "main" && !facts.mayReplicate)
      problems.push(`Role ${user} may not replicate: ALTER ROLE ${user} REPLICATION.`);
    if (facts.isSuperuser)
      refusedInProduction.push(`Role ${user} relays the audit trail and is a superuser.`);
    return { problems, warnings };
  }

  const serves = `Role ${user} serves requests and`;
  if (facts.isSuperuser)
    refusedInProduction.push(
      `${serves} is a superuser: whoever steals it can alter the audit trail.`,
    );
  else if (facts.ownsDatabase)
    refusedInProduction.push(`${serves} owns database ${database}: let another role own it.`);
  else if (facts.ownedTable !== null)
    refusedInProduction.push(
      `${serves} owns tables (${facts.ownedTable}): migrate with another role.`,
    );

  if (expectations.database === "main") {
    if (facts.walLevel !== "logical")
      problems.push(
        `The server has wal_level=${facts.walLevel}; the audit trail needs wal_level=logical and a restart.`,
      );
    if (!facts.mayEmit)
      problems.push(
        `Role ${user} may not emit audit messages: GRANT EXECUTE ON FUNCTION pg_logical_emit_message to it, in every form.`,
      );
    if (facts.keepsAllWal)
      warnings.push(
        "The server has max_slot_wal_keep_size=-1: while LogDB is away it keeps WAL for the audit trail until its disk is " +
          "full. Set a bound that the disk has room for, like 8GB, and reload; writes are then refused before it is reached.",
      );
    if (facts.everybodyMayEmit)
      warnings.push(
        "Every role of the server may emit audit messages: REVOKE EXECUTE ON FUNCTION pg_logical_emit_message " +
          "FROM PUBLIC, in every form. Until then only their signature tells ours from forged ones.",
      );
  }
  return { problems, warnings };
}

/** By SQLSTATE (https://www.postgresql.org/docs/18/errcodes-appendix.html) or the system's error code. */
const failures: Readonly<Record<string, string>> = {
  "28P01": "the password is wrong",
  "28000": "the server does not let this role in from here (pg_hba.conf)",
  "3D000": "there is no such database",
  "42501": "the role may not connect to this database",
  "53300": "the server has no connection left",
  "57P03": "the server is starting or stopping",
  ECONNREFUSED: "nothing listens there",
  ENOENT: "there is no such socket",
  EACCES: "the socket may not be opened by this user",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up now",
  CONNECT_TIMEOUT: "it does not answer",
  CONNECTION_CLOSED: "it closed the connection",
  CONNECTION_DESTROYED: "the connection broke",
  ECONNRESET: "it closed the connection",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not one that we trust (sslrootcert)",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not one that we trust (sslrootcert)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not one that we trust (sslrootcert)",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

function explainFailure(error: unknown, settings: ConnectionSettings): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const why = failures[code] ?? `it failed (${code})`;
  return `${describeConnection(settings)} cannot be used: ${why}.`;
}

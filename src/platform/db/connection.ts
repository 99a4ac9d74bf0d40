import { readFileSync } from "node:fs";
import type { PoolConfig } from "pg";
import type postgres from "postgres";

/**
 * How the connection is protected, in libpq's words and meanings. libpq's `allow` and `prefer` are refused: they are
 * plain text whenever somebody in between says so.
 */
export const sslModes = ["disable", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** Where a database is and who asks: one parsed address, from which the options of both drivers are derived. */
export type ConnectionSettings = {
  /** Host name, IP address, or the absolute directory of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  readonly ssl: {
    readonly mode: SslMode;
    /** PEM file of the certificates to trust; null = those of the runtime. */
    readonly rootCertificatePath: string | null;
  };
};

/** A connection address that cannot be used. The message never contains the address or a part of it. */
export class ConnectionUrlError extends Error {
  override readonly name = "ConnectionUrlError";
}

const defaultPort = 5432;
const connectTimeoutSeconds = 10;
const schemes = ["postgres:", "postgresql:"];
const parameters = ["host", "port", "user", "password", "dbname", "sslmode", "sslrootcert"];
const controlCharacter = /\p{Cc}/u;

/**
 * Reads `postgres://user:password@host:port/database`, also with the socket's directory as `?host=/directory` or as a
 * percent-encoded host, and `sslmode`, `sslrootcert`. A parameter that would be ignored is refused, for it may be the
 * one that matters. Throws {@link ConnectionUrlError}.
 * https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function parseConnection(address: string): ConnectionSettings {
  const url = parseUrl(address);
  const parameter = readParameters(url);
  const host = parameter("host") ?? decode(url.hostname, "host").replace(/^\[(.*)\]$/, "$1");
  const user = parameter("user") ?? decode(url.username, "user name");
  const password = parameter("password") ?? decode(url.password, "password");
  const database = parameter("dbname") ?? (decode(url.pathname.slice(1), "database name") || user);
  const port = parameter("port") ?? url.port;
  if (user === "") throw new ConnectionUrlError("names no user");
  if (host.includes(",")) throw new ConnectionUrlError("names more than one host");
  if (database.includes("/")) throw new ConnectionUrlError("has a path of more than one part");
  if (port !== "" && !/^[1-9]\d{0,4}$/.test(port))
    throw new ConnectionUrlError("has no valid port");
  for (const part of [host, user, password, database])
    if (controlCharacter.test(part)) throw new ConnectionUrlError("contains a control character");
  return {
    host: host || "localhost",
    port: port === "" ? defaultPort : Number(port),
    user,
    password: password === "" ? null : password,
    database,
    ssl: readSsl(parameter("sslmode"), parameter("sslrootcert"), host),
  };
}

/** The address that {@link parseConnection} reads back into equal settings. Contains the password. */
export function connectionUrl(settings: ConnectionSettings): string {
  const { host, port, user, password, database, ssl } = settings;
  const query = new URLSearchParams();
  if (isSocketDirectory(host)) query.set("host", host);
  if (ssl.mode !== "disable") query.set("sslmode", ssl.mode);
  if (ssl.rootCertificatePath !== null) query.set("sslrootcert", ssl.rootCertificatePath);
  const login = [user, ...(password === null ? [] : [password])].map(encodeURIComponent).join(":");
  // An authority without a host is what most URL parsers choke on; libpq, too, prefers the parameter.
  const authority = isSocketDirectory(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  const text = `postgres://${login}@${authority}:${port}/${encodeURIComponent(database)}`;
  return query.size === 0 ? text : `${text}?${query}`;
}

/** `user@host:port/database`, fit for logs: no password. */
export function describeConnection(settings: ConnectionSettings): string {
  return `${settings.user}@${settings.host}:${settings.port}/${settings.database}`;
}

/**
 * Before the next attempt to connect: 10, 30, 90 ms and so on up to a second. postgres.js' own delays grow to 20 s, and
 * under load they have grown before the server is back: one second of outage became twenty.
 */
const maxReconnectDelaySeconds = 1;
const reconnectDelaySeconds = (attempts: number): number =>
  Math.min(3 ** attempts / 100, maxReconnectDelaySeconds);

/** What a postgres.js client needs to reach the database; the caller adds pool size and session parameters. */
export function postgresJsOptions(settings: ConnectionSettings) {
  return {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    password: settings.password ?? "",
    database: settings.database,
    ssl: tlsOptions(settings),
    connect_timeout: connectTimeoutSeconds,
    backoff: reconnectDelaySeconds,
    ...(isSocketDirectory(settings.host) ? { path: socketFile(settings.host, settings.port) } : {}),
  } satisfies postgres.Options<Record<string, never>>;
}

/** The same for the driver `pg`, which pg-boss and the audit relay bring along. */
export function pgOptions(settings: ConnectionSettings) {
  return {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    password: settings.password ?? "",
    database: settings.database,
    ssl: tlsOptions(settings),
    connectionTimeoutMillis: connectTimeoutSeconds * 1000,
  } satisfies PoolConfig;
}

/** The file that a PostgreSQL server listens on inside its socket directory. */
export const socketFile = (directory: string, port: number): string =>
  `${directory}/.s.PGSQL.${port}`;

const isSocketDirectory = (host: string) => host.startsWith("/");

function parseUrl(address: string): URL {
  // An empty host behind a login is common for sockets and invalid for the URL standard.
  const filled = address.replace(/^(\w+:\/\/[^/?#]*@)(?=[:/?#]|$)/, "$1localhost");
  const url = URL.parse(filled);
  if (url === null) throw new ConnectionUrlError("is not a valid address");
  if (!schemes.includes(url.protocol))
    throw new ConnectionUrlError("must start with postgres:// or postgresql://");
  if (url.hash !== "") throw new ConnectionUrlError("contains an unescaped #");
  return url;
}

function readParameters(url: URL): (name: string) => string | null {
  for (const name of url.searchParams.keys()) {
    if (!parameters.includes(name))
      throw new ConnectionUrlError(
        `has a parameter other than ${parameters.join(", ")}: it would be ignored`,
      );
    if (url.searchParams.getAll(name).length > 1)
      throw new ConnectionUrlError(`has the parameter ${name} twice`);
  }
  return (name) => url.searchParams.get(name) || null;
}

function readSsl(mode: string | null, rootCertificate: string | null, host: string) {
  const known = sslModes.find((one) => one === (mode ?? "disable"));
  if (known === undefined)
    throw new ConnectionUrlError(`must have one of ${sslModes.join(", ")} as sslmode`);
  if (known !== "disable" && isSocketDirectory(host))
    throw new ConnectionUrlError("asks for TLS on a unix socket, which has none");
  if (known === "disable" && rootCertificate !== null)
    throw new ConnectionUrlError("names an sslrootcert but no sslmode that would use it");
  // "system" is libpq's name for the certificates that the machine trusts anyway.
  return {
    mode: known,
    rootCertificatePath: rootCertificate === "system" ? null : rootCertificate,
  };
}

function tlsOptions({ ssl }: ConnectionSettings) {
  if (ssl.mode === "disable") return false;
  const ca =
    ssl.rootCertificatePath === null ? {} : { ca: readFileSync(ssl.rootCertificatePath, "utf8") };
  // As in libpq: without certificates of its own, `require` encrypts and trusts; with them it is `verify-ca`.
  if (ssl.mode === "require" && ssl.rootCertificatePath === null)
    return { rejectUnauthorized: false };
  if (ssl.mode === "verify-full") return { ...ca, rejectUnauthorized: true };
  return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConnectionUrlError(`has a % in the ${what} that is not followed by two hex digits`);
  }
}

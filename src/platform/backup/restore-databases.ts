import type { Config } from "../config.ts";
import { checkServer } from "../db/check-server.ts";
import { type ConnectionSettings, parseConnection } from "../db/connection.ts";
import { type DatabaseAccess, DatabaseServerError, type Databases } from "../db/databases.ts";
import { roleName } from "../db/embedded-roles.ts";
import { type RoleNames, roleKinds } from "../db/layout.ts";
import { withSessions } from "../db/snapshot-session.ts";
import { BackupError } from "./errors.ts";
import type { RestoreArguments } from "./restore-arguments.ts";

/**
 * The databases that a restore works on, as their owner: until it has ended nobody else may enter. Those that the
 * arguments name, else the configured ones. Without `--log-to` beside `--to`, LogDB has no owner: it is left alone, but
 * for the relay's note, where the configuration has the relay's addresses.
 */
export async function openRestoreDatabases(
  { to, logTo }: Pick<RestoreArguments, "to" | "logTo">,
  configured: Config["databases"],
  openConfigured: () => Promise<Databases>,
): Promise<Databases> {
  if (to !== null) {
    const main = await accessOf(to);
    const log = logTo === null ? { ...main, owner: null } : await accessOf(logTo);
    return {
      main: { ...main, relay: relayTo(main.app, configured?.main.relayUrl) },
      log: { ...log, relay: relayTo(logTo === null ? null : log.app, configured?.log.relayUrl) },
      description: "the database of --to",
      close: async () => {},
    };
  }
  if (logTo !== null) throw new BackupError("--log-to goes with --to.");
  const databases = await openConfigured();
  try {
    return { ...databases, main: asOwner(databases.main), log: asOwner(databases.log) };
  } catch (error) {
    await databases.close();
    throw error;
  }
}

/** The configured relay reaches these databases when it is told the same place; null place = whichever it is told. */
function relayTo(
  place: ConnectionSettings | null,
  url: string | null | undefined,
): ConnectionSettings | null {
  if (!url) return null;
  const relay = parseConnection(url);
  const isThere =
    place === null ||
    (relay.host === place.host && relay.port === place.port && relay.database === place.database);
  return isThere ? relay : null;
}

function asOwner(access: DatabaseAccess): DatabaseAccess {
  if (access.owner === null)
    throw new BackupError(
      "The owners' addresses are needed: set DATABASE_MIGRATE_URL and LOG_DATABASE_MIGRATE_URL, or use --to.",
    );
  return { ...access, app: access.owner };
}

async function accessOf(address: string): Promise<DatabaseAccess> {
  const owner = parseConnection(address);
  const expectations = { database: "main", purpose: "migrate", production: false } as const;
  const { problems } = await checkServer(owner, expectations);
  if (problems.length > 0) throw new DatabaseServerError(problems);
  return { app: owner, owner, relay: null, roles: await usualRoles(owner) };
}

/** Those of the usual names that the server has: they get their privileges at the end. */
async function usualRoles(connection: ConnectionSettings): Promise<RoleNames> {
  const found = await withSessions(connection, 1, (sql) =>
    sql.unsafe<{ name: string }[]>("select rolname::text as name from pg_roles"),
  );
  const names = roleKinds.map((kind) => {
    const name = roleName(kind);
    return [kind, found.some((role) => role.name === name) ? name : null] as const;
  });
  return Object.fromEntries(names) as RoleNames;
}

import type { Sql } from "postgres";
import { ensureDdlTrigger } from "./ddl-trigger.ts";
import { launcherRole, type WithLauncher } from "./embedded-launcher.ts";
import type { Passwords } from "./embedded-passwords.ts";
import { matchesVerifier, scramVerifier } from "./scram.ts";

/**
 * `owner` owns both databases and runs migrations; `app` serves requests, owns nothing and makes no tables; `relay`
 * replicates MainDB into LogDB; `reader` only reads. What each may do with a table is granted by the migrations.
 */
export const embeddedRoles = ["owner", "app", "relay", "reader"] as const;
export type EmbeddedRole = (typeof embeddedRoles)[number];
export const embeddedDatabases = ["main", "log"] as const;
export type EmbeddedDatabase = (typeof embeddedDatabases)[number];

export const roleName = (role: EmbeddedRole): string => `fintrack_${role}`;
/** Every role that has a password. */
export const loginRoles: readonly string[] = [launcherRole, ...embeddedRoles.map(roleName)];

const owner = roleName("owner");
const users = embeddedRoles
  .map(roleName)
  .filter((name) => name !== owner)
  .join(", ");

/**
 * Makes roles and databases what they should be, from whatever state an interrupted start, a lost password file or a
 * curious person left.
 */
export async function ensureRolesAndDatabases(
  withLauncher: WithLauncher,
  passwords: Passwords,
): Promise<void> {
  await withLauncher("postgres", async (launcher) => {
    for (const role of embeddedRoles)
      await ensureRole(launcher, role, passwords[roleName(role)] ?? "");
    const existing = await launcher<{ name: string }[]>`select datname as name from pg_database`;
    for (const database of embeddedDatabases)
      if (!existing.some(({ name }) => name === database))
        await launcher.unsafe(`create database ${database} owner ${owner}`);
    await launcher.unsafe(`
      revoke all on database postgres, template1 from public;
      ${embeddedDatabases.map(databasePrivileges).join("\n")}`);
  });
  for (const database of embeddedDatabases)
    await withLauncher(database, async (launcher) => {
      await closePublicSchema(launcher);
      if (database !== "main") return;
      await restrictAuditMessages(launcher);
      await ensureDdlTrigger(launcher);
    });
}

async function ensureRole(launcher: Sql, role: EmbeddedRole, password: string): Promise<void> {
  const name = roleName(role);
  const [found] = await launcher<{ verifier: string | null }[]>`
    select rolpassword as verifier from pg_authid where rolname = ${name}`;
  const attributes =
    "login nosuperuser nocreatedb nocreaterole nobypassrls connection limit -1 valid until 'infinity' " +
    (role === "relay" ? "replication" : "noreplication");
  const keeps = matchesVerifier(password, found?.verifier ?? "");
  await launcher.unsafe(
    `${found ? "alter" : "create"} role ${name} ${attributes}` +
      (keeps ? "" : ` password '${scramVerifier(password)}'`),
  );
  if (role === "reader")
    await launcher.unsafe(`alter role ${name} set default_transaction_read_only = on`);
}

const databasePrivileges = (database: EmbeddedDatabase) => `
  alter database ${database} owner to ${owner};
  revoke all on database ${database} from public, ${users};
  grant connect on database ${database} to ${users};`;

async function closePublicSchema(launcher: Sql): Promise<void> {
  const open = await launcher`
    select from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
    where n.nspname = 'public' and a.grantee = 0`;
  // Only then: the audit trail tells of each time.
  if (open.length > 0) await launcher.unsafe("revoke all on schema public from public");
}

/** Who may emit a logical message could forge who did what. The function's arguments differ between releases. */
async function restrictAuditMessages(launcher: Sql): Promise<void> {
  const emitters = [owner, roleName("app")].sort();
  const overloads = await launcher<{ signature: string; grantees: readonly string[] }[]>`
    select oid::regprocedure::text as signature,
      array(select distinct coalesce((select rolname::text from pg_roles r where r.oid = a.grantee), 'public')
        from aclexplode(coalesce(proacl, acldefault('f', proowner))) a
        where a.grantee <> proowner order by 1) as grantees
    from pg_proc
    where proname = 'pg_logical_emit_message' and pronamespace = 'pg_catalog'::regnamespace`;
  for (const { signature } of overloads.filter(({ grantees }) => `${grantees}` !== `${emitters}`))
    await launcher.unsafe(`
      revoke execute on function ${signature} from public, ${users};
      grant execute on function ${signature} to ${owner}, ${roleName("app")};`);
}

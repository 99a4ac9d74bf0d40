import type postgres from "postgres";
import { journalSchema } from "./journal.ts";
import { type DatabaseLayout, type RoleKind, type RoleNames, roleKinds } from "./layout.ts";
import type { OwnerConnection } from "./owner-connection.ts";

/**
 * Gives each run-time role exactly the layout's privileges on the schemas, takes away what it had beyond them, and
 * lets it read the journals (readiness compares them). Nobody gets DDL or ownership. Where the owner itself is the
 * run-time role (a developer's own server), there is nothing to give. All at once: servers may be at work meanwhile, and
 * what is taken and given again they never miss.
 */
export async function grantPrivileges(
  owner: OwnerConnection,
  layout: DatabaseLayout,
  roles: RoleNames,
): Promise<void> {
  const [me] = await owner<{ name: string }[]>`select current_user as name`;
  await owner.begin(async (tx) => {
    for (const schema of layout.schemas)
      await tx`revoke all on schema ${tx(schema.name)} from public`;
    for (const kind of roleKinds) {
      const role = roles[kind];
      if (role === null || role === me?.name) continue;
      await tx`grant usage on schema ${tx(journalSchema)} to ${tx(role)}`;
      await tx`grant select on all tables in schema ${tx(journalSchema)} to ${tx(role)}`;
      for (const schema of layout.schemas)
        await grantOnSchema(tx, schema.name, role, layout.privileges[kind]);
      await grantAdditions(tx, layout.additions?.[kind], role);
    }
  });
}

/** The names are the layout's own, never anybody's input. */
async function grantAdditions(
  tx: postgres.TransactionSql,
  additions: NonNullable<DatabaseLayout["additions"]>[RoleKind],
  roleName: string,
): Promise<void> {
  if (!additions) return;
  const role = tx(roleName);
  for (const [table, privileges] of Object.entries(additions.tables))
    await tx`grant ${tx.unsafe(privileges.join(", "))} on ${tx.unsafe(table)} to ${role}`;
  for (const signature of additions.functions)
    await tx`grant execute on function ${tx.unsafe(signature)} to ${role}`;
}

async function grantOnSchema(
  tx: postgres.TransactionSql,
  name: string,
  roleName: string,
  privileges: DatabaseLayout["privileges"][RoleKind],
): Promise<void> {
  const [schema, role] = [tx(name), tx(roleName)];
  await tx`revoke all on all tables in schema ${schema} from ${role}`;
  if (privileges.length === 0) return;
  await tx`grant usage on schema ${schema} to ${role}`;
  await tx`grant ${tx.unsafe(privileges.join(", "))} on all tables in schema ${schema} to ${role}`;
  if (privileges.includes("insert"))
    await tx`grant usage, select on all sequences in schema ${schema} to ${role}`;
}

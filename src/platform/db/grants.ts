import { journalSchema } from "./journal.ts";
import { type DatabaseLayout, type RoleKind, type RoleNames, roleKinds } from "./layout.ts";
import type { OwnerConnection } from "./owner-connection.ts";

/**
 * Gives each run-time role exactly the layout's privileges on the schemas, takes away what it had beyond them, and
 * lets it read the journals (readiness compares them). Nobody gets DDL or ownership. Where the owner itself is the
 * run-time role (a developer's own server), there is nothing to give.
 */
export async function grantPrivileges(
  owner: OwnerConnection,
  layout: DatabaseLayout,
  roles: RoleNames,
): Promise<void> {
  const [me] = await owner<{ name: string }[]>`select current_user as name`;
  for (const schema of layout.schemas)
    await owner`revoke all on schema ${owner(schema.name)} from public`;
  for (const kind of roleKinds) {
    const role = roles[kind];
    if (role === null || role === me?.name) continue;
    await owner`grant usage on schema ${owner(journalSchema)} to ${owner(role)}`;
    await owner`grant select on all tables in schema ${owner(journalSchema)} to ${owner(role)}`;
    for (const schema of layout.schemas)
      await grantOnSchema(owner, schema.name, role, layout.privileges[kind]);
    await grantAdditions(owner, layout.additions?.[kind], role);
  }
}

/** The names are the layout's own, never anybody's input. */
async function grantAdditions(
  owner: OwnerConnection,
  additions: NonNullable<DatabaseLayout["additions"]>[RoleKind],
  roleName: string,
): Promise<void> {
  if (!additions) return;
  const role = owner(roleName);
  for (const [table, privileges] of Object.entries(additions.tables))
    await owner`grant ${owner.unsafe(privileges.join(", "))} on ${owner.unsafe(table)} to ${role}`;
  for (const signature of additions.functions)
    await owner`grant execute on function ${owner.unsafe(signature)} to ${role}`;
}

async function grantOnSchema(
  owner: OwnerConnection,
  name: string,
  roleName: string,
  privileges: DatabaseLayout["privileges"][RoleKind],
): Promise<void> {
  const [schema, role] = [owner(name), owner(roleName)];
  await owner`revoke all on all tables in schema ${schema} from ${role}`;
  if (privileges.length === 0) return;
  await owner`grant usage on schema ${schema} to ${role}`;
  await owner`grant ${owner.unsafe(privileges.join(", "))} on all tables in schema ${schema} to ${role}`;
  if (privileges.includes("insert"))
    await owner`grant usage, select on all sequences in schema ${schema} to ${role}`;
}

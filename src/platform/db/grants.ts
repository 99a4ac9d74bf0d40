import type postgres from "postgres";
import { type Held, readHeld } from "./held-privileges.ts";
import { journalSchema } from "./journal.ts";
import { type DatabaseLayout, type RoleKind, type RoleNames, roleKinds } from "./layout.ts";
import type { OwnerConnection } from "./owner-connection.ts";

type Sql = postgres.TransactionSql;

/**
 * Gives each run-time role exactly the layout's privileges on the schemas, takes away what it or PUBLIC had beyond them, and
 * lets it read the journals (readiness compares them). Nobody gets DDL or ownership. Where the owner itself is the
 * run-time role (a developer's own server), there is nothing to give. Only what differs is granted or revoked: each
 * statement is an entry of the audit trail, and one of somebody else's is not to be found among a thousand of ours. All
 * at once: servers may be at work meanwhile, and what is taken and given again they never miss.
 */
export async function grantPrivileges(
  owner: OwnerConnection,
  layout: DatabaseLayout,
  roles: RoleNames,
): Promise<void> {
  const [me] = await owner<{ name: string }[]>`select current_user as name`;
  const schemas = layout.schemas.map(({ name }) => name);
  await owner.begin(async (tx) => {
    for (const held of await readHeld(tx, schemas, null)) await setPrivileges(tx, held, [], null);
    for (const kind of roleKinds) {
      const role = roles[kind];
      if (role === null || role === me?.name) continue;
      for (const held of await readHeld(tx, schemas, role))
        await setPrivileges(tx, held, wanted(layout, kind, held), role);
      for (const held of await readHeld(tx, [journalSchema], role))
        await addPrivileges(tx, held, role);
      await addFunctions(tx, layout.additions?.[kind]?.functions ?? [], role);
    }
  });
}

/** In lower case. */
function wanted(layout: DatabaseLayout, kind: RoleKind, { type, name }: Held): readonly string[] {
  const privileges = layout.privileges[kind];
  if (type === "schema") return privileges.length > 0 ? ["usage"] : [];
  if (type === "sequence") return privileges.includes("insert") ? ["usage", "select"] : [];
  return [...privileges, ...(layout.additions?.[kind]?.tables[name] ?? [])];
}

/** `role`: null = PUBLIC. */
async function setPrivileges(
  tx: Sql,
  held: Held,
  privileges: readonly string[],
  role: string | null,
): Promise<void> {
  const lacks = privileges.some((one) => !held.privileges.includes(one));
  const exceeds = held.privileges.some((one) => !privileges.includes(one)) || held.ofColumns;
  const [object, grantee] = [tx.unsafe(`${held.type} ${held.quoted}`), granteeOf(tx, role)];
  if (exceeds) await tx`revoke all on ${object} from ${grantee} cascade`; // what it has passed on, too
  if ((lacks || exceeds) && privileges.length > 0)
    await tx`grant ${tx.unsafe(privileges.join(", "))} on ${object} to ${grantee}`;
}

const granteeOf = (tx: Sql, role: string | null) =>
  role === null ? tx.unsafe("public") : tx(role);

/** Journals may be read; what else somebody holds there is no matter of the layout. */
async function addPrivileges(tx: Sql, held: Held, role: string): Promise<void> {
  if (held.type === "sequence") return;
  const privilege = held.type === "schema" ? "usage" : "select";
  if (held.privileges.includes(privilege)) return;
  await tx`grant ${tx.unsafe(privilege)} on ${tx.unsafe(`${held.type} ${held.quoted}`)} to ${tx(role)}`;
}

/** The signatures are the layout's own, never anybody's input. */
async function addFunctions(tx: Sql, signatures: readonly string[], role: string): Promise<void> {
  for (const signature of signatures) {
    const [found] = await tx<{ may: boolean }[]>`
      select has_function_privilege(${role}, ${signature}, 'execute') as may`;
    if (!found?.may) await tx`grant execute on function ${tx.unsafe(signature)} to ${tx(role)}`;
  }
}

import type postgres from "postgres";

/** What a role holds of one thing, as the catalog says: what it may as a member of another role is not told. */
export type Held = {
  readonly type: "schema" | "table" | "sequence";
  /** "audit", "audit.entries". */
  readonly name: string;
  /** The same for SQL. */
  readonly quoted: string;
  /** In lower case; with a grant option that follows the word. */
  readonly privileges: readonly string[];
  /** Whether it holds something of single columns besides. */
  readonly ofColumns: boolean;
};

/** Of all that stands in the schemas, and of these themselves; `role`: null = PUBLIC. Nothing for a role that is not there. */
export const readHeld = (
  tx: postgres.TransactionSql,
  schemas: readonly string[],
  role: string | null,
) => tx<Held[]>`
  with grantee as (select ${role === null ? tx`0::oid` : tx`(select oid from pg_roles where rolname = ${role})`} as oid),
  things as (
    select 0 as place, 'schema' as type, n.nspname::text as name, format('%I', n.nspname) as quoted, n.nspacl as acl,
      0::oid as relation
    from pg_namespace n where n.nspname = any(${[...schemas]})
    union all
    select 1, case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname || '.' || c.relname,
      format('%I.%I', n.nspname, c.relname), c.relacl, c.oid
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(${[...schemas]}) and c.relkind in ('r', 'v', 'm', 'f', 'p', 'S')
  )
  select type, name, quoted,
    array(select lower(a.privilege_type) || case when a.is_grantable then ' with grant option' else '' end
      from aclexplode(acl) a, grantee g where a.grantee = g.oid) as privileges,
    exists (select from pg_attribute t, aclexplode(t.attacl) a, grantee g
      where t.attrelid = relation and a.grantee = g.oid) as "ofColumns"
  from things order by place, relation`;

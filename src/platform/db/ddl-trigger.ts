import type { Sql } from "postgres";

/**
 * Tells the audit trail of every change to MainDB's schema and publication, by a logical message that names who made it.
 * Only a superuser may make an event trigger; `deploy/postgres/init-roles.sh` has the same for servers of others. May run
 * any number of times. https://www.postgresql.org/docs/18/event-triggers.html
 */
export const ddlTriggerStatements = `
  create schema if not exists fintrack_audit;
  create or replace function fintrack_audit.tell() returns event_trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    objects jsonb;
  begin
    if tg_event = 'sql_drop' then
      select jsonb_agg(jsonb_build_object('type', object_type, 'identity', object_identity)) into objects
      from (select * from pg_event_trigger_dropped_objects() where original and not is_temporary limit 100) dropped;
    else
      select jsonb_agg(jsonb_build_object('type', object_type, 'identity', object_identity)) into objects
      from (select * from pg_event_trigger_ddl_commands()
        where schema_name is distinct from 'pg_temp' limit 100) made;
    end if;
    if objects is not null then
      perform pg_logical_emit_message(true, 'audit_ddl', jsonb_build_object(
        'tag', tg_tag, 'event', tg_event, 'sessionUser', session_user,
        'application', current_setting('application_name'), 'objects', objects)::text);
    end if;
  end $$;
  revoke all on schema fintrack_audit from public;
  revoke all on function fintrack_audit.tell() from public;
  do $$
  begin
    if not exists (select from pg_event_trigger where evtname = 'fintrack_ddl') then
      create event trigger fintrack_ddl on ddl_command_end execute function fintrack_audit.tell();
    end if;
    if not exists (select from pg_event_trigger where evtname = 'fintrack_drop') then
      create event trigger fintrack_drop on sql_drop execute function fintrack_audit.tell();
    end if;
    alter event trigger fintrack_ddl enable;
    alter event trigger fintrack_drop enable;
  end $$;`;

const tellingBody = ddlTriggerStatements.split("$$")[1] ?? "";

/**
 * Makes the trigger what it has to be. Where it is that already, nothing is made again: it would tell of itself at each
 * start. `launcher`: the superuser.
 */
export async function ensureDdlTrigger(launcher: Sql): Promise<void> {
  const [found] = await launcher<{ isWhole: boolean }[]>`
    select p.prosrc = ${tellingBody} and p.prosecdef
      and p.proconfig = array['search_path=pg_catalog, pg_temp']
      and not exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)
      and not exists (select from aclexplode(n.nspacl) a where a.grantee = 0)
      and (select array_agg(e.evtname || ' ' || e.evtevent order by 1) = array['fintrack_ddl ddl_command_end', 'fintrack_drop sql_drop']
        from pg_event_trigger e where e.evtfoid = p.oid and e.evtenabled = 'O' and e.evttags is null) as "isWhole"
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'fintrack_audit' and p.proname = 'tell' and p.pronargs = 0`;
  if (!found?.isWhole) await launcher.unsafe(ddlTriggerStatements);
}

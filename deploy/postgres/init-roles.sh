#!/usr/bin/env bash
# Makes the roles of one database and says who may log in: what the embedded PostgreSQL does by itself. Run by the
# postgres image when a data directory is new; by hand against a server of yours as its superuser, as often as you like:
#   POSTGRES_USER=postgres POSTGRES_DB=main FINTRACK_OWNER_PASSWORD=… (and the others) deploy/postgres/init-roles.sh
#
# fintrack_owner   owns the database and runs migrations
# fintrack_app     serves requests: no DDL, owns nothing
# fintrack_relay   reads the WAL of MainDB and appends to LogDB
# fintrack_reader  reads
# fintrack_monitor sees how the server does, and no row
# What each may do with a table is granted by the migrations.
set -euo pipefail
: "${POSTGRES_USER:?}" "${POSTGRES_DB:?}"
: "${FINTRACK_OWNER_PASSWORD:?}" "${FINTRACK_APP_PASSWORD:?}"
: "${FINTRACK_RELAY_PASSWORD:?}" "${FINTRACK_READER_PASSWORD:?}" "${FINTRACK_MONITOR_PASSWORD:?}"

# Passwords come from the environment, not from arguments, which every user of the machine can read.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv owner_password FINTRACK_OWNER_PASSWORD
\getenv app_password FINTRACK_APP_PASSWORD
\getenv relay_password FINTRACK_RELAY_PASSWORD
\getenv reader_password FINTRACK_READER_PASSWORD
\getenv monitor_password FINTRACK_MONITOR_PASSWORD
set password_encryption = 'scram-sha-256';
set client_min_messages = warning;
begin;

select format('create role %I', name)
from unnest(array['fintrack_owner', 'fintrack_app', 'fintrack_relay', 'fintrack_reader',
                  'fintrack_monitor']) as name
where not exists (select from pg_roles where rolname = name)
\gexec
alter role fintrack_owner login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'owner_password';
alter role fintrack_app login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'app_password';
alter role fintrack_relay login nosuperuser nocreatedb nocreaterole replication nobypassrls password :'relay_password';
alter role fintrack_reader login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'reader_password';
alter role fintrack_reader set default_transaction_read_only = on;
alter role fintrack_monitor login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 5
  password :'monitor_password';
alter role fintrack_monitor set default_transaction_read_only = on;
grant pg_monitor to fintrack_monitor;

alter database :"DBNAME" owner to fintrack_owner;
revoke all on database :"DBNAME" from public;
grant connect on database :"DBNAME" to fintrack_app, fintrack_relay, fintrack_reader, fintrack_monitor;
revoke all on schema public from public;

-- Whoever may emit a logical message can forge who did what. Its arguments differ between releases.
select format('revoke execute on function %s from public', oid::regprocedure),
       format('grant execute on function %s to fintrack_owner, fintrack_app', oid::regprocedure)
from pg_proc
where proname = 'pg_logical_emit_message' and pronamespace = 'pg_catalog'::regnamespace
\gexec

-- Tells the audit trail of every change to the schema and the publication.
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
end $$;

commit;
\connect postgres
revoke all on database postgres, template1 from public;
SQL

#!/usr/bin/env bash
# Makes the roles of one database and says who may log in: what the embedded PostgreSQL does by itself. Run by the
# postgres image when a data directory is new; by hand against a server of yours as its superuser, as often as you like:
#   POSTGRES_USER=postgres POSTGRES_DB=main FINTRACK_OWNER_PASSWORD=… (and the others) deploy/postgres/init-roles.sh
#
# fintrack_owner   owns the database and runs migrations
# fintrack_app     serves requests: no DDL, owns nothing
# fintrack_relay   reads the WAL of MainDB and appends to LogDB
# fintrack_reader  reads
# What each may do with a table is granted by the migrations.
set -euo pipefail
: "${POSTGRES_USER:?}" "${POSTGRES_DB:?}"
: "${FINTRACK_OWNER_PASSWORD:?}" "${FINTRACK_APP_PASSWORD:?}"
: "${FINTRACK_RELAY_PASSWORD:?}" "${FINTRACK_READER_PASSWORD:?}"

# Passwords come from the environment, not from arguments, which every user of the machine can read.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv owner_password FINTRACK_OWNER_PASSWORD
\getenv app_password FINTRACK_APP_PASSWORD
\getenv relay_password FINTRACK_RELAY_PASSWORD
\getenv reader_password FINTRACK_READER_PASSWORD
set password_encryption = 'scram-sha-256';
set client_min_messages = warning;
begin;

select format('create role %I', name)
from unnest(array['fintrack_owner', 'fintrack_app', 'fintrack_relay', 'fintrack_reader']) as name
where not exists (select from pg_roles where rolname = name)
\gexec
alter role fintrack_owner login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'owner_password';
alter role fintrack_app login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'app_password';
alter role fintrack_relay login nosuperuser nocreatedb nocreaterole replication nobypassrls password :'relay_password';
alter role fintrack_reader login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'reader_password';
alter role fintrack_reader set default_transaction_read_only = on;

alter database :"DBNAME" owner to fintrack_owner;
revoke all on database :"DBNAME" from public;
grant connect on database :"DBNAME" to fintrack_app, fintrack_relay, fintrack_reader;
revoke all on schema public from public;

-- Whoever may emit a logical message can forge who did what. Its arguments differ between releases.
select format('revoke execute on function %s from public', oid::regprocedure),
       format('grant execute on function %s to fintrack_owner, fintrack_app', oid::regprocedure)
from pg_proc
where proname = 'pg_logical_emit_message' and pronamespace = 'pg_catalog'::regnamespace
\gexec

commit;
\connect postgres
revoke all on database postgres, template1 from public;
SQL

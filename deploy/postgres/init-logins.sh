#!/usr/bin/env bash
# For the postgres image only: replaces pg_hba.conf, so that over the network the five roles reach this one database and
# the superuser reaches nothing. Inside the container, docker exec … psql --username=postgres still works.
set -euo pipefail
cat >"${PGDATA:?}/pg_hba.conf" <<HBA
# type  database  user  address  method
local   all       all            trust
host    ${POSTGRES_DB:?}  fintrack_owner,fintrack_app,fintrack_relay,fintrack_reader,fintrack_monitor  all  scram-sha-256
HBA

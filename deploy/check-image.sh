#!/usr/bin/env bash
# Builds the image of Dockerfile and starts what came out, on a Debian machine without a Docker engine, as root. Needs
# buildah, debootstrap, npm, curl and a PostgreSQL server's programs (apt-get install buildah debootstrap postgresql).
# Takes some minutes and 2 GB, so that it is no part of .ci/run. In place of the image of Docker Hub stands a Debian with
# the same Bun from npm, checked against script/bun.sha512.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 022

version=$(sed -n 's/^ARG BUN_IMAGE=oven\/bun:\(.*\)-slim$/\1/p' Dockerfile)
readonly version suite=bookworm ready_seconds=90
postgres=$(find /usr/lib/postgresql -path '*/bin/postgres' | sort -V | tail -n 1)
readonly bin=${postgres%/postgres}

work=$(mktemp -d)
chmod 755 "$work"
# Layers are whole copies: no file system of the kernel's is needed.
build() { buildah --root "$work/images" --runroot "$work/run" --storage-driver vfs "$@"; }
server=''
finish() {
  if [ -n "$server" ]; then
    kill -- "-$server" 2>/dev/null || true
    wait "$server" || true
  fi
  [ ! -e "$work/data/postmaster.pid" ] || as_postgres "$bin/pg_ctl" --pgdata="$work/data" --mode=fast stop >/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
as_postgres() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
say() { printf '== %s\n' "$*"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

say 'a base with Bun'
debootstrap --variant=minbase --include=ca-certificates "$suite" "$work/base" >"$work/debootstrap.log"
name="bun-linux-x64"
tarball=$(cd "$work" && npm pack --silent "@oven/$name@$version")
expected=$(sed -n "s/^@oven\/$name@$version //p" script/bun.sha512)
actual="sha512-$(openssl dgst -sha512 -binary "$work/$tarball" | base64 --wrap=0)"
[ "$expected" = "$actual" ] || { echo "check-image: $tarball is not the pinned one" >&2; exit 1; }
tar -xzf "$work/$tarball" -C "$work" package/bin/bun
install -m 0755 "$work/package/bin/bun" "$work/base/usr/local/bin/bun"
ln -s bun "$work/base/usr/local/bin/bunx"
chroot "$work/base" useradd --uid 1000 --create-home bun
# Whom this machine trusts: a mirror of the registry may have a certificate of its own.
cp /etc/ssl/certs/ca-certificates.crt "$work/base/etc/ssl/certs/ca-certificates.crt"
base=$(build from scratch)
build add --quiet "$base" "$work/base" / >/dev/null
build config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$base"
build commit --quiet "$base" "bun:$version" >/dev/null
build rm "$base" >/dev/null
rm -rf "$work/base"

say 'the image'
build bud --isolation chroot --pull-never --build-arg "BUN_IMAGE=localhost/bun:$version" --tag fintrack .

say 'databases'
install -d -o 65534 -g 65534 -m 0700 "$work/data"
password=$(openssl rand -hex 16)
printf '%s' "$password" >"$work/password"
chmod 644 "$work/password"
as_postgres "$bin/initdb" --pgdata="$work/data" --username=postgres --auth=scram-sha-256 --encoding=UTF8 \
  --locale=C.UTF-8 --pwfile="$work/password" >/dev/null
port=$(free_port)
as_postgres "$bin/pg_ctl" --pgdata="$work/data" --wait --log="$work/data/log" --options="-p $port -k $work/data \
  -c listen_addresses=127.0.0.1 -c wal_level=logical" start >/dev/null
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGPASSWORD=$password POSTGRES_USER=postgres
for role in OWNER APP RELAY READER MONITOR; do export "FINTRACK_${role}_PASSWORD=$password"; done
for database in main log; do
  psql --quiet --no-psqlrc --dbname=postgres --command="create database $database"
  POSTGRES_DB=$database deploy/postgres/init-roles.sh
done

say 'what it runs'
container=$(build from --pull-never fintrack)
api_port=$(free_port)
metrics_port=$(free_port)
address() { printf 'postgres://fintrack_%s:%s@127.0.0.1:%s/%s' "$1" "$password" "$port" "$2"; }
in_image() {
  build run --isolation chroot --user 1000:1000 --env PORT="$api_port" --env PUBLIC_URL=https://api.example.org \
    --env SMTP_URL=smtp://127.0.0.1:25 --env 'MAIL_FROM=FinTrack <no-reply@example.org>' --env RATES_REFRESH=off \
    --env KEYRING_FILE=/data/keys/keyring.json --env METRICS_TOKEN="$password" --env METRICS_PORT="$metrics_port" \
    --env DATABASE_URL="$(address app main)" --env LOG_DATABASE_URL="$(address app log)" "$@"
}
readonly command=(bun --no-env-file src/main.ts)
in_image "$container" "${command[@]}" keys:create
in_image --env DATABASE_MIGRATE_URL="$(address owner main)" --env LOG_DATABASE_MIGRATE_URL="$(address owner log)" \
  "$container" "${command[@]}" migrate
# A process group of its own, so that its end reaches the server and not only what started it.
set -m
in_image --env RELAY_DATABASE_URL="$(address relay main)" --env RELAY_LOG_DATABASE_URL="$(address relay log)" \
  "$container" "${command[@]}" >"$work/server.log" 2>&1 &
server=$!
set +m
for ((i = 0; i < ready_seconds; i++)); do
  curl --silent --fail --output /dev/null "http://127.0.0.1:$api_port/health/ready" && break
  sleep 1
done || true
answer=$(curl --silent "http://127.0.0.1:$api_port/health/ready" || true)
case $answer in
*'"ready"'*) say "ready: $(build images --format '{{.Size}}' fintrack)" ;;
*)
  tail -n 40 "$work/server.log" >&2
  echo 'check-image: it did not become ready' >&2
  exit 1
  ;;
esac

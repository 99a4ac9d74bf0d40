#!/usr/bin/env bash
# fuzz-and-drill.sh <url>: fuzzes the server, then backs up what that left, encrypted, and restores it beside the server.
# Needs the server's variables (.ci/with-server) and age-keygen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/run-schemathesis.sh "$1"

keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT
age-keygen -o "$keys/identity.txt" 2>/dev/null
BACKUP_RECIPIENTS=$(age-keygen -y "$keys/identity.txt")
export BACKUP_RECIPIENTS BACKUP_LOG_DATABASE=on BACKUP_OBJECTS=on
script/bun --no-env-file src/main.ts backup
script/bun --no-env-file src/main.ts backup:drill --identity "$keys/identity.txt"

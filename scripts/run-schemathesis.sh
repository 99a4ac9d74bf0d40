#!/usr/bin/env bash
# Property tests of a running API against its own description: scripts/run-schemathesis.sh http://127.0.0.1:3000
# It makes an administrator on that server first: DATA_DIR, or whatever says where its databases are, must be the server's.
# What counts as a failure stands in schemathesis.toml. Fails as well when it tested nothing, or when an operation
# never answered 2xx. The tool comes from PyPI, pinned with all that it needs, into .tools/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly RUN_SECONDS=900 INSTALL_SECONDS=300 REQUIREMENTS=scripts/schemathesis.requirements.txt
url=${1:?usage: scripts/run-schemathesis.sh URL}
account=$(script/bun scripts/fuzz-account.ts "$url")
set -a
eval "$account"
set +a
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A change of a pin is another directory; made aside, so that an interrupted install is never taken for a whole one.
home=".tools/schemathesis-$(sha256sum "$REQUIREMENTS" | cut -c1-12)"
if [ ! -d "$home" ]; then
  mkdir -p .tools
  made=$(mktemp -d .tools/schemathesis-new.XXXXXX)
  python3 -m venv "$made"
  timeout "$INSTALL_SECONDS" "$made/bin/python" -m pip install --quiet --disable-pip-version-check \
    --only-binary :all: --requirement "$REQUIREMENTS"
  mv -T "$made" "$home"
fi

status=0
timeout --kill-after=10 "$RUN_SECONDS" "$home/bin/python" -m schemathesis.cli --config-file schemathesis.toml \
  run "$url/openapi.json" --url "$url" --report json --report-json-path "$work/report.json" || status=$?
if [ "$status" -ne 0 ]; then
  [ "$status" -ne 124 ] || echo "schemathesis: not done after $RUN_SECONDS s" >&2
  exit "$status"
fi

"$home/bin/python" - "$work/report.json" <<'PYTHON'
import json, sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
operations = report["operations"]
accepted = {
    name: sum(phase["accepted"] for phase in phases.values())
    for name, phases in report["valid_rates"].items()
}
# Never 2xx, however they are asked. Everything else has what it needs from scripts/fuzz-account.ts.
guarded = {
    "GET /v1/debts/{id}/evidence/file",  # wants a default
    "POST /v1/debts/{id}/default",  # a due day must have ended a day ago
    "POST /v1/debts/{id}/evidence/playback",  # wants a default
    "POST /v1/reports/{id}/cancellation",  # a report is made sooner than a fuzzer comes to it
    "POST /v1/auth/password-resets/redemption",  # wants the secret of a mailed link
    "POST /v1/auth/registrations/{id}/codes",  # a minute must have passed since the last mail
    "POST /v1/auth/registrations/{id}/verification",  # wants a mailed code
    "POST /v1/auth/sessions",  # wants a password, and allows few wrong ones
    "POST /v1/auth/tokens",  # wants a refresh token, which is good for once
}
faults = [
    f"{name} never answered 2xx"
    for name, count in sorted(accepted.items())
    if count == 0 and name not in guarded
]
if operations["total"] == 0:
    faults.append("the description has no operation")
# An operation that only ever answered 401 is not listed.
tried = len(accepted.keys() | guarded) + operations["skipped"]
if tried < operations["selected"]:
    faults.append(f"only {tried} of {operations['selected']} operations were tried with valid input")
if not report["complete"]:
    faults.append("the run was cut short")
for fault in faults:
    print(f"schemathesis: {fault}", file=sys.stderr)
print(f"schemathesis: {len(accepted)} operations, {report['test_cases']['generated']} requests, {len(faults)} faults")
sys.exit(1 if faults else 0)
PYTHON

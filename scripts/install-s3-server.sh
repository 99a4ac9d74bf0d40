#!/usr/bin/env bash
# Prints the directory of an S3 server for tests, moto, and installs it first where it is not yet:
# scripts/install-s3-server.sh. It comes from PyPI, pinned with all that it needs, into .tools/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly INSTALL_SECONDS=300 REQUIREMENTS=scripts/s3-server.requirements.txt
# A change of a pin is another directory; made aside, so that an interrupted install is never taken for a whole one.
home="$PWD/.tools/s3-server-$(sha256sum "$REQUIREMENTS" | cut -c1-12)"
if [ ! -d "$home" ]; then
  mkdir -p .tools
  # Several tests begin at once.
  exec 9>.tools/s3-server.lock
  flock --timeout "$INSTALL_SECONDS" 9
  if [ ! -d "$home" ]; then
    made=$(mktemp -d .tools/s3-server-new.XXXXXX)
    python3 -m venv "$made" >&2
    # Only what its S3 and IAM need: the list names every package.
    timeout "$INSTALL_SECONDS" "$made/bin/python" -m pip install --quiet --disable-pip-version-check \
      --no-deps --only-binary :all: --requirement "$REQUIREMENTS" >&2
    mv -T "$made" "$home"
  fi
fi
printf '%s\n' "$home"

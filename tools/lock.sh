#!/usr/bin/env bash
# Writes requirements/*.txt anew from pyproject.toml: every version and hash for Python 3.11 to
# 3.14 on every system, and no index address. Needs uv, which nothing else here does.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --custom-compile-command tools/lock.sh "$@"
}

compile pyproject.toml --output-file requirements/runtime.txt "$@"
compile pyproject.toml --extra dev --constraint requirements/runtime.txt \
    --output-file requirements/dev.txt "$@"
compile requirements/fuzz.in --output-file requirements/fuzz.txt "$@"

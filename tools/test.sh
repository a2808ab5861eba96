#!/usr/bin/env bash
# The whole suite in two runs: tests/core under coverage, which must reach every line and branch
# of sonar_core by its own tests and not by luck of others, then everything else without the cost
# of tracing. Both always run; either failing fails the whole.
set -uo pipefail
cd "$(dirname "$0")/.."

readonly WORKERS=${1:-2}
readonly MEMORY=/dev/shm ROOM_KB=$((4 * 1024 * 1024))
export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
failed=0

# Thousands of stores are written, each entry to the disk for good: tests would wait for that.
if [ "$(df --output=avail "$MEMORY" 2>/dev/null | tail -1)" -gt "$ROOM_KB" ] 2>/dev/null; then
    TMPDIR=$(mktemp -d "$MEMORY/sonar-tests-XXXXXX")
    chmod 711 "$TMPDIR" # PostgreSQL runs as another user where this is root
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
fi

.venv/bin/python -m pytest -n "$WORKERS" tests/core \
    --cov=sonar_core --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100 ||
    failed=1
.venv/bin/python -m pytest -n "$WORKERS" --dist worksteal --ignore=tests/core || failed=1
exit "$failed"

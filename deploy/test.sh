#!/usr/bin/env bash
# Installs what is missing, builds with sanitizers, runs all tests. Ends with ctest's summary.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/setup.sh
cmake --preset asan >/dev/null
cmake --build --preset asan
exec ctest --preset asan --no-tests=error -j "$(nproc)"

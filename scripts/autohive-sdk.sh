#!/usr/bin/env bash
# Runs the bundles of both integrations under Autohive's SDK: ruff and bandit as Autohive's checks do, the bundles' own unit
# tests, and the fixtures' requests, whose results are compared with those of the program alone.
#
# usage: scripts/autohive-sdk.sh [PROGRAM]     (default: target/release/autohive-tiktok)
#
# Requires Python 3.13, as `python3.13` or installed by pyenv, and the package registry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/autohive-sdk/python.sh
source scripts/autohive-sdk/python.sh

program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/autohive-tiktok}")
readonly PACKAGES=(
  "$SDK"
  bandit==1.9.4
  jsonschema==4.17.3
  pytest==9.2.0
  pytest-asyncio==1.5.0
  ruff==0.17.6
)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

main() {
  local python name
  python=$(find_python)
  "$python" -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check "${PACKAGES[@]}"
  for name in tiktok tiktok-ads; do
    "$program" bundle --integration "$name" --out "$work/bundles" --program "$program"
    check "$work/bundles/$name"
  done
  echo '==> the fixtures, through the SDK and by the program alone'
  "$work/venv/bin/python" scripts/autohive-sdk/compare.py "$work/bundles" tests/fixtures
}

# The settings of ruff are those of Autohive's checks, which also format.
check() {
  local folder=$1 bin=$work/venv/bin
  printf '==> %s: ruff, bandit, unit tests\n' "$(basename "$folder")"
  cat >"$work/ruff.toml" <<'TOML'
target-version = "py313"
line-length = 120
[lint]
select = ["E", "F", "W"]
[lint.per-file-ignores]
"__init__.py" = ["F401"]
TOML
  "$bin/ruff" check --no-cache --config "$work/ruff.toml" "$folder"
  "$bin/ruff" format --no-cache --check --config "$work/ruff.toml" "$folder"
  "$bin/bandit" --quiet --recursive "$folder" --skip B101
  (
    cd "$folder"
    "$bin/python" -m pytest --import-mode=importlib -p no:cacheprovider -W error -m unit -q \
      -o asyncio_default_fixture_loop_scope=function tests
  )
}

main

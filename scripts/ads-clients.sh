#!/usr/bin/env bash
# Runs TikTok's own SDKs for the Marketing API, at pinned versions, against the simulator: each creates, reads, updates and
# deletes a campaign, an ad group and an ad.
#
# Usage: scripts/ads-clients.sh [PATH-OF-AUTOHIVE-TIKTOK]
#
# It needs PyPI and npm, Python 3 with venv as python3 or in $PYTHON, Node.js 20 or newer, and curl. It installs into a
# temporary folder and keeps nothing. It is not part of CI, which must not depend on packages of others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
binary=${1:-target/release/autohive-tiktok}
python=${PYTHON:-python3}
readonly version=1.1.3 package=tiktok-business-api-sdk-official

main() {
  [[ -x $binary ]] || fail "$binary is not there: cargo build --release"
  work=$(mktemp -d)
  trap 'kill "${simulator:-}" 2>/dev/null; rm -rf "$work"' EXIT
  start_simulator

  echo "$package $version for Python"
  "$python" -m venv "$work/python"
  "$work/python/bin/pip" install -q --disable-pip-version-check "$package==$version"
  run "$work/python/bin/python" scripts/ads-clients/official_sdk.py

  echo "$package $version for JavaScript"
  cp scripts/ads-clients/official_sdk.mjs "$work/"
  npm install --silent --no-audit --no-fund --prefix "$work" "$package@$version"
  run node "$work/official_sdk.mjs"
}

fail() {
  echo "$*" >&2
  exit 1
}

start_simulator() {
  "$binary" simulate >"$work/simulator.log" 2>&1 &
  simulator=$!
  for _ in {1..100}; do
    url=$(grep -ohm1 'http://127.0.0.1:[0-9]*' "$work/simulator.log" || true)
    [[ -z $url ]] || return 0
    sleep 0.1
  done
  fail "the simulator does not start: $(cat "$work/simulator.log")"
}

# A program; it gets the address and the time. No parameter that it sends may be unknown.
run() {
  curl -fsS -X POST "$url/_simulator/reset" >"$work/reset"
  # The SDKs do not wait for the limit of ten requests a second.
  curl -fsS -X POST "$url/_simulator/setup" -d '{"ads":{"switches":{"throttle":false}}}' >"$work/setup"
  "$@" "$url" "$(date -u '+%F %T')"
  local unknown
  unknown=$(curl -fsS "$url/_simulator/ads_unknown")
  [[ $unknown == '{}' ]] || fail "unknown parameters: $unknown"
}

main

#!/usr/bin/env bash
# Reads everything that the simulator has with public readers of the Marketing API, at pinned versions: Airbyte's
# connector, a Singer tap and a small wrapper. Their numbers of records, and the spend in their reports, must be those of the simulator.
#
# Usage: scripts/ads-readers.sh [PATH-OF-AUTOHIVE-TIKTOK]
#
# It needs PyPI, curl, and Python 3.10 or 3.11 with venv as python3 or in $PYTHON: Airbyte's connector takes no other. It
# installs into a temporary folder and keeps nothing. It takes some minutes. It is not part of CI, which must not depend on
# packages of others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
binary=${1:-target/release/autohive-tiktok}
python=${PYTHON:-python3}
export PYTHONPATH=$PWD/scripts/ads-readers PYTHONDONTWRITEBYTECODE=1

main() {
  [[ -x $binary ]] || fail "$binary is not there: cargo build --release"
  "$python" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 12))' ||
    fail 'Python 3.10 or 3.11 is needed; set $PYTHON'
  work=$(mktemp -d)
  trap 'kill "${simulator:-}" 2>/dev/null; rm -rf "$work"' EXIT
  start_simulator
  "$python" scripts/ads-readers/fill.py "$TIKTOK_ADS_API_BASE"

  read_with singer_tap tap-tiktok-ads==1.2.1 singer-python==6.8.0
  read_with business_api tiktok-business-api==1.9 requests==2.34.2
  read_with airbyte_source airbyte-source-tiktok-marketing==4.7.0 airbyte-cdk==6.61.6
  echo 'all readers read what the simulator has'
}

fail() {
  echo "$*" >&2
  exit 1
}

start_simulator() {
  "$binary" simulate >"$work/simulator.log" 2>&1 &
  simulator=$!
  for _ in {1..100}; do
    TIKTOK_ADS_API_BASE=$(grep -oshm1 'http://127.0.0.1:[0-9]*' "$work/simulator.log" || true)
    [[ -z $TIKTOK_ADS_API_BASE ]] || break
    sleep 0.1
  done
  [[ -n $TIKTOK_ADS_API_BASE ]] || fail "the simulator does not start: $(cat "$work/simulator.log")"
  export TIKTOK_ADS_API_BASE
}

# read_with READER REQUIREMENT…: installs, and runs scripts/ads-readers/READER.py.
read_with() {
  local reader=$1
  shift
  echo "$*"
  "$python" -m venv "$work/$reader"
  "$work/$reader/bin/pip" install -q --disable-pip-version-check "$@"
  "$work/$reader/bin/python" "scripts/ads-readers/$reader.py" "$work/$reader"
}

main

#!/usr/bin/env bash
# Signs accounts in against the simulator in a real headless Chromium, for both APIs: a person agrees, unticks a
# permission, declines, meets a redirect with a wrong state, and pastes the address of a page that cannot be loaded.
#
# Usage: scripts/login-in-a-browser.sh [PATH-OF-AUTOHIVE-TIKTOK [FOLDER-FOR-SCREENSHOTS]]
#
# Requires Python 3. Installs Debian's chromium with apt if there is none. Fails if any step ends otherwise than expected.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
binary=$(realpath "${1:-target/debug/autohive-tiktok}")
[[ -x $binary ]] || { echo "$binary does not exist: run cargo build" >&2; exit 1; }
if ! command -v chromium >/dev/null; then
  root=(); [[ $(id -u) == 0 ]] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" apt-get install -qq -y --no-install-recommends chromium
fi
python=$(command -v /usr/bin/python3 || command -v python3)
exec "$python" scripts/login-in-a-browser/check.py "$binary" "${2:-}"

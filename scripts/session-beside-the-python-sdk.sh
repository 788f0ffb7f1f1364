#!/usr/bin/env bash
# Compares the processor time of a small action in a long session: in one process of the program, and in one
# process of Autohive's SDK for Python. Both read the same requests, call the same simulated TikTok and check
# their outputs by the same schemas. Prints the processor time of an action in both, and the ratio.
#
# usage: scripts/session-beside-the-python-sdk.sh BINARY [ACTIONS]     (default: 2000 actions; at least 2)
#
# Requires Python 3.13, as `python3.13` or installed by pyenv, and the package registry. It installs into a
# temporary folder.
set -euo pipefail
binary=$(realpath "${1:?usage: $0 BINARY [ACTIONS]}")
actions=${2:-2000}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/autohive-sdk/python.sh
source scripts/autohive-sdk/python.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(find_python)" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "$SDK"
"$work/venv/bin/python" scripts/session-beside-the-python-sdk/compare.py "$binary" "$actions" "$work"

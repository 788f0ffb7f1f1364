#!/usr/bin/env bash
# Runs third-party TikTok clients against the simulator, each at a pinned version, with a real video.
#
# Usage: scripts/other-clients.sh [PATH-OF-AUTOHIVE-TIKTOK]
#
# Requires ffmpeg (Debian's package is sufficient), PyPI, and Python 3.12 or newer as python3 or in $PYTHON. Installs
# into a temporary folder and leaves nothing behind. It is not part of CI, which must not depend on third-party
# packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
binary=${1:-target/release/autohive-tiktok}
python=${PYTHON:-python3}
readonly token=act.sim-public
readonly no_toggles=(
  'post_info.brand_content_toggle is missing: accepted anyway'
  'post_info.brand_organic_toggle is missing: accepted anyway'
)

main() {
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' || fail 'Python 3.12 or newer is required; set $PYTHON'
  command -v ffmpeg >/dev/null || fail 'ffmpeg is required: apt-get install ffmpeg'
  [[ -x $binary ]] || fail "$binary does not exist: run cargo build --release"
  work=$(mktemp -d)
  trap 'kill "${simulator:-}" 2>/dev/null; rm -rf "$work"' EXIT
  make_videos
  start_simulator

  run agoras-platforms 2.2.0 small.mp4
  # The plus sign precedes imports of these two that are not among their dependencies.
  run reeln-plugin-tiktok 0.4.0+reeln==0.0.39 small.mp4
  run tiktok-api-client 0.0.15+requests==2.34.2 small.mp4 "${no_toggles[@]}"
  run tiktok-api-client 0.0.15+requests==2.34.2 large.mp4 "${no_toggles[@]}"
  run tiktok-studio-mcp 0.1.4 small.mp4 "${no_toggles[@]}"
  run marqetive-lib 0.44.6 small.mp4 'post_info.auto_add_music is unknown: accepted anyway'
  run marqetive-lib 0.44.6 large.mp4 'post_info.auto_add_music is unknown: accepted anyway'
  echo 'all clients posted their video'
}

fail() {
  echo "$*" >&2
  exit 1
}

# One video for a single chunk, and one of over 94 MB that requires several.
make_videos() {
  local picture=testsrc2=size=720x1280:rate=30:duration=4
  ffmpeg -v error -f lavfi -i "$picture" -c:v libx264 -preset ultrafast -pix_fmt yuv420p "$work/small.mp4"
  ffmpeg -v error -f lavfi -i "$picture" -vf noise=alls=100:allf=t -c:v libx264 -preset ultrafast -qp 16 -pix_fmt yuv420p \
    "$work/large.mp4"
}

start_simulator() {
  "$binary" simulate --processing-ms 100 --moderation-ms 100 >"$work/simulator.log" 2>&1 &
  simulator=$!
  for _ in {1..100}; do
    TIKTOK_API_BASE=$(grep -ohm1 'http://127.0.0.1:[0-9]*' "$work/simulator.log" || true)
    [[ -z $TIKTOK_API_BASE ]] || break
    sleep 0.1
  done
  [[ -n $TIKTOK_API_BASE ]] || fail "the simulator did not start: $(cat "$work/simulator.log")"
  export TIKTOK_API_BASE
}

# run CLIENT VERSION[+REQUIREMENT] VIDEO [NOTE]…: posts the video, and expects these notes in the journal.
run() {
  local client=$1 version=$2 video=$work/$3 publish_id besides=
  shift 3
  [[ $version != *+* ]] || besides=${version#*+}
  echo "$client $version, $(basename "$video")"
  [[ -d $work/$client ]] || {
    "$python" -m venv "$work/$client"
    "$work/$client/bin/pip" install -q --disable-pip-version-check "$client==${version%%+*}" ${besides:+"$besides"}
  }
  curl -fsS -X POST "$TIKTOK_API_BASE/_simulator/reset" >"$work/reset"
  publish_id=$(cd "$work" && "$work/$client/bin/python" "$OLDPWD/scripts/other-clients/$client.py" "$token" "$video" \
    2>"$work/$client.log") || fail "$(tail -n 20 "$work/$client.log")"
  "$python" scripts/other-clients/check.py "$(tail -n 1 <<<"$publish_id")" "$video" "$@"
}

main

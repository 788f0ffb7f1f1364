#!/usr/bin/env bash
# Runs clients for TikTok that others wrote against the simulator, each at a pinned version, with a real video.
#
# Usage: scripts/other-clients.sh [PATH-OF-AUTOHIVE-TIKTOK]
#
# It needs ffmpeg (Debian's package will do), PyPI, and Python 3.12 or newer as python3 or in $PYTHON. It installs into a
# temporary folder and keeps nothing. It is not part of CI, which must not depend on packages of others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
binary=${1:-target/release/autohive-tiktok}
python=${PYTHON:-python3}
readonly token=act.sim-public
readonly no_toggles=(
  'post_info.brand_content_toggle is missing: taken all the same'
  'post_info.brand_organic_toggle is missing: taken all the same'
)

main() {
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' || fail 'Python 3.12 or newer is needed; name it in $PYTHON'
  command -v ffmpeg >/dev/null || fail 'ffmpeg is needed: apt-get install ffmpeg'
  [[ -x $binary ]] || fail "$binary is not there: cargo build --release"
  work=$(mktemp -d)
  trap 'kill "${simulator:-}" 2>/dev/null; rm -rf "$work"' EXIT
  make_videos
  start_simulator

  run agoras-platforms 2.2.0 small.mp4
  # What these two import and do not name as a dependency comes behind the plus sign.
  run reeln-plugin-tiktok 0.4.0+reeln==0.0.39 small.mp4
  run tiktok-api-client 0.0.15+requests==2.34.2 small.mp4 "${no_toggles[@]}"
  run tiktok-api-client 0.0.15+requests==2.34.2 large.mp4 "${no_toggles[@]}"
  run tiktok-studio-mcp 0.1.4 small.mp4 "${no_toggles[@]}"
  run marqetive-lib 0.44.6 small.mp4 'post_info.auto_add_music is unknown: taken all the same'
  run marqetive-lib 0.44.6 large.mp4 'post_info.auto_add_music is unknown: taken all the same'
  echo 'all of them posted what they were given'
}

fail() {
  echo "$*" >&2
  exit 1
}

# One that goes whole, and one of over 94 MB that has to go in chunks.
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
  [[ -n $TIKTOK_API_BASE ]] || fail "the simulator does not start: $(cat "$work/simulator.log")"
  export TIKTOK_API_BASE
}

# A client, its version with "+" and what it needs besides, the video, and the notes that its requests get.
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

#!/usr/bin/env bash
# Reproduces the table of docs/media.md: creates files with current tools, and compares the program's reports with it.
#
#   scripts/media-tools.sh [PROGRAM]          (target/release/autohive-tiktok)
#
# Requires bash, python3 with venv, ffmpeg (Debian 12: apt-get install ffmpeg), and the package registry. Pinned
# packages are installed into a temporary folder, which is removed at the end. It posts nothing: every request is a dry
# run of a draft, which does not call TikTok. It is not part of CI.
set -euo pipefail

program=$(realpath "${1:-$(dirname "${BASH_SOURCE[0]}")/../target/release/autohive-tiktok}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# Prints the program's report on a file in one line: container, codec, seconds, rate, size, warnings; or the reason for
# a refusal.
say() {
  python3 - "$program" "$1" <<'PY'
import base64, json, os, subprocess, sys
program, path = sys.argv[1:]
content = base64.b64encode(open(path, "rb").read()).decode()
request = {"action": "upload_video_draft", "auth": {"access_token": "act.none"},
           "inputs": {"file": {"content": content}, "dry_run": True}}
# No process listens on this port, so nothing can be sent.
env = {**os.environ, "AUTOHIVE_TIKTOK_STATE": "off", "TIKTOK_API_BASE": "http://127.0.0.1:9"}
out = subprocess.run([program, "run"], input=json.dumps(request), capture_output=True, text=True, env=env).stdout
answer = json.loads(out)["result"]
if "data" in answer:
    video, warnings = answer["data"]["video"], answer["data"]["warnings"]
    shown = [f'{video["container"]} {video["codec"]} {video.get("duration_seconds")} s {video.get("frame_rate")}/s '
             f'{video.get("width")}x{video.get("height")}']
    print("; ".join(shown + [text for text in warnings if "recommends" not in text]))
else:
    print("refused: " + "; ".join(detail["got"] for detail in answer.get("details", [])))
PY
}

# check NAME FILE PATTERN: the report on the file must match the extended regular expression.
check() {
  local said
  said=$(say "$2")
  if [[ $said =~ $3 ]]; then
    printf 'ok     %-34s %s\n' "$1" "$said"
  else
    printf 'DIFFERS %-33s %s\n        expected: %s\n' "$1" "$said" "$3"
    failed=1
  fi
}

# A Python environment with pinned packages.
packages() {
  python3 -m venv "$1"
  "$1/bin/pip" --quiet --disable-pip-version-check install "${@:2}"
}

ffmpeg_of() { "$1/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())'; }

packages seven imageio-ffmpeg==0.6.0
packages nine imageio-ffmpeg==0.8.1 opencv-python-headless==5.0.0.93 imageio==2.38.1 imagecodecs numpy
packages moviepy moviepy==2.2.1
seven=$(ffmpeg_of seven)
nine=$(ffmpeg_of nine)

plain="color=c=blue:size=360x640:rate=30:duration=4"
h264=(-c:v libx264 -preset ultrafast -pix_fmt yuv420p)

for version in "$(command -v ffmpeg)" "$seven" "$nine"; do
  number=$("$version" -version | sed -n '1s/ffmpeg version \([^ ]*\).*/\1/p')
  make() { "$version" -v error -y "$@"; }
  make -f lavfi -i "$plain" "${h264[@]}" a.mp4
  check "ffmpeg $number: MP4" a.mp4 '^MP4 H.264 4.0 s 30.0/s 360x640$'
  make -i a.mp4 -c copy a.mov
  check "ffmpeg $number: MOV" a.mov '^MOV H.264 4.0 s 30.0/s 360x640$'
  make -f lavfi -i "$plain" -c:v libvpx -deadline realtime a.webm
  check "ffmpeg $number: WebM" a.webm '^WebM VP8 4.0 s 30.0/s 360x640$'
  make -f lavfi -i "$plain" -c:v libx264 -preset ultrafast -pix_fmt yuv444p b.mp4
  check "ffmpeg $number: yuv444p" b.mp4 'H.264 in 4:4:4'
  make -f lavfi -i "$plain" -c:v libx264 -preset ultrafast -pix_fmt yuv420p10le b.mp4
  check "ffmpeg $number: 10 bits" b.mp4 'H.264 with 10 bits'
  make -f lavfi -i "$plain" -c:v libx264 -preset ultrafast -qp 0 -pix_fmt yuv420p b.mp4
  check "ffmpeg $number: lossless" b.mp4 'High 4:4:4 Predictive'
  make -f lavfi -i testsrc2=size=352x576:rate=25:duration=4 -vf setsar=24/11 "${h264[@]}" b.mov
  check "ffmpeg $number: wide pixels, MOV" b.mov '25.0/s 768x576$'
  make -i b.mov -c copy b.mp4
  check "ffmpeg $number: wide pixels, MP4" b.mp4 '25.0/s 768x576$'
  make -f lavfi -i testsrc2=size=360x640:rate=60:duration=4 -vf "select='not(mod(n,4))'" -fps_mode vfr -c:v libvpx \
    -deadline realtime b.webm
  check "ffmpeg $number: 15 of 60 a second" b.webm '^refused: 15.*frames a second'
  for pass in 1 2; do
    make -f lavfi -i testsrc2=size=360x640:rate=60:duration=4 -c:v libvpx -deadline good -cpu-used 4 -auto-alt-ref 1 \
      -lag-in-frames 16 -b:v 300k -pass "$pass" b.webm
  done
  check "ffmpeg $number: alt-ref frames" b.webm '^WebM VP8 4.0 s 60.0.*/s 360x640$'
  make -i a.mp4 -c copy b.avi && make -i b.avi -c copy b.mp4
  check "ffmpeg $number: by AVI" b.mp4 '30.0/s 360x640$'
  for kind in ts:'an MPEG transport stream' mkv:'a Matroska' avi:'an AVI' flv:'a Flash video' nut:'a NUT' \
    mxf:'an MXF' h264:'a raw H.264'; do
    codec=copy && [[ ${kind%%:*} == mxf ]] && codec="mpeg2video -r 25"
    # shellcheck disable=SC2086
    make -i a.mp4 -c:v $codec "x.${kind%%:*}"
    check "ffmpeg $number: ${kind%%:*}" "x.${kind%%:*}" "^refused: ${kind#*:}"
  done
done

"$nine" -v error -y -f lavfi -i color=size=360x640:rate=30:duration=60 -f lavfi -i sine=duration=60:sample_rate=16000 \
  "${h264[@]}" -c:a aac -movflags frag_keyframe+empty_moov c.mp4
check 'ffmpeg 9: AAC at 16 kHz, fragments' c.mp4 '^MP4 H.264 60.0[0-9]* s 29.968/s'

cat >python.py <<'PY'
import cv2, imageio.v2 as imageio, numpy as np
frames = [np.full((640, 360, 3), index, np.uint8) for index in range(120)]
for name, file in (("mp4v", "cv.mp4"), ("vp09", "cv9.mp4"), ("VP80", "cv.webm"), ("MJPG", "cvj.mp4")):
    writer = cv2.VideoWriter(file, cv2.VideoWriter_fourcc(*name), 30, (360, 640))
    for frame in frames:
        writer.write(frame)
    writer.release()
imageio.mimwrite("imageio.mp4", frames, fps=30)
PY
nine/bin/python python.py 2>python.log || cat python.log
check 'OpenCV 5.0.0.93: mp4v' cv.mp4 '^refused: MPEG-4 Part 2$'
check 'OpenCV 5.0.0.93: vp09' cv9.mp4 '^MP4 VP9 4.0 s 30.0/s 360x640$'
check 'OpenCV 5.0.0.93: VP80' cv.webm '^WebM VP8 4.0 s 30.0/s 360x640$'
check 'OpenCV 5.0.0.93: MJPG' cvj.mp4 '^refused: Motion JPEG$'
check 'imageio 2.38.1: 360x640' imageio.mp4 '30.0/s 368x640$'

cat >odd.py <<'PY'
from moviepy import ColorClip
for width, name in ((360, "even.mp4"), (361, "odd.mp4")):
    ColorClip((width, 640), color=(0, 0, 200), duration=4).write_videofile(name, fps=30, logger=None)
PY
moviepy/bin/python odd.py
check 'moviepy 2.2.1: even sides' even.mp4 '^MP4 H.264 4.0 s 30.0/s 360x640$'
check 'moviepy 2.2.1: an odd side' odd.mp4 'H.264 in 4:4:4'

# PyAV requires Python 3.12; without it, the rows are skipped.
if python3 -c 'import sys; sys.exit(sys.version_info < (3, 12))'; then
  packages av av==19.0.2 numpy
  cat >av.py.txt <<'PY'
import av, numpy as np
from fractions import Fraction
out = av.open("av.webm", "w")
stream = out.add_stream("libvpx", rate=1000)
stream.width, stream.height, stream.pix_fmt = 360, 640, "yuv420p"
for index in range(120):
    frame = av.VideoFrame.from_ndarray(np.full((640, 360, 3), index, np.uint8), format="rgb24")
    frame.pts, frame.time_base = 33 * index, Fraction(1, 1000)
    out.mux(stream.encode(frame))
out.mux(stream.encode())
out.close()
PY
  av/bin/python av.py.txt
  check 'PyAV 19.0.2: rate=1000' av.webm '^WebM VP8 3.96 s 30.303/s 360x640$'
else
  echo "skipped: PyAV 19.0.2, which requires Python 3.12"
fi

exit "$failed"

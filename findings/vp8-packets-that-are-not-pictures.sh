#!/usr/bin/env bash
# A WebM with VP8 has more blocks than pictures if libvpx wrote alternate reference frames (-auto-alt-ref 1, two
# passes): each is a separate block with its own time, and is not marked invisible; only the header of the frame says
# that it is not shown. An average over blocks therefore takes a video of 60 frames per second for a faster one.
#
# Observed with PyPI imageio-ffmpeg 0.8.1 (ffmpeg 9.0.2), Linux x86-64, 2026-11-28: for an input of 240 pictures at 60
# per second, a stream copy of the file counts more than 240 packets, and decoding counts 240. Fails if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')

encode() {
  "$ffmpeg" -v error -f lavfi -i testsrc2=size=360x640:rate=60:duration=4 -c:v libvpx -deadline good -cpu-used 4 \
    -auto-alt-ref 1 -lag-in-frames 16 -b:v 300k "$@"
}
encode -pass 1 -f null -
encode -pass 2 out.webm
count() { "$ffmpeg" -v error -i out.webm "$@" -f framecrc - | grep -vc '^#'; }
packets=$(count -c copy)
pictures=$(count -fps_mode passthrough)
echo "packets: $packets, pictures: $pictures"
[[ $pictures -eq 240 && $packets -gt 240 ]]

#!/usr/bin/env bash
# A WebM with VP8 has more blocks than pictures where libvpx wrote alternate reference frames (-auto-alt-ref 1,
# two passes): each is a block of its own, with a time of its own, and its block is not marked invisible; only the frame's own header says
# that it is not shown. Whoever averages blocks takes a video of 60 frames a second for a faster one.
#
# Seen with PyPI imageio-ffmpeg 0.8.1 (ffmpeg 9.0.2), Linux x86-64, 2026-11-28: 240 pictures at 60 a second go in; a stream
# copy of the file counts more than 240 packets, decoding counts 240. Fails where that changes.
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

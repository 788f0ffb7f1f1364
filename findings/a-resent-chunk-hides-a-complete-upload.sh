#!/usr/bin/env bash
# agoras-platforms 2.2.0, from PyPI, with requests 2.34.2; observed on 2026-11-28 with Python 3.11 and 3.13.
#
# A gateway returns 503 after TikTok has received the last chunk. The client sends the chunk again; the upload URL
# responds with 416 and `Content-Range: bytes 0-1000/1000`, which means that all bytes are there. The client raises an
# exception without the publish_id: the post is published, and a retry posts twice. Observed output:
#
#   PUT 503, PUT 416; stored 1000 of 1000 bytes; the client says: Error uploading video chunk: HTTP 416 (bytes 0-999/1000)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check agoras-platforms==2.2.0 requests==2.34.2
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import http.server, json, threading

from agoras.platforms.tiktok.client import TikTokAPIClient

asked, stored = [], b""


class TikTok(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        data = {"publish_id": "v_pub_file~v2-1.1", "upload_url": f"{base}/video/"}
        self.answer(200, json.dumps({"data": data, "error": {"code": "ok"}}).encode())

    def do_PUT(self):
        global stored
        chunk = self.rfile.read(int(self.headers["content-length"]))
        status = 416 if stored else 503
        asked.append(f"PUT {status}")
        stored = stored or chunk
        self.answer(status, **({"content-range": f"bytes 0-{len(stored)}/1000"} if status == 416 else {}))

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"
TikTokAPIClient.VIDEO_POST_URL = f"{base}/init/"
try:
    said = TikTokAPIClient("act.x").upload_video_file(bytes(1000), "x", "SELF_ONLY")
except Exception as error:
    said = error
print(f"{', '.join(asked)}; stored {len(stored)} of 1000 bytes; the client says: {said}")
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
PUT 503, PUT 416; stored 1000 of 1000 bytes; the client says: Error uploading video chunk: HTTP 416 (bytes 0-999/1000)
SEEN

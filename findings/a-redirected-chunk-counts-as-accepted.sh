#!/usr/bin/env bash
# agoras-platforms 2.2.0, from PyPI, with requests 2.34.2; observed on 2026-11-28 with Python 3.11 and 3.13.
#
# The upload URL responds to a chunk with 302. requests follows it, as a GET without the bytes; that page returns 200,
# which the client counts as "chunk accepted". It returns the publish_id as if the upload had succeeded, and TikTok has
# received nothing. Observed output:
#
#   PUT /video/ 302, GET /elsewhere 200; stored 0 of 1000 bytes; the client says: uploaded as v_pub_file~v2-1.1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check agoras-platforms==2.2.0 requests==2.34.2
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import http.server, json, threading

from agoras.platforms.tiktok.client import TikTokAPIClient

asked, stored = [], 0


class TikTok(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body=b"", **headers):
        asked.append(f"{self.command} {self.path} {status}")
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
        self.rfile.read(int(self.headers["content-length"]))
        self.answer(302, location=f"{base}/elsewhere")

    def do_GET(self):
        self.answer(200, b"<html></html>")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"
TikTokAPIClient.VIDEO_POST_URL = f"{base}/init/"
result = TikTokAPIClient("act.x").upload_video_file(bytes(1000), "x", "SELF_ONLY")
said = result["data"]["publish_id"]
print(f"{', '.join(asked[1:])}; stored {stored} of 1000 bytes; the client says: uploaded as {said}")
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
PUT /video/ 302, GET /elsewhere 200; stored 0 of 1000 bytes; the client says: uploaded as v_pub_file~v2-1.1
SEEN

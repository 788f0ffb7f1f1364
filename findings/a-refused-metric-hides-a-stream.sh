#!/usr/bin/env bash
# tap-tiktok-ads 1.2.1 (Singer), from PyPI, with singer-python 6.8.0; observed on 2026-11-29 with Python 3.11.
#
# The tap takes code 40002 for a missing permission, and leaves streams that answer with it out of its catalog. In
# TikTok's table of return codes (https://business-api.tiktok.com/portal/docs?id=1737172488964097) 40002 is an invalid
# parameter, and 40001 the missing permission. So when a single one of the 68 metrics of a report is no longer valid, the
# stream is not offered any more, with a warning about authorization and exit status 0. A real missing permission for one
# report ends the discovery without a catalog. Observed output:
#
#   40002 for ad_insights: 8 of 9 streams, without ad_insights; exit status 0
#   40001 for ad_insights: no catalog; exit status 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tap-tiktok-ads==1.2.1 singer-python==6.8.0
cat >"$work/run.py" <<'PYTHON'
import http.server, json, sys, threading, urllib.parse

import requests
import tap_tiktok_ads

MESSAGES = {
    40001: "No permission to operate the advertiser",
    40002: "metrics: Invalid metric fields: image_mode.",
}
code = int(sys.argv.pop())


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        page_info = {"page": 1, "page_size": 1, "total_number": 0, "total_page": 0}
        answer = {"code": 0, "message": "OK", "request_id": "1", "data": {"list": [], "page_info": page_info}}
        if "image_mode" in query.get("metrics", ""):
            answer = {"code": code, "message": MESSAGES[code], "request_id": "1", "data": {}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
request = requests.Session.request


# TikTok's address is built into the tap.
def redirected(self, method, url, **kwargs):
    url = url.replace("https://business-api.tiktok.com", f"http://127.0.0.1:{server.server_port}")
    return request(self, method, url, **kwargs)


requests.Session.request = redirected
tap_tiktok_ads.main()
PYTHON
echo '{"start_date": "2026-11-01T00:00:00Z", "accounts": "1", "access_token": "x"}' >"$work/config.json"
for code in 40002 40001; do
  status=0
  "$work/venv/bin/python" "$work/run.py" --config "$work/config.json" --discover "$code" \
    >"$work/catalog" 2>"$work/log" || status=$?
  "$work/venv/bin/python" - "$work/catalog" "$code" "$status" <<'PYTHON'
import json, sys

path, code, status = sys.argv[1:]
text = open(path).read()
said = "no catalog"
if text:
    names = {stream["stream"] for stream in json.loads(text)["streams"]}
    said = f"{len(names)} of 9 streams, with{'' if 'ad_insights' in names else 'out'} ad_insights"
print(f"{code} for ad_insights: {said}; exit status {status}")
PYTHON
done >"$work/seen" || { cat "$work/log"; exit 1; }
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
40002 for ad_insights: 8 of 9 streams, without ad_insights; exit status 0
40001 for ad_insights: no catalog; exit status 1
SEEN

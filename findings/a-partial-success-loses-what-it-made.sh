#!/usr/bin/env bash
# tiktok-business-api-sdk-official 1.1.3, TikTok's own, from PyPI, with urllib3 2.8.0; observed on 2026-11-28 with
# Python 3.11 and 3.13.
#
# TikTok's table of return codes (https://business-api.tiktok.com/portal/docs?id=1737172488964097) lists 20001 as
# "partially successful", without the calls that return it. The SDK raises an exception for every code but 0, and the
# exception is text only: it has no code and no data, so the id of an ad that now exists and may spend is lost, and a
# retry creates a second one. With async_req=True the same call checks no code, and returns an error like a result.
# Observed output:
#
#   ad_create, 20001: raises "Error Code: 20001, message: Partially successful, request_id: 1", attributes []
#   ad_create, async_req, 20001: returns code 20001, ads ['1797658902347829013']
#   ad_create, async_req, 40002: returns code 40002, no data
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tiktok-business-api-sdk-official==1.1.3 urllib3==2.8.0
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import http.server, json, threading

from business_api_client import AdApi, ApiClient, Configuration

PARTIAL = {"code": 20001, "message": "Partially successful", "data": {"ad_ids": ["1797658902347829013"]}}
REFUSED = {"code": 40002, "message": "ad_text: required"}


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"request_id": "1", **answer}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
configuration = Configuration()
configuration.host = f"http://127.0.0.1:{server.server_port}"
ads = AdApi(ApiClient(configuration))
body = {"advertiser_id": "1", "adgroup_id": "2", "creatives": [{"ad_name": "one"}, {"ad_name": "two"}]}
answer = PARTIAL
try:
    ads.ad_create("token", body=body)
except Exception as error:
    print(f'ad_create, 20001: raises "{error}", attributes {list(vars(error))}')
for answer in [PARTIAL, REFUSED]:
    got = ads.ad_create("token", body=body, async_req=True).get()
    said = f"ads {got.data['ad_ids']}" if got.data else "no data"
    print(f"ad_create, async_req, {answer['code']}: returns code {got.code}, {said}")
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
ad_create, 20001: raises "Error Code: 20001, message: Partially successful, request_id: 1", attributes []
ad_create, async_req, 20001: returns code 20001, ads ['1797658902347829013']
ad_create, async_req, 40002: returns code 40002, no data
SEEN

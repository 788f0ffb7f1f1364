#!/usr/bin/env bash
# airbyte-source-tiktok-marketing 4.7.0, from PyPI, with airbyte-cdk 6.61.6; observed on 2026-11-29 with Python 3.11.
#
# Reports leave out what is deleted, unless `filtering` asks for STATUS_ALL. With `include_deleted` the connector sends
# that in its basic reports by day. Its lifetime and audience reports send it as `filters`, a parameter that TikTok's page
# (https://business-api.tiktok.com/portal/docs?id=1740302848100353) does not have. So the spend of deleted ads is in one
# stream and missing in the others, without an error. Observed output, with a live ad that has spent 10 and a deleted one
# that has spent 5:
#
#   ads_reports_daily: sends filtering, spend 15
#   ads_reports_lifetime: sends filters, spend 10
#   ads_audience_reports_daily: sends filters, spend 10
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check airbyte-source-tiktok-marketing==4.7.0 airbyte-cdk==6.61.6
cd "$work"
cat >run.py <<'PYTHON'
import http.server, json, threading, urllib.parse

import requests.adapters
from source_tiktok_marketing.run import run


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        sent = [name for name in ["filtering", "filters"] if name in query]
        name = "audience" if query["report_type"] == "AUDIENCE" else "lifetime" if "query_lifetime" in query else "daily"
        with open("sent", "a") as file:
            print(name, sent[0] if sent else "neither", file=file)
        spends = {"1": 10, "2": 5} if "STATUS_ALL" in query.get("filtering", "") else {"1": 10}
        values = {"stat_time_day": "2026-11-01 00:00:00", "gender": "FEMALE", "age": "AGE_18_24"}
        rows = [
            {
                "dimensions": {name: values.get(name, ad) for name in json.loads(query["dimensions"])},
                "metrics": {name: str(spend) if name == "spend" else "0" for name in json.loads(query["metrics"])},
            }
            for ad, spend in spends.items()
        ]
        page_info = {"page": 1, "page_size": 1000, "total_number": len(rows), "total_page": 1}
        answer = {"code": 0, "message": "OK", "request_id": "1", "data": {"list": rows, "page_info": page_info}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
send = requests.adapters.HTTPAdapter.send


# TikTok's address is built into the connector.
def redirected(self, request, **kwargs):
    request.url = request.url.replace("https://business-api.tiktok.com", f"http://127.0.0.1:{server.server_port}")
    return send(self, request, **kwargs)


requests.adapters.HTTPAdapter.send = redirected
run()
PYTHON
cat >config.json <<'JSON'
{"credentials": {"auth_type": "oauth2.0", "app_id": "1", "secret": "x", "access_token": "x", "advertiser_id": "1"},
 "start_date": "2026-11-01", "end_date": "2026-11-02", "include_deleted": true}
JSON
cat >catalog.py <<'PYTHON'
import json

names = ["ads_reports_daily", "ads_reports_lifetime", "ads_audience_reports_daily"]
streams = [{"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]} for name in names]
modes = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
print(json.dumps({"streams": [{"stream": stream, **modes} for stream in streams]}))
PYTHON
venv/bin/python catalog.py >catalog.json
venv/bin/python run.py read --config config.json --catalog catalog.json >records 2>log || { tail -n 5 records log; exit 1; }
venv/bin/python - >seen <<'PYTHON'
import json

sent = dict(line.split() for line in open("sent"))
spend = {}
for line in open("records"):
    message = json.loads(line) if line.startswith("{") else {}
    if message.get("type") == "RECORD":
        record = message["record"]
        spend[record["stream"]] = spend.get(record["stream"], 0) + float(record["data"]["metrics"]["spend"])
streams = {"ads_reports_daily": "daily", "ads_reports_lifetime": "lifetime", "ads_audience_reports_daily": "audience"}
for stream, kind in streams.items():
    print(f"{stream}: sends {sent[kind]}, spend {spend[stream]:.0f}")
PYTHON
cat seen
diff - seen <<'SEEN'
ads_reports_daily: sends filtering, spend 15
ads_reports_lifetime: sends filters, spend 10
ads_audience_reports_daily: sends filters, spend 10
SEEN

#!/usr/bin/env bash
# airbyte-source-tiktok-marketing 4.7.0, from PyPI, with airbyte-cdk 6.61.6; observed on 2026-11-29 with Python 3.11.
#
# The stream pixel_events_statistics sends a `date_range` that is not JSON, for its dates are not in quotes, and that begins
# 29 days after today and ends today. `pixel_ids` is the id alone, and each ad account is asked for the pixels of all
# accounts. TikTok's schema (https://github.com/tiktok/tiktok-business-api-sdk, yml_files/pixel_event_stats.yml) has an object
# of two strings and a list of ids, both as JSON. Observed output, with two ad accounts of one pixel each (the dates are those
# of the day):
#
#   account 1, pixel p1: {"start_date":2026-12-28,"end_date":2026-11-29}
#   account 1, pixel p2: {"start_date":2026-12-28,"end_date":2026-11-29}
#   account 2, pixel p1: {"start_date":2026-12-28,"end_date":2026-11-29}
#   account 2, pixel p2: {"start_date":2026-12-28,"end_date":2026-11-29}
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
        address = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(address.query)
        account = query.get("advertiser_id", [""])[0]
        data = {"list": [{"advertiser_id": one, "advertiser_name": one} for one in ["1", "2"]]}
        if address.path.endswith("/pixel/list/"):
            data = {"pixels": [{"pixel_id": f"p{account}"}]}
        if address.path.endswith("/pixel/event/stats/"):
            with open("sent", "a") as file:
                print(f"account {account}, pixel {query['pixel_ids'][0]}: {query['date_range'][0]}", file=file)
            data = {"list": []}
        data["page_info"] = {"page": 1, "page_size": 20, "total_number": 1, "total_page": 1}
        body = json.dumps({"code": 0, "message": "OK", "request_id": "1", "data": data}).encode()
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
{"credentials": {"auth_type": "oauth2.0", "app_id": "1", "secret": "x", "access_token": "x"},
 "start_date": "2026-11-01", "end_date": "2026-11-02"}
JSON
cat >catalog.json <<'JSON'
{"streams": [{"stream": {"name": "pixel_events_statistics", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
              "sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}]}
JSON
venv/bin/python run.py read --config config.json --catalog catalog.json >records 2>log || { tail -n 5 records log; exit 1; }
sort -u sent >seen
cat seen
today=$(date -u +%F)
later=$(date -u -d "$today + 29 days" +%F)
diff - seen <<SEEN
account 1, pixel p1: {"start_date":$later,"end_date":$today}
account 1, pixel p2: {"start_date":$later,"end_date":$today}
account 2, pixel p1: {"start_date":$later,"end_date":$today}
account 2, pixel p2: {"start_date":$later,"end_date":$today}
SEEN

#!/usr/bin/env bash
# tiktok-business-api 1.9, from PyPI, with requests 2.34.2; observed on 2026-11-30 with Python 3.11 and 3.13.
#
# TikTok's API takes `advertiser_id` with each request (https://business-api.tiktok.com/portal/docs?id=1739318962329602 for
# campaigns), so one token serves many ad accounts. The client has an account of its own, and writes it over the one that
# the caller passed, in the caller's dictionary too: a campaign for account 2 is made in account 1, and a report of account
# 2 contains the numbers of account 1, without an error. Observed output, of a client for account 1:
#
#   create_campaign for account 2: made in account 1
#   get_synchronous_report for account 2: rows of account 1
#   the caller's dictionary afterwards: account 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tiktok-business-api==1.9 requests==2.34.2
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import http.server, json, threading, urllib.parse

from tiktok.business.client import TikTokBusinessClient


class TikTok(http.server.BaseHTTPRequestHandler):
    def answer(self, data):
        body = json.dumps({"code": 0, "message": "OK", "request_id": "1", "data": data}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        campaign = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.answer({"campaign_id": "1797658902347829013", "advertiser_id": campaign["advertiser_id"]})

    def do_GET(self):
        account = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["advertiser_id"][0]
        row = {"dimensions": {"advertiser_id": account}, "metrics": {"spend": "10"}}
        self.answer({"list": [row], "page_info": {"page": 1, "page_size": 1000, "total_number": 1, "total_page": 1}})

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
TikTokBusinessClient.BUISNESS_URL = f"http://127.0.0.1:{server.server_port}/open_api"
client = TikTokBusinessClient("x", "1")

campaign = {"advertiser_id": "2", "campaign_name": "a", "objective_type": "TRAFFIC", "budget_mode": "BUDGET_MODE_INFINITE"}
made = client.campaign.create_campaign(campaign)["data"]["advertiser_id"]
print(f"create_campaign for account 2: made in account {made}")

days = {"start_date": "2026-11-01", "end_date": "2026-11-01"}
basic = {"report_type": "BASIC", "data_level": "AUCTION_ADVERTISER", "dimensions": ["advertiser_id"], "metrics": ["spend"]}
params = {"advertiser_id": "2", **basic, **days}
rows = client.reports.get_synchronous_report(params)["data"]["list"]
print(f"get_synchronous_report for account 2: rows of account {rows[0]['dimensions']['advertiser_id']}")
print(f"the caller's dictionary afterwards: account {params['advertiser_id']}")
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
create_campaign for account 2: made in account 1
get_synchronous_report for account 2: rows of account 1
the caller's dictionary afterwards: account 1
SEEN

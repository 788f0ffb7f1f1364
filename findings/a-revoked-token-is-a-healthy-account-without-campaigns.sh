#!/usr/bin/env bash
# airbyte-agent-tiktok-marketing 0.1.31, from PyPI, with httpx 0.28.1; observed on 2026-11-30 with Python 3.13.
#
# Airbyte's connector for agents looks at the HTTP status only, and TikTok refuses with 200 and a `code`
# (https://business-api.tiktok.com/portal/docs?id=1737172488964097). A revoked token, a missing permission and the rate limit
# are successes with an empty list, like those of an account without campaigns and spending. The check of the credentials
# leaves out `advertiser_ids`, which is required (https://business-api.tiktok.com/portal/docs?id=1739593083610113),
# and reports the refusal as healthy. The campaigns that it does return are the first 10: the page size of 100 in its schema
# is not sent. Observed output:
#
#   40105 revoked token: check healthy, campaigns [], report []
#   40001 no permission: check healthy, campaigns [], report []
#   40100 too many requests: check healthy, campaigns [], report []
#   40002 no account asked for: check healthy
#   check sends: nothing
#   campaigns sends: advertiser_id
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check airbyte-agent-tiktok-marketing==0.1.31 httpx==0.28.1
export AIRBYTE_TELEMETRY_MODE=disabled HOME=$work
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import asyncio, http.server, json, threading, urllib.parse

import httpx
from airbyte_agent_tiktok_marketing import TiktokMarketingAuthConfig, TiktokMarketingConnector

sent = {}


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        sent[address.path] = dict(urllib.parse.parse_qsl(address.query))
        body = json.dumps({"code": code, "message": meaning, "request_id": "1", "data": {}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
send = httpx.AsyncClient.send


# TikTok's address is built into the connector.
async def redirected(self, request, **kwargs):
    request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=server.server_port)
    return await send(self, request, **kwargs)


httpx.AsyncClient.send = redirected


async def main():
    global code, meaning
    report = {
        "service_type": "AUCTION", "report_type": "BASIC", "data_level": "AUCTION_CAMPAIGN",
        "dimensions": '["campaign_id", "stat_time_day"]', "metrics": '["spend"]',
        "start_date": "2026-11-01", "end_date": "2026-11-30",
    }
    connector = TiktokMarketingConnector(auth_config=TiktokMarketingAuthConfig(access_token="x"))
    for code, meaning in [(40105, "revoked token"), (40001, "no permission"), (40100, "too many requests")]:
        health = (await connector.check()).status
        campaigns = (await connector.campaigns.list(advertiser_id="1")).data
        rows = (await connector.campaigns_reports_daily.list(advertiser_id="1", **report)).data
        print(f"{code} {meaning}: check {health}, campaigns {campaigns}, report {rows}")
    code, meaning = 40002, "no account asked for"
    print(f"{code} {meaning}: check {(await connector.check()).status}")
    for name, path in [("check", "advertiser/info"), ("campaigns", "campaign/get")]:
        print(f"{name} sends: {', '.join(sent[f'/open_api/v1.3/{path}/']) or 'nothing'}")


asyncio.run(main())
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
40105 revoked token: check healthy, campaigns [], report []
40001 no permission: check healthy, campaigns [], report []
40100 too many requests: check healthy, campaigns [], report []
40002 no account asked for: check healthy
check sends: nothing
campaigns sends: advertiser_id
SEEN

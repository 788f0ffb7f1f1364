#!/usr/bin/env bash
# tiktok-gmvmax-mcp 0.2.0, from PyPI, with mcp 2.3.0 and httpx 0.28.1; observed on 2026-11-30 with Python 3.11 and 3.13.
#
# The server converts every report to dollars, by the rates of the European Central Bank. For a currency that has none its
# source answers 404 (https://github.com/lineofflight/frankfurter/issues/594), and dong are multiplied by 1, with `currency`
# USD. If the token may not read the account (code 40001 from /advertiser/info/, while reports work), the account counts as
# one in dollars until the server ends, even when it could be read by then; the report of a range has no currency. The
# results have no error. Observed output, for an account that has spent 2,600,000 dong, about 100 dollars, and one that has
# spent 3,300 baht, of which one is 0.03 dollars here:
#
#   VND, a day: success true, cost 2600000.0, currency USD, source_currency VND
#   VND, a range: success true, cost 2600000.0
#   THB, a range, not readable: success true, cost 3300.0
#   THB, a range, readable by now: success true, cost 3300.0
#   THB, a range, after a restart: success true, cost 99.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tiktok-gmvmax-mcp==0.2.0 mcp==2.3.0 httpx==0.28.1
export TIKTOK_APP_ID=1 TIKTOK_SECRET=x TIKTOK_ACCESS_TOKEN=x LARK_BOT_CACHE_DIR=$work
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import asyncio, http.server, json, threading, urllib.parse

from tiktok_ads_mcp import currency_cache, fx, server
from tiktok_ads_mcp.config import TikTokConfig

SPENT = {"VND": 2600000, "THB": 3300}
readable = {"VND"}


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(address.query))
        if address.path.startswith("/rates/"):
            known = query["base"] == "THB"
            return self.answer({"rates": {"USD": 0.03}} if known else {"message": "not found"}, 200 if known else 404)
        if address.path.endswith("/advertiser/info/"):
            account = json.loads(query["advertiser_ids"])[0]
            if account not in readable:
                return self.answer({"code": 40001, "message": "No permission to operate the advertiser", "data": {}})
            return self.answer({"code": 0, "data": {"list": [{"currency": account, "timezone": "Etc/GMT+8"}]}})
        dimensions = {"stat_time_day": "2026-11-02 00:00:00", "stat_time_hour": "2026-11-02 23:00:00"}
        metrics = {"spend": str(SPENT[query["advertiser_id"]]), "onsite_shopping": "0", "total_onsite_shopping_value": "0"}
        page_info = {"page": 1, "page_size": 1000, "total_number": 1, "total_page": 1}
        self.answer({"code": 0, "data": {"list": [{"dimensions": dimensions, "metrics": metrics}], "page_info": page_info}})

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def show(case, answer):
    answer = json.loads(answer)
    answer.update(answer.pop("metrics", {}))
    names = [name for name in ["success", "cost", "currency", "source_currency"] if name in answer]
    print(f"{case}:", ", ".join(f"{name} {str(answer[name]).replace('True', 'true')}" for name in names))


async def main():
    days = {"start_date": "2026-11-02", "end_date": "2026-11-02"}
    show("VND, a day", await server.get_ads_report_aligned_tool("VND", "2026-11-02"))
    show("VND, a range", await server.get_ads_range_report_tool("VND", **days))
    show("THB, a range, not readable", await server.get_ads_range_report_tool("THB", **days))
    readable.add("THB")
    show("THB, a range, readable by now", await server.get_ads_range_report_tool("THB", **days))
    currency_cache._currency_cache.clear()  # As a restart does.
    show("THB, a range, after a restart", await server.get_ads_range_report_tool("THB", **days))


tiktok = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=tiktok.serve_forever, daemon=True).start()
# Both addresses are built into the server.
TikTokConfig.BASE_URL = f"http://127.0.0.1:{tiktok.server_port}"
fx._FRANKFURTER_BASE = f"{TikTokConfig.BASE_URL}/rates"
asyncio.run(main())
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
VND, a day: success true, cost 2600000.0, currency USD, source_currency VND
VND, a range: success true, cost 2600000.0
THB, a range, not readable: success true, cost 3300.0
THB, a range, readable by now: success true, cost 3300.0
THB, a range, after a restart: success true, cost 99.0
SEEN
